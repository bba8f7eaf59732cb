//! Memory over a hundred thousand sign-ins: none is kept.

use std::time::Duration;

use anyhow::Result;

use crate::crowd;
use crate::table::{Line, line};
use crate::world::{Server, World};

const PEOPLE: usize = 25_000;
const FIRST: u64 = 10_000;
const ALL: u64 = 100_000;
const STRETCH: Duration = Duration::from_secs(15);

/// A new process; what it holds after ten thousand sign-ins and after a hundred thousand, while they go on.
///
/// # Errors
/// A sign-in fails.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let world = world.beside(PEOPLE)?;
    let server = world.serve()?;
    let mut done = 0;
    let before = held(&world, &server, &mut done, FIRST)?;
    let after = held(&world, &server, &mut done, ALL)?;
    server.stop()?;
    let what = format!("memory after {ALL} sign-ins against {FIRST}, at most while they go on, MB");
    Ok(vec![line(what, "no growth", format!("{after:.1} against {before:.1}"), after - before)])
}

/// Goes on until so many are done; the most that was resident at the ends of the last stretches.
fn held(world: &World, server: &Server, done: &mut u64, until: u64) -> Result<f64> {
    let mut seen = Vec::new();
    while *done < until {
        let stretch =
            crowd::sign_in(&world.people, (server.address, server.process()), Duration::ZERO, STRETCH)?;
        *done += stretch.done;
        seen.push(mega(server.process().resident()?));
    }
    Ok(seen.iter().rev().take(4).copied().fold(0.0, f64::max))
}

#[expect(clippy::cast_precision_loss, reason = "megabytes")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
