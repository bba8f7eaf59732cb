//! Many people at once, each signing in again and again.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::client::Connection;
use crate::clock::{ms, now};
use crate::journey;
use crate::people::{CROWD, People, Person};
use crate::process::Of;

/// What was seen between the end of the warm-up and the end.
pub struct Seen {
    /// Complete sign-ins.
    pub done: u64,
    /// How long that took.
    pub time: Duration,
    /// Processor time of the server.
    pub server: Duration,
    /// Processor time of this client.
    pub client: Duration,
    /// Milliseconds of each sign-in.
    pub each: Vec<f64>,
}

impl Seen {
    /// Sign-ins per second.
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    pub fn per_second(&self) -> f64 {
        self.done as f64 / self.time.as_secs_f64()
    }
}

/// Lets one after the other sign in, always [`CROWD`] at once, for `warm_up`, then watches for `time`.
///
/// # Errors
/// A sign-in failed, or nobody signed in at all.
pub fn sign_in(people: &People, server: (SocketAddr, Of), warm_up: Duration, time: Duration) -> Result<Seen> {
    go(people, server, warm_up, time, &journey::sign_in)
}

/// One person's way in.
pub type Journey<'a> = &'a (dyn Fn(&mut Connection, &Person) -> Result<()> + Sync);

/// The same by another way in.
///
/// # Errors
/// As [`sign_in`].
pub fn go(
    people: &People,
    server: (SocketAddr, Of),
    warm_up: Duration,
    time: Duration,
    journey: Journey<'_>,
) -> Result<Seen> {
    let (address, process) = server;
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let each = Mutex::new(Vec::new());
    let begun = now();
    let one = || -> Result<()> {
        let mut connection = Connection::open(address)?;
        let mut times: Vec<(Instant, f64)> = Vec::with_capacity(256);
        while !stop.load(Ordering::Relaxed) {
            let started = now();
            journey(&mut connection, people.next()?)?;
            done.fetch_add(1, Ordering::Relaxed);
            times.push((started, ms(started.elapsed())));
        }
        let measured = times.into_iter().filter(|(at, _)| at.duration_since(begun) >= warm_up);
        each.lock().unwrap_or_else(PoisonError::into_inner).extend(measured.map(|(_, ms)| ms));
        Ok(())
    };
    let seen = thread::scope(|scope| -> Result<Seen> {
        let threads: Vec<_> = (0..CROWD).map(|_| scope.spawn(one)).collect();
        thread::sleep(warm_up);
        let before = (now(), done.load(Ordering::Relaxed), process.cpu(), Of::Own.cpu());
        thread::sleep(time);
        let after = (now(), done.load(Ordering::Relaxed), process.cpu(), Of::Own.cpu());
        stop.store(true, Ordering::Relaxed);
        for thread in threads {
            match thread.join() {
                Ok(result) => result?,
                Err(_) => bail!("a thread of the client panicked"),
            }
        }
        Ok(Seen {
            done: after.1 - before.1,
            time: after.0.duration_since(before.0),
            server: after.2?.saturating_sub(before.2?),
            client: after.3?.saturating_sub(before.3?),
            each: Vec::new(),
        })
    })?;
    if seen.done == 0 {
        bail!("nobody signed in");
    }
    Ok(Seen { each: each.into_inner().unwrap_or_else(PoisonError::into_inner), ..seen })
}
