//! What a browser loads for the sign-in page.

use anyhow::{Result, bail};

use crate::client::{Connection, Jar, form, parse};
use crate::table::{Line, line};
use crate::world::World;

const PACKED: &str = "accept-encoding: br, gzip\r\n";

/// Counts every byte that comes over the wire, headers too.
///
/// # Errors
/// Something that the page loads is not there.
#[expect(clippy::cast_precision_loss, reason = "bytes of a page")]
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let mut connection = Connection::open(server.address)?;
    let (page_bytes, page) = load(&mut connection, "/login")?;
    let page = String::from_utf8_lossy(&page).into_owned();
    let mut parts = vec![format!("page {page_bytes}")];
    let mut all = page_bytes;
    for path in parse::loaded(&page) {
        let (bytes, _) = load(&mut connection, &path)?;
        all += bytes;
        parts.push(format!("{} {bytes}", path.rsplit('/').next().unwrap_or_default()));
    }
    let scripts = page.matches("<script").count();
    server.stop()?;
    Ok(vec![
        line(
            "/login over the wire with all it loads, bytes",
            "<= 20000",
            format!("{all} ({})", parts.join(", ")),
            all as f64,
        ),
        line("… scripts", "0", scripts.to_string(), scripts as f64),
    ])
}

/// Bytes over the wire, and the body.
pub fn load(connection: &mut Connection, path: &str) -> Result<(usize, Vec<u8>)> {
    connection.send(&form::get(path, &Jar::default(), PACKED))?;
    let answer = connection.receive()?;
    if answer.status != 200 {
        bail!("{path} answers {}", answer.status);
    }
    Ok((answer.head.len() + answer.body.len(), answer.body.to_vec()))
}
