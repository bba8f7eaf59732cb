//! The figures an operator may set. None can be built beyond the standard's ceilings.
use crate::channel::Channel;
use crate::day_cap::DayCap;
use crate::time::Timestamp;
use std::time::Duration;
use thiserror::Error;

/// A figure that is refused: the setting's key and what it may be.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{key}: {remedy}")]
pub struct PolicyError {
    /// The setting, as in the settings file.
    pub key: &'static str,
    /// What it may be.
    pub remedy: &'static str,
}

/// What each figure with bounds may be, in words.
const BOUNDS: [(&str, &str); 9] = [
    ("otp.digits", "a whole number from 6 to 10"),
    ("otp.ttl_seconds", "a whole number from 1 to 600"),
    ("otp.tries", "a whole number from 1 to 10"),
    ("otp.failures_before_lock", "a whole number from 1 to 100"),
    ("otp.resend_after_seconds", "a list of at least one pause, each at most 3600 seconds"),
    ("phones.max_per_account", "a whole number from 1 to 20"),
    ("session.absolute_seconds", "a whole number from 1 to 86400"),
    ("session.idle_seconds", "a whole number from 1 to session.absolute_seconds"),
    ("session.fresh_seconds", "a whole number from 1 to 900"),
];

/// What the figure of a setting may be, where it has bounds: for whoever typed something that is no figure at all.
#[must_use]
pub fn bounds(key: &str) -> Option<&'static str> {
    BOUNDS.iter().find(|(bound, _)| *bound == key).map(|(_, words)| *words)
}

fn within(ok: bool, key: &'static str) -> Result<(), PolicyError> {
    if ok { Ok(()) } else { Err(PolicyError { key, remedy: bounds(key).unwrap_or("another figure") }) }
}

/// How codes live and die.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtpPolicy {
    digits: u8,
    ttl: Duration,
    tries: u32,
    failures_before_lock: u32,
    resend_after: Vec<Duration>,
}

impl OtpPolicy {
    /// Builds it from the settings, in seconds where a time is meant.
    ///
    /// # Errors
    /// Names the first figure that lies outside the standard (NIST SP 800-63B-4 §3.1.3.2, §3.2.2).
    pub fn new(
        digits: u8,
        ttl_seconds: u32,
        tries: u32,
        failures_before_lock: u32,
        resend_after_seconds: &[u32],
    ) -> Result<Self, PolicyError> {
        within((6..=10).contains(&digits), "otp.digits")?;
        within((1..=600).contains(&ttl_seconds), "otp.ttl_seconds")?;
        within((1..=10).contains(&tries), "otp.tries")?;
        within((1..=100).contains(&failures_before_lock), "otp.failures_before_lock")?;
        within(
            !resend_after_seconds.is_empty() && resend_after_seconds.iter().all(|&s| s <= 3600),
            "otp.resend_after_seconds",
        )?;
        let resend_after = resend_after_seconds.iter().map(|&s| Duration::from_secs(u64::from(s))).collect();
        let ttl = Duration::from_secs(u64::from(ttl_seconds));
        Ok(Self { digits, ttl, tries, failures_before_lock, resend_after })
    }

    /// Digits of a code, 6 to 10.
    #[must_use]
    pub fn digits(&self) -> u8 {
        self.digits
    }

    /// How long a code lives, at most 600 s (R2).
    #[must_use]
    pub fn ttl(&self) -> Duration {
        self.ttl
    }

    /// The least that a code lives which goes out by `channel`.
    #[must_use]
    pub fn least_life(&self, channel: Channel) -> Duration {
        match channel {
            Channel::Sms => LEAST_LIFE.min(self.ttl),
            Channel::Voice => LEAST_LIFE_OF_CALL,
        }
    }

    /// Guesses per code (R5).
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Consecutive wrong codes after which a phone is off (R4).
    #[must_use]
    pub fn failures_before_lock(&self) -> u32 {
        self.failures_before_lock
    }

    /// The pause before the next message in a flow in which `sends` have gone out; the last pause repeats.
    #[must_use]
    pub fn resend_after(&self, sends: u32) -> Duration {
        let at = usize::try_from(sends.saturating_sub(1)).unwrap_or(usize::MAX);
        let last = self.resend_after.last().copied().unwrap_or(Duration::from_secs(30));
        self.resend_after.get(at).copied().unwrap_or(last)
    }
}

/// How many messages go out (R15). Windows slide: no window of that length holds more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendLimits {
    /// To one number within an hour, over all accounts.
    pub per_number_hour: u32,
    /// To one number within a day, over all accounts.
    pub per_number_day: u32,
    /// For one account within a day, over all its numbers.
    pub per_account_day: u32,
    /// Asked for from one network address within an hour; `None`: off.
    pub per_address_hour: Option<u32>,
    /// By the whole installation within a minute; `None`: off.
    pub per_minute: Option<u32>,
    /// By the whole installation within a day, midnight to midnight in UTC, notices included.
    pub per_day: DayCap,
    /// Numbers of one block that were begun within an hour and that nobody has proven yet; `None`: off.
    pub unproven_per_block_hour: Option<u32>,
    /// The same of one country; `None`: off.
    pub unproven_per_country_hour: Option<u32>,
    /// Sign-ins tried from one network address within a minute; `None`: off.
    pub sign_ins_per_address_minute: Option<u32>,
}

/// What phones an account may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhonePolicy {
    max_per_account: usize,
}

impl PhonePolicy {
    /// `max_per_account`: 1 to 20 phones, pending ones included.
    ///
    /// # Errors
    /// When it lies outside.
    pub fn new(max_per_account: usize) -> Result<Self, PolicyError> {
        within((1..=20).contains(&max_per_account), "phones.max_per_account")?;
        Ok(Self { max_per_account })
    }

    /// Most phones of one account, pending ones included.
    #[must_use]
    pub fn max_per_account(&self) -> usize {
        self.max_per_account
    }
}

/// How long a session and a proof last (R58).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    idle: Duration,
    absolute: Duration,
    fresh: Duration,
}

impl SessionPolicy {
    /// From seconds.
    ///
    /// # Errors
    /// When idle exceeds absolute, absolute exceeds a day (NIST SP 800-63B-4 §2.2.3) or a figure is 0.
    pub fn new(idle_seconds: u32, absolute_seconds: u32, fresh_seconds: u32) -> Result<Self, PolicyError> {
        within((1..=86_400).contains(&absolute_seconds), "session.absolute_seconds")?;
        within((1..=absolute_seconds).contains(&idle_seconds), "session.idle_seconds")?;
        within((1..=900).contains(&fresh_seconds), "session.fresh_seconds")?;
        let seconds = |s: u32| Duration::from_secs(u64::from(s));
        Ok(Self {
            idle: seconds(idle_seconds),
            absolute: seconds(absolute_seconds),
            fresh: seconds(fresh_seconds),
        })
    }

    /// A session unused for so long is over.
    #[must_use]
    pub fn idle(&self) -> Duration {
        self.idle
    }

    /// A session is over so long after the oldest proof it rests on, used or not.
    #[must_use]
    pub fn absolute(&self) -> Duration {
        self.absolute
    }

    /// A session holds that was used after the first of these moments and rests on no proof from before the second (R58).
    #[must_use]
    pub fn holds_after(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        (now.minus(self.idle), now.minus(self.absolute))
    }

    /// How long a session that is used right now lasts without being used again, and whether another use would make that longer.
    /// `counts_from`: see [`SessionState::counts_from`](crate::session::SessionState::counts_from).
    #[must_use]
    pub fn lasts(&self, counts_from: Timestamp, now: Timestamp) -> (Duration, bool) {
        let whole = counts_from.plus(self.absolute).since(now);
        (whole.min(self.idle), whole > self.idle)
    }

    /// A proof of identity is fresh for so long (R28).
    #[must_use]
    pub fn fresh(&self) -> Duration {
        self.fresh
    }
}

/// A half sign-in ends this long after the password was right (R57).
pub const HALF_SIGN_IN: Duration = Duration::from_secs(600);

/// An enrolment, a proof or a test ends this long after it began.
pub const OTHER_FLOWS: Duration = Duration::from_secs(3600);

/// No code is made that would live shorter than this because its flow ends: it would arrive too late. Where all codes are to live
/// shorter, they do.
pub const LEAST_LIFE: Duration = Duration::from_secs(10);

/// The same for a call, which has to ring, be answered, and say the code twice. Where codes live shorter, there are no calls.
pub const LEAST_LIFE_OF_CALL: Duration = Duration::from_secs(60);

/// All figures together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Codes.
    pub otp: OtpPolicy,
    /// Messages and sign-ins.
    pub limits: SendLimits,
    /// Phones.
    pub phones: PhonePolicy,
    /// Sessions.
    pub session: SessionPolicy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r58_a_session_lasts_until_its_idle_end_or_its_last_one() {
        let policy = SessionPolicy::new(3600, 86_400, 300).unwrap();
        let start = Timestamp::from_millis(1_000_000);
        for (used_after, lasts, may_stay) in [
            (0, 3600, true),
            (82_799, 3600, true),
            (82_800, 3600, false),
            (86_390, 10, false),
            (90_000, 0, false),
        ] {
            let now = start.plus(Duration::from_secs(used_after));
            assert_eq!(policy.lasts(start, now), (Duration::from_secs(lasts), may_stay), "{used_after}");
        }
    }

    #[test]
    fn r02_r04_figures_beyond_the_standard_cannot_be_built() {
        assert!(OtpPolicy::new(6, 600, 5, 100, &[30]).is_ok());
        for (digits, ttl, tries, lock, resend, key) in [
            (5, 300, 5, 20, &[30][..], "otp.digits"),
            (11, 300, 5, 20, &[30], "otp.digits"),
            (6, 601, 5, 20, &[30], "otp.ttl_seconds"),
            (6, 300, 0, 20, &[30], "otp.tries"),
            (6, 300, 5, 101, &[30], "otp.failures_before_lock"),
            (6, 300, 5, 20, &[], "otp.resend_after_seconds"),
        ] {
            let refused = OtpPolicy::new(digits, ttl, tries, lock, resend).unwrap_err();
            assert_eq!((refused.key, Some(refused.remedy)), (key, bounds(key)));
        }
        for (idle, absolute, fresh, key) in [
            (3600, 86_401, 300, "session.absolute_seconds"),
            (3601, 3600, 300, "session.idle_seconds"),
            (3600, 3600, 901, "session.fresh_seconds"),
        ] {
            let refused = SessionPolicy::new(idle, absolute, fresh).unwrap_err();
            assert_eq!((refused.key, Some(refused.remedy)), (key, bounds(key)));
        }
        assert_eq!(Some(PhonePolicy::new(21).unwrap_err().remedy), bounds("phones.max_per_account"));
    }

    #[test]
    fn r15_pauses_grow_and_the_last_repeats() {
        let policy = OtpPolicy::new(6, 300, 5, 20, &[30, 60, 120, 300]).unwrap();
        let seconds: Vec<u64> = (1..=6).map(|n| policy.resend_after(n).as_secs()).collect();
        assert_eq!(seconds, [30, 60, 120, 300, 300, 300]);
    }
}
