//! What pages cost that are open and wait for news of their message.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client::{Connection, Jar, form};
use crate::journey;
use crate::table::{Line, line};
use crate::world::World;

const PEOPLE: usize = 125;
const EACH: usize = 8;
/// All of them wait so long before it is measured: the server looks for news meanwhile.
const OPEN: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(10);

/// People who wait for their code, each with some pages open.
///
/// # Errors
/// A line is not opened.
pub fn measure(world: &World) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let mut connection = Connection::open(server.address)?;
    let mut waiting = Vec::with_capacity(PEOPLE);
    for _ in 0..PEOPLE {
        let mut jar = Jar::default();
        journey::half(&mut connection, &mut jar, world.people.next()?)?;
        let page = connection.get("/login/otp", &mut jar)?.text();
        let address = page.split("data-from=\"").nth(1).and_then(|rest| rest.split('"').next());
        waiting.push((address.context("the code page has no line")?.to_owned(), jar));
    }
    thread::sleep(OPEN);
    let before = server.process().resident()?;
    let mut open = Vec::with_capacity(PEOPLE * EACH);
    for (address, jar) in &waiting {
        for _ in 0..EACH {
            open.push(listen(server.address, &form::get(address, jar, ""))?);
        }
    }
    thread::sleep(OPEN);
    let after = server.process().resident()?;
    let lines = open.len();
    drop(open);
    server.stop()?;
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    let mega = after.saturating_sub(before) as f64 / 1e6;
    let what = format!("{lines} pages open and waiting for news: memory, MB");
    Ok(vec![line(what, "<= 30", format!("{mega:.1}"), mega)])
}

fn listen(to: SocketAddr, request: &[u8]) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut piece).context("waiting for a line")?;
        if read == 0 {
            bail!("the server closed a line");
        }
        head.extend_from_slice(piece.get(..read).unwrap_or_default());
    }
    let head = String::from_utf8_lossy(&head);
    if !head.contains("text/event-stream") {
        bail!("no line but: {}", head.lines().next().unwrap_or_default());
    }
    Ok(stream)
}
