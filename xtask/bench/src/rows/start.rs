//! From nothing to the first page, with a database that is there.

use anyhow::Result;

use crate::clock::{median, ms};
use crate::table::{Line, line};
use crate::world::World;

const STARTS: usize = 7;

/// Starts the server again and again.
///
/// # Errors
/// It does not start.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let server = world.serve()?;
        times.push(ms(server.first_page));
        server.stop()?;
    }
    let middle = median(&times);
    let listed: Vec<String> = times.iter().map(|time| format!("{time:.0}")).collect();
    let measured = format!("{middle:.0} (each: {})", listed.join(", "));
    Ok(vec![line("start to the first page, ms, median", "<= 150", measured, middle)])
}
