//! Hashes per second on all cores: the product's own way, and the plain implementation beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::password::Password;
use domain::ports::{PasswordCheck, Passwords as _};
use server::entropy::OsEntropy;
use server::keys::Keys;
use server::passwords::PasswordPool;

use crate::clock::now;
use crate::people::{self, PASSWORD};
use crate::process::Of;
use crate::table::{Line, line};
use crate::world::World;

/// How long each of them hashes.
const TIME: Duration = Duration::from_secs(3);

/// What the product's hashing does on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Hashes {
    /// On all cores together.
    pub per_second: f64,
    /// Milliseconds of processor time of one hash.
    pub cpu_ms: f64,
}

/// Both, for the table.
///
/// # Errors
/// Hashing does not work here.
pub fn measure(_: &World) -> Result<Vec<Line>> {
    let own = product(TIME)?;
    let plain = plain(TIME)?;
    Ok(vec![
        line(
            format!("Argon2id (19 MiB, 2, 1) hashes/s as the product does, {} cores", cores()),
            "",
            format!("{:.0}/s, {:.2} ms processor time each", own.per_second, own.cpu_ms),
            own.per_second,
        ),
        line("… by plain `argon2` (RustCrypto), new memory each time", "", format!("{plain:.0}/s"), plain),
    ])
}

/// Checks a password over and over, as the server's pool does it.
///
/// # Errors
/// The pool cannot be started or says that a right password is wrong.
pub fn product(time: Duration) -> Result<Hashes> {
    let keys = Keys::derive(&[7; 32]);
    let pool = Arc::new(PasswordPool::new(&keys, Arc::new(OsEntropy))?);
    let stored = pool.adopt(&people::phc()?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    // The first ones take the memory, the rest is measured.
    runtime.block_on(check_until(&pool, &stored, Duration::from_millis(300)))?;
    let (begun, cpu) = (now(), Of::Own.cpu()?);
    let done = runtime.block_on(check_until(&pool, &stored, time))?;
    let (took, cpu) = (begun.elapsed(), Of::Own.cpu()?.saturating_sub(cpu));
    Ok(Hashes {
        per_second: f64::from(done) / took.as_secs_f64(),
        cpu_ms: cpu.as_secs_f64() * 1000.0 / f64::from(done.max(1)),
    })
}

async fn check_until(pool: &Arc<PasswordPool>, stored: &str, time: Duration) -> Result<u32> {
    let begun = now();
    let mut tasks = tokio::task::JoinSet::new();
    // Two for each worker, so that the next one waits when one is done.
    for _ in 0..2 * cores() {
        let (pool, stored) = (Arc::clone(pool), stored.to_owned());
        tasks.spawn(async move {
            let mut done = 0;
            while begun.elapsed() < time {
                match pool.check(Some(stored.clone()), Password::typed(PASSWORD)).await {
                    Ok(PasswordCheck::Right { renewed: None }) => done += 1,
                    Ok(other) => bail!("a right password was answered with {}", name(&other)),
                    Err(fault) => return Err(fault.into()),
                }
            }
            Ok(done)
        });
    }
    let mut all = 0;
    while let Some(done) = tasks.join_next().await {
        all += done??;
    }
    Ok(all)
}

fn name(check: &PasswordCheck) -> &'static str {
    match check {
        PasswordCheck::Right { renewed: None } => "right",
        PasswordCheck::Right { renewed: Some(_) } => "right, and hashed anew",
        PasswordCheck::Wrong => "wrong",
        PasswordCheck::Busy => "busy",
    }
}

/// Hashes per second of the plain implementation on all cores.
///
/// # Errors
/// There is no memory for it.
pub fn plain(time: Duration) -> Result<f64> {
    let done = AtomicU64::new(0);
    let begun = now();
    let work = || -> Result<()> {
        let mut output = [0; 32];
        while begun.elapsed() < time {
            people::hash(PASSWORD.as_bytes(), b"sixteen bytes of", &mut output)?;
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    thread::scope(|scope| -> Result<()> {
        let threads: Vec<_> = (0..cores()).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            thread.join().ok().context("a thread that hashed panicked")??;
        }
        Ok(())
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    Ok(rate)
}

/// Cores of this machine.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}
