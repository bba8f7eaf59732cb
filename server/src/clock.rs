//! Time: the only place that reads the machine's clocks.
use domain::time::{Clock, Timestamp};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The machine's own clock. Right for one node; several nodes agree on their database's time instead (R133).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this adapter is the one reader of the clock")]
        let now = SystemTime::now();
        // A clock set before 1970 reads as 1970: everything then counts as not yet expired, but nothing can be issued either,
        // because what is issued would expire before the clock is put right.
        let millis = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }
}

/// How far a machine's clock may be from the database's before the node is taken out of service: logs and certificates of such a
/// machine are not to be trusted either (R133).
pub const MOST_SKEW: Duration = Duration::from_secs(2);

/// An answer that took longer says too little: half of the way may be any part of it.
const MOST_ASKING: Duration = Duration::from_secs(1);

/// The database's time as it was asked last, and what has passed here since: all nodes of a database agree, whatever their own
/// clocks say (R133).
#[derive(Debug)]
pub struct SharedClock(Mutex<Reading>);

#[derive(Debug)]
struct Reading {
    told: Timestamp,
    at: Instant,
    skew: Duration,
    /// What was said already: the clock stands here until it is reached.
    said: Timestamp,
}

impl SharedClock {
    /// As the database told it just now; `asking` is how long the question took.
    #[must_use]
    pub fn new(told: Timestamp, asking: Duration) -> Self {
        Self(Mutex::new(read(told, asking)))
    }

    /// Another answer. The clock never goes back: where the database's time lies before ours, it stands still until it is reached.
    pub fn told(&self, told: Timestamp, asking: Duration) {
        if asking > MOST_ASKING {
            return;
        }
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let said = reading.now();
        let new = read(told, asking);
        // While it stands, this node's time is not that of the others.
        *reading = Reading { said, skew: new.skew.max(said.since(new.told)), ..new };
    }

    /// How far this machine's own clock is off, or the time that it was told before.
    #[must_use]
    pub fn skew(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).skew
    }
}

fn read(told: Timestamp, asking: Duration) -> Reading {
    // The answer is as old as its way back; half of the whole is the best guess.
    let told = told.plus(asking / 2);
    let own = SystemClock.now();
    Reading { told, at: monotonic(), skew: own.since(told).max(told.since(own)), said: told }
}

fn monotonic() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "this adapter is the one reader of the clock")]
    Instant::now()
}

impl Reading {
    fn now(&self) -> Timestamp {
        self.told.plus(self.at.elapsed()).max(self.said)
    }
}

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_in_this_era_and_does_not_run_backwards() {
        let first = SystemClock.now();
        assert!(first > Timestamp::from_millis(1_700_000_000_000));
        assert!(SystemClock.now() >= first);
    }

    #[test]
    fn r133_the_databases_time_counts_whatever_the_machines_clock_says() {
        let five_minutes = Duration::from_secs(300);
        let theirs = SystemClock.now().minus(five_minutes);
        let clock = SharedClock::new(theirs, Duration::ZERO);
        assert!(clock.now() >= theirs && clock.now().since(theirs) < Duration::from_secs(10));
        assert!(clock.skew() > MOST_SKEW && clock.skew() < five_minutes.saturating_mul(2));
        clock.told(SystemClock.now(), Duration::ZERO);
        assert!(clock.skew() < MOST_SKEW);
    }

    #[test]
    fn r133_an_answer_from_the_past_does_not_turn_the_clock_back() {
        let clock = SharedClock::new(SystemClock.now(), Duration::ZERO);
        let before = clock.now();
        clock.told(before.minus(Duration::from_secs(60)), Duration::ZERO);
        assert!(clock.now() >= before);
        assert!(clock.skew() >= Duration::from_secs(59));
    }

    #[test]
    fn r133_a_clock_that_was_told_too_much_once_stands_and_is_not_ready_until_it_is_reached() {
        let clock = SharedClock::new(SystemClock.now(), Duration::ZERO);
        let hour = Duration::from_secs(3600);
        clock.told(SystemClock.now().plus(hour), Duration::ZERO);
        clock.told(SystemClock.now(), Duration::ZERO);
        let stands = clock.now();
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(clock.now(), stands);
        assert!(clock.skew() > MOST_SKEW);
        // A node that stands catches up at once where the database's time is ahead.
        clock.told(stands.plus(hour), Duration::ZERO);
        assert!(clock.now() > stands);
    }

    #[test]
    fn r133_an_answer_that_took_too_long_is_not_taken() {
        let clock = SharedClock::new(SystemClock.now(), Duration::ZERO);
        clock.told(SystemClock.now().plus(Duration::from_secs(50)), Duration::from_secs(3));
        assert!(clock.skew() < MOST_SKEW);
    }
}
