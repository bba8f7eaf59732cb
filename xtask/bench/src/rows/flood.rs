//! Many browsers that all ask for codes to one number, as fast as they can: no more than five go out in the hour (R15, A23).

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::client::{Connection, Jar};
use crate::clock::now;
use crate::journey;
use crate::people::{PASSWORD, Person};
use crate::table::{Line, line};
use crate::world::{Server, World};

const BROWSERS: usize = 32;
const TIME: Duration = Duration::from_secs(3);
const MOST: usize = 5;

/// Every browser begins anew each time: no cookie, no session, nothing that a limit could hang on but the number.
///
/// # Errors
/// The server does not answer.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let victim = world.people.next()?;
    let asked = flood(&server, victim)?;
    let got = texts(&server, victim)?;
    server.stop()?;
    let beyond = got.saturating_sub(MOST);
    #[expect(clippy::cast_precision_loss, reason = "a count")]
    let value = beyond as f64;
    let what = format!(
        "{BROWSERS} browsers ask for codes to one number for {} s: texts beyond its limit",
        TIME.as_secs()
    );
    Ok(vec![line(what, "0", format!("{beyond} ({got} went out, {asked} sign-ins were tried)"), value)])
}

fn flood(server: &Server, victim: &Person) -> Result<usize> {
    let begun = now();
    let browser = || -> Result<usize> {
        let mut connection = Connection::open(server.address)?;
        let mut tried = 0;
        while begun.elapsed() < TIME {
            let mut jar = Jar::default();
            let token = connection.get("/login", &mut jar)?.token()?;
            journey::knock(&mut connection, &mut jar, &token, &victim.name, PASSWORD)?;
            tried += 1;
        }
        Ok(tried)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..BROWSERS).map(|_| scope.spawn(browser)).collect();
        let mut all = 0;
        for thread in threads {
            all += thread.join().ok().context("a thread of the client panicked")??;
        }
        Ok(all)
    })
}

fn texts(server: &Server, victim: &Person) -> Result<usize> {
    let mut connection = Connection::open(server.address)?;
    let inbox = format!("/dev/phone.json?to=%2B{}", victim.phone.trim_start_matches('+'));
    let answer = connection.get(&inbox, &mut Jar::default())?;
    let texts: serde_json::Value = serde_json::from_slice(answer.body)?;
    Ok(texts.as_array().map_or(0, Vec::len))
}
