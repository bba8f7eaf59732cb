//! The system clock: the only place that reads it.
use domain::time::{Clock, Timestamp};
use std::time::{SystemTime, UNIX_EPOCH};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_in_this_era_and_does_not_run_backwards() {
        let first = SystemClock.now();
        assert!(first > Timestamp::from_millis(1_700_000_000_000));
        assert!(SystemClock.now() >= first);
    }
}
