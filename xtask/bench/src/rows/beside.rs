//! Answers per second beside a bare answer of the same framework, bytes and headers.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client::{Connection, Jar, form};
use crate::clock::{median, now};
use crate::table::{Line, line};
use crate::world::World;

const CONNECTIONS: usize = 16;
const WARM_UP: Duration = Duration::from_millis(500);
const WATCHED: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;

/// The sign-in page.
///
/// # Errors
/// It is not answered.
pub fn login(world: &World) -> Result<Vec<Line>> {
    measure(world, "/login", "/login pages/s, each with its own token")
}

/// The keys that apps check tokens with.
///
/// # Errors
/// They are not answered.
pub fn keys(world: &World) -> Result<Vec<Line>> {
    measure(world, "/oidc/jwks", "/oidc/jwks answers/s")
}

/// Ours and the bare one in turn, by the same client over as many connections.
fn measure(world: &World, path: &'static str, what: &str) -> Result<Vec<Line>> {
    let server = world.serve()?;
    let mut connection = Connection::open(server.address)?;
    let answer = connection.get(path, &mut Jar::default())?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), [answer.head, answer.body].concat())?;
    let bytes = answer.head.len() + answer.body.len();
    let bare = Bare::start(file.path())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(flood(server.address, path)?);
        theirs.push(flood(bare.address, path)?);
    }
    server.stop()?;
    let (ours, theirs) = (median(&ours), median(&theirs));
    let share = ours / theirs;
    Ok(vec![
        line(what, "", format!("{ours:.0}/s of {bytes} bytes"), ours),
        line("… a bare axum answer of the same bytes and headers", "", format!("{theirs:.0}/s"), theirs),
        line("… ratio", ">= 0.5", format!("{share:.2}"), share),
    ])
}

/// The bare page; it ends when this is dropped.
struct Bare {
    child: Child,
    address: SocketAddr,
}

impl Bare {
    fn start(file: &std::path::Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").arg(file).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().context("the bare page cannot be started")?;
        let mut port = String::new();
        let read = match child.stdout.take() {
            Some(output) => BufReader::new(output).read_line(&mut port),
            None => Ok(0),
        };
        let mut bare = Self { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) };
        read.context("the bare page says nothing")?;
        bare.address.set_port(port.trim().parse().context("the bare page names no port")?);
        Ok(bare)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It may have ended already; either way nothing more can be done about it.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// Answers per second, asked for as fast as they come, without cookies.
fn flood(address: SocketAddr, path: &str) -> Result<f64> {
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let request = form::get(path, &Jar::default(), "");
    let ask = || -> Result<()> {
        let mut connection = Connection::open(address)?;
        while !stop.load(Ordering::Relaxed) {
            connection.send(&request)?;
            let status = connection.receive()?.status;
            if status != 200 {
                bail!("{path} answers {status}");
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(ask)).collect();
        thread::sleep(WARM_UP);
        let (begun, before) = (now(), done.load(Ordering::Relaxed));
        thread::sleep(WATCHED);
        let (took, count) = (begun.elapsed(), done.load(Ordering::Relaxed) - before);
        stop.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().ok().context("a thread of the client panicked")??;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = count as f64 / took.as_secs_f64();
        Ok(rate)
    })
}
