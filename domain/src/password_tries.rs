//! How often a password may be tried: a wait that grows with every wrong one, and an end (R48).
//!
//! Counted by name, whether an account has it or not, so that a wait tells nothing (R50). A browser in which the right
//! password was typed before is counted by itself: who hammers a name from elsewhere does not hold its owner up there (R49).
use crate::password::NameKey;
use crate::time::Timestamp;
use crate::watch::Looked;
use std::time::Duration;

/// Wrong passwords in a row before the first wait: also the most that are looked at in the same moment.
pub const BEFORE_WAITING: u32 = 6;

/// Wrong passwords in a row that are looked at; from then on none is until an operator sets a new password (NIST SP 800-63B-4
/// §3.2.2).
pub const LAST: u32 = 100;

const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// A try whose outcome nobody wrote down in this time is over: its process died, or its browser went away.
pub const UNDER_WAY: Duration = Duration::from_secs(10);

/// How long the next try waits after so many wrong ones in a row.
#[must_use]
pub fn wait_after(wrong: u32) -> Duration {
    match wrong.checked_sub(BEFORE_WAITING) {
        None => Duration::ZERO,
        Some(doubled) => {
            let factor = 1u32.checked_shl(doubled.min(31)).unwrap_or(u32::MAX);
            FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
        }
    }
}

/// A browser in which this name's password was right before. It gives no right: it only names whose wrong passwords are
/// counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KnownBrowser {
    /// Its random name, which the caller has found to be genuine.
    pub id: String,
    /// When the password was right in it last.
    pub since: Timestamp,
}

impl KnownBrowser {
    /// It counts by itself until another password is set: who knew the old one is a stranger then.
    #[must_use]
    pub fn if_since(self, password_set_at: Option<Timestamp>) -> Option<Self> {
        (password_set_at.is_none_or(|set_at| self.since >= set_at)).then_some(self)
    }
}

/// A browser is known for so long after its last right password: half a year.
pub const KNOWN_FOR: Duration = Duration::from_secs(180 * 86_400);

/// Whose tries are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Trier {
    /// The name whose password is tried.
    pub name: NameKey,
    /// The browser's random name, where the name's owner was seen in it; all others count together.
    pub browser: Option<String>,
}

/// Whether a password may be looked at now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It may; whoever looks says how it went.
    Yours,
    /// Not before then.
    Wait(Timestamp),
    /// No more: too many were wrong in a row.
    Off,
    /// As many as may be are being looked at, and it takes too long.
    Busy,
}

impl Turn {
    /// Why it is not looked at; nothing where it is.
    #[must_use]
    pub fn refused(self) -> Option<Looked> {
        match self {
            Self::Yours => None,
            Self::Wait(_) => Some(Looked::Waits),
            Self::Off => Some(Looked::Off),
            Self::Busy => Some(Looked::Busy),
        }
    }
}

/// How looking at a password went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was right: what was counted is forgotten.
    Right,
    /// It was wrong.
    Wrong,
    /// It was not looked at after all.
    NotLookedAt,
}

/// What may be tried when so many were wrong, so many are being looked at, and the wait lasts until then.
#[must_use]
pub fn turn(wrong: u32, under_way: u32, waits_until: Timestamp, now: Timestamp) -> Turn {
    if wrong >= LAST {
        Turn::Off
    } else if waits_until > now {
        Turn::Wait(waits_until)
    } else if under_way == 0 || wrong.saturating_add(under_way) < BEFORE_WAITING {
        Turn::Yours
    } else {
        Turn::Busy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r48_waits_double_from_the_sixth_wrong_password_up_to_an_hour() {
        let seconds = |wrong| wait_after(wrong).as_secs();
        assert_eq!([0, 1, 5, 6, 7, 8, 9].map(seconds), [0, 0, 0, 1, 2, 4, 8]);
        assert_eq!([17, 18, 19, 99, 100, u32::MAX].map(seconds), [2048, 3600, 3600, 3600, 3600, 3600]);
    }

    #[test]
    fn r48_no_more_are_looked_at_together_than_may_be_wrong_without_a_wait() {
        let (then, now) = (Timestamp::from_millis(1000), Timestamp::from_millis(1000));
        assert_eq!(turn(0, 5, then, now), Turn::Yours);
        assert_eq!(turn(0, 6, then, now), Turn::Busy);
        assert_eq!(turn(3, 2, then, now), Turn::Yours);
        assert_eq!(turn(3, 3, then, now), Turn::Busy);
        assert_eq!(turn(50, 0, then, now), Turn::Yours);
        assert_eq!(turn(50, 1, then, now), Turn::Busy);
        assert_eq!(turn(99, 0, then, now), Turn::Yours);
        assert_eq!(turn(100, 0, then, now), Turn::Off);
        assert_eq!(
            turn(7, 0, now.plus(Duration::from_millis(1)), now),
            Turn::Wait(Timestamp::from_millis(1001))
        );
    }
}
