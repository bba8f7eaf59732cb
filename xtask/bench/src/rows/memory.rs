//! Memory at rest and under the same crowd as in row `sign-in`.

use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::crowd;
use crate::table::{Line, line};
use crate::world::World;

const REST: Duration = Duration::from_secs(2);
const WARM_UP: Duration = Duration::from_secs(1);
const WATCHED: Duration = Duration::from_secs(5);

/// A new process: rest first, then the crowd.
///
/// # Errors
/// A sign-in fails.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    thread::sleep(REST);
    let rest = mega(server.process().resident()?);
    crowd::sign_in(&world.people, (server.address, server.process()), WARM_UP, WATCHED)?;
    let peak = mega(server.process().peak()?);
    server.stop()?;
    Ok(vec![
        line("memory at rest, MB (2 s after start and one page)", "<= 20", format!("{rest:.1}"), rest),
        line("… at most, with 32 people signing in at once, MB", "<= 100", format!("{peak:.1}"), peak),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "megabytes")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
