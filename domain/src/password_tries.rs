//! How often a password may be tried: a wait that grows with every wrong one, and an end (R48).
//!
//! Counted by name, whether an account has it or not, so that a wait tells nothing (R50). A browser in which the right
//! password was typed before is counted by itself: who hammers a name from elsewhere does not hold its owner up there (R49).
use crate::password::NameKey;
use crate::time::Timestamp;
use crate::watch::Looked;
use std::time::Duration;

/// Wrong passwords in a row before the first wait: also the most that are told of when tried in the same moment.
pub const BEFORE_WAITING: u32 = 6;

/// Wrong passwords in a row that are looked at; from then on none is until an operator sets a new password (NIST SP 800-63B-4
/// §3.2.2).
pub const LAST: u32 = 100;

const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

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

/// Whether a password may be looked at, and be told whether it was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayTry {
    /// It may.
    Yes,
    /// Not before then.
    Wait(Timestamp),
    /// No more: too many were wrong in a row.
    Off,
}

impl MayTry {
    /// Why it is not looked at; nothing where it is.
    #[must_use]
    pub fn refused(self) -> Option<Looked> {
        match self {
            Self::Yes => None,
            Self::Wait(_) => Some(Looked::Waits),
            Self::Off => Some(Looked::Off),
        }
    }
}

/// What is counted of one trier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Wrong passwords in a row.
    pub wrong: u32,
    /// Until when the next one waits.
    pub waits_until: Timestamp,
}

/// What a password that was looked at changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Nothing, and it is not answered: simultaneous tries came first, and this one must now wait.
    Held(MayTry),
    /// It was right: the row is forgotten.
    Right,
    /// It was wrong, which makes the row this long.
    Wrong(Tally),
}

impl Tally {
    /// Whether a password tried at this moment is looked at.
    #[must_use]
    pub fn may_try(self, now: Timestamp) -> MayTry {
        if self.wrong >= LAST {
            MayTry::Off
        } else if self.waits_until > now {
            MayTry::Wait(self.waits_until)
        } else {
            MayTry::Yes
        }
    }

    /// What follows from a password tried at `now`. It is judged anew when it is settled: of any number that were looked at in
    /// the same moment no more are told of than the row allows, one after the other.
    #[must_use]
    pub fn settle(self, right: bool, now: Timestamp) -> Settled {
        match self.may_try(now) {
            MayTry::Yes if right => Settled::Right,
            MayTry::Yes => {
                let wrong = self.wrong.saturating_add(1);
                let waits_until = self.waits_until.max(now.plus(wait_after(wrong)));
                Settled::Wrong(Self { wrong, waits_until })
            }
            held => Settled::Held(held),
        }
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
    fn r48_of_many_in_the_same_moment_six_are_told_of() {
        let now = Timestamp::from_millis(1000);
        let mut tally = Tally::default();
        for nth in 1..=BEFORE_WAITING {
            let Settled::Wrong(after) = tally.settle(false, now) else { panic!("{nth} is told") };
            tally = after;
        }
        let until = now.plus(Duration::from_secs(1));
        for right in [false, true] {
            assert_eq!(tally.settle(right, now), Settled::Held(MayTry::Wait(until)), "right or not");
        }
        assert_eq!(tally.settle(true, until), Settled::Right);
    }

    #[test]
    fn r48_after_a_wait_one_is_told_of_at_a_time_and_none_after_the_last() {
        let now = Timestamp::from_millis(1_000_000);
        let tally = Tally { wrong: 50, waits_until: now };
        assert_eq!(tally.may_try(now), MayTry::Yes);
        let Settled::Wrong(next) = tally.settle(false, now) else { panic!("the first one is told") };
        assert!(matches!(next.settle(true, now), Settled::Held(MayTry::Wait(_))));
        let last = Tally { wrong: LAST - 1, waits_until: now };
        let Settled::Wrong(end) = last.settle(false, now) else { panic!("the last one is told") };
        assert_eq!(end.settle(true, now.plus(LONGEST_WAIT)), Settled::Held(MayTry::Off));
    }

    #[test]
    fn r48_a_wait_is_never_shortened() {
        let now = Timestamp::from_millis(5_000);
        let tally = Tally { wrong: 0, waits_until: now };
        assert_eq!(tally.settle(false, now), Settled::Wrong(Tally { wrong: 1, waits_until: now }));
    }
}
