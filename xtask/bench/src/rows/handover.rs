//! From the post of the password to the request at the provider: what a person waits for before anything is under way to the phone.

use anyhow::Result;

use super::hash;
use crate::client::{Connection, Jar};
use crate::clock::{median, ms, now, quantile};
use crate::journey;
use crate::people::{PASSWORD, Person};
use crate::provider::Provider;
use crate::table::{Line, line};
use crate::world::World;

/// So that no page is made for the first time while it is measured.
const FIRST: usize = 20;
const MEASURED: usize = 200;
const HASHED: std::time::Duration = std::time::Duration::from_secs(1);

/// One person after the other, on an idle server. The database is a file in the server's own process: nothing is subtracted for it, so
/// what is shown is an upper end.
///
/// # Errors
/// A message does not come to the provider.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let provider = Provider::start()?;
    let server = world.serve_with(&provider.settings())?;
    let mut connection = Connection::open(server.address)?;
    for _ in 0..FIRST {
        handed_over(&mut connection, &provider, world.people.next()?)?;
    }
    let mut took = Vec::with_capacity(MEASURED);
    for _ in 0..MEASURED {
        took.push(handed_over(&mut connection, &provider, world.people.next()?)?);
    }
    server.stop()?;
    let hash = hash::product(HASHED)?.cpu_ms;
    let (middle, slowest) = (median(&took), quantile(&took, 0.99));
    Ok(vec![
        line(
            "from the post of the password to the request at the provider, ms (median)",
            "<= 20 beyond the database",
            format!("{middle:.2} (hash of {hash:.2} and the file of SQLite included)"),
            middle,
        ),
        line("… slowest of a hundred, ms", "", format!("{slowest:.2}"), slowest),
    ])
}

/// Milliseconds from the post to the request.
fn handed_over(connection: &mut Connection, provider: &Provider, person: &Person) -> Result<f64> {
    let mut jar = Jar::default();
    let token = connection.get("/login", &mut jar)?.token()?;
    let posted = now();
    let answer = journey::knock(connection, &mut jar, &token, &person.name, PASSWORD)?;
    journey::goes(&answer, "/login/otp")?;
    Ok(ms(provider.newest(person)?.at.saturating_duration_since(posted)))
}
