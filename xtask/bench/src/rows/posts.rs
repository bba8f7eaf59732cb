//! The right code, posted 50 times at once: it signs in once (R3).

use anyhow::Result;

use super::together;
use crate::client::{Connection, Jar, form};
use crate::journey;
use crate::table::{Line, line};
use crate::world::World;

const POSTS: usize = 50;
const ROUNDS: usize = 5;

/// Several half sign-ins, 50 held connections each.
///
/// # Errors
/// A half sign-in fails.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let mut connection = Connection::open(server.address)?;
    let mut counts = Vec::new();
    for _ in 0..ROUNDS {
        let mut jar = Jar::default();
        let waiting = journey::half(&mut connection, &mut jar, world.people.next()?)?;
        let post = form::post("/login/otp", &jar, &[("csrf", &waiting.token), ("code", &waiting.code)]);
        let answers = together::send(server.address, &jar, &vec![post; POSTS])?;
        let mut inside = 0;
        for mut answer in answers {
            let redirected = answer.status == 303 && answer.location == "/security";
            if redirected && connection.get("/security", &mut answer.jar)?.status == 200 {
                inside += 1;
            }
        }
        counts.push(inside);
    }
    server.stop()?;
    let worst = counts.iter().copied().max_by_key(|count: &i32| count.abs_diff(1)).unwrap_or_default();
    let listed: Vec<String> = counts.iter().map(ToString::to_string).collect();
    let what = format!("the right code {POSTS} times at once: signed in, of {ROUNDS} codes each");
    Ok(vec![line(what, "1", listed.join(", "), f64::from(worst))])
}
