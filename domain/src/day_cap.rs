//! The daily cap on messages of the whole installation, and the operator's stop. The cap ends at midnight UTC, the stop when the operator
//! lifts it. No request ends either.
use crate::time::Timestamp;
use crate::wait::{Limit, Wait};
use std::time::Duration;

const DAY_MILLIS: i64 = 86_400_000;

/// While messages are stopped nobody knows for how long: who asks may ask again after this time.
const ASK_AGAIN: Duration = Duration::from_secs(900);

/// The most messages of a day, notices included; `None`: as many as there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayCap(pub Option<u32>);

/// Why no message goes out today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// An operator has stopped all.
    Stopped,
    /// The day's are used up.
    UsedUp,
}

impl DayCap {
    /// Whether one more may go out after so many today; `stopped`: an operator has stopped all.
    #[must_use]
    pub fn closed(self, sent_today: u64, stopped: bool) -> Option<Closed> {
        if stopped {
            Some(Closed::Stopped)
        } else if self.0.is_some_and(|most| sent_today >= u64::from(most)) {
            Some(Closed::UsedUp)
        } else {
            None
        }
    }
}

impl Closed {
    /// Until when it lasts, as far as is known.
    #[must_use]
    pub fn wait(self, now: Timestamp) -> Wait {
        match self {
            Self::Stopped => Wait { until: now.plus(ASK_AGAIN), limit: Limit::Stopped },
            Self::UsedUp => {
                let next = Timestamp::from_millis(midnight(now).as_millis().saturating_add(DAY_MILLIS));
                Wait { until: next, limit: Limit::Day }
            }
        }
    }
}

/// When the day of this moment began, in UTC.
#[must_use]
pub fn midnight(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(day(at).saturating_mul(DAY_MILLIS))
}

/// The number of a day, midnight to midnight in UTC.
#[must_use]
pub fn day(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(DAY_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_is_the_last_one_that_goes_out() {
        let cap = DayCap(Some(3));
        assert_eq!([0, 2, 3, 4].map(|sent| cap.closed(sent, false).is_some()), [false, false, true, true]);
        assert_eq!(DayCap(None).closed(u64::MAX, false), None);
        assert_eq!(cap.closed(0, true), Some(Closed::Stopped), "a stop needs no count");
    }

    #[test]
    fn a_used_up_day_ends_at_midnight_in_utc() {
        let noon = Timestamp::from_millis(10 * DAY_MILLIS + DAY_MILLIS / 2);
        assert_eq!(day(noon), 10);
        assert_eq!(Closed::UsedUp.wait(noon).until, Timestamp::from_millis(11 * DAY_MILLIS));
        assert_eq!(day(Timestamp::from_millis(11 * DAY_MILLIS)), 11);
    }
}
