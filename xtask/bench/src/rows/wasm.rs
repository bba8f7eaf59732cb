//! What the pages with islands load beside their HTML.

use anyhow::{Context, Result};

use super::weight::load;
use crate::client::{Connection, parse};
use crate::table::{Line, line};
use crate::world::World;

/// The compressed sizes as they are served.
///
/// # Errors
/// One of the two is not there.
#[expect(clippy::cast_precision_loss, reason = "bytes of a file")]
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let mut connection = Connection::open(server.address)?;
    let (_, page) = load(&mut connection, "/login")?;
    let loaded = parse::loaded(&String::from_utf8_lossy(&page));
    let folder = loaded.iter().find_map(|path| path.strip_suffix("/main.css")).context("no styles")?;
    let mut body =
        |name: &str| load(&mut connection, &format!("{folder}/{name}")).map(|(_, body)| body.len());
    let (wasm, script) = (body("latchkey_bg.wasm")?, body("latchkey.js")?);
    server.stop()?;
    Ok(vec![
        line("browser part, compressed: wasm, bytes", "<= 80000", wasm.to_string(), wasm as f64),
        line("… its script, bytes", "", script.to_string(), script as f64),
    ])
}
