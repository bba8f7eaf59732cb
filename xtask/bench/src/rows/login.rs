//! Sign-in pages per second, each with a form token of its own.

use std::time::Duration;

use anyhow::Result;

use super::beside_bare;
use crate::table::Line;
use crate::world::World;

/// Beside a bare page.
///
/// # Errors
/// One of them does not answer.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let lines = beside_bare::measure(&server, "/login", 3, Duration::from_secs(3))?;
    server.stop()?;
    Ok(lines)
}
