//! Work that is tried again and again: its first failure is told at once, those after it seldom, and its end once.
use domain::ports::Fault;
use std::time::Duration;
use tokio::time::Instant;

/// While it lasts it is told again after so long: soon enough for whoever comes to look, and a dozen lines an hour in a night.
const AGAIN: Duration = Duration::from_secs(300);

/// Whether a piece of background work fails at the moment, and since when.
#[derive(Debug)]
pub struct Outage {
    work: &'static str,
    since: Option<Failing>,
}

#[derive(Debug)]
struct Failing {
    began: Instant,
    told: Instant,
    /// Failures since the last line.
    times: u32,
}

impl Outage {
    /// None yet. `work` names in the log what it is that fails.
    #[must_use]
    pub const fn of(work: &'static str) -> Self {
        Self { work, since: None }
    }

    /// Takes in how one more try went, and tells what an operator should hear of it.
    pub fn after(&mut self, outcome: Result<(), Fault>) {
        match outcome {
            Ok(()) => self.ended(),
            Err(fault) => self.failed(&fault),
        }
    }

    fn failed(&mut self, fault: &Fault) {
        let now = Instant::now();
        let failing = self.since.get_or_insert(Failing { began: now, told: now, times: 0 });
        failing.times = failing.times.saturating_add(1);
        let first = now == failing.began;
        if first || now.duration_since(failing.told) >= AGAIN {
            let (work, times) = (self.work, failing.times);
            let seconds = now.duration_since(failing.began).as_secs();
            failing.told = now;
            failing.times = 0;
            tracing::error!(
                work, seconds, times, while_ = fault.what, cause = %fault.cause,
                "background work failed; it is tried again, and told again every five minutes"
            );
        }
    }

    fn ended(&mut self) {
        if let Some(failing) = self.since.take() {
            let seconds = failing.began.elapsed().as_secs();
            tracing::info!(work = self.work, seconds, "background work goes on again, after {seconds} s");
        }
    }
}
