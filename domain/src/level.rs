//! Sign-in methods, their levels, and how fresh a proof must be.
use crate::phone::Phone;
use crate::policy::SessionPolicy;
use crate::time::Timestamp;

/// How surely a person was recognised. The order is the order of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Level {
    /// `simple_password_auth`: the password alone.
    Password,
    /// `twilio_sms`: password and a code by text message or call, whichever provider carried it.
    TwilioSms,
}

impl Level {
    /// Every one, weakest first.
    pub const ALL: [Self; 2] = [Self::Password, Self::TwilioSms];

    /// The `acr` that apps know it by.
    #[must_use]
    pub fn acr(self) -> &'static str {
        match self {
            Self::Password => "simple_password_auth",
            Self::TwilioSms => "twilio_sms",
        }
    }

    /// Back from its `acr`; anything unknown is no level.
    #[must_use]
    pub fn of_acr(acr: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.acr() == acr)
    }

    /// Its number: 0 or 10.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Password => 0,
            Self::TwilioSms => 10,
        }
    }

    /// Back from its number; anything unknown is no level.
    #[must_use]
    pub fn stored(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Password),
            10 => Some(Self::TwilioSms),
            _ => None,
        }
    }

    /// The highest level the account has. A phone that is off still counts: being locked out of it must not make the
    /// password alone enough (R14, R28).
    #[must_use]
    pub fn highest(phones: &[Phone]) -> Self {
        if phones.iter().any(|phone| !phone.pending()) { Self::TwilioSms } else { Self::Password }
    }
}

/// The latest proof of identity in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Proof {
    /// What it proved.
    pub level: Level,
    /// When.
    pub at: Timestamp,
}

impl Proof {
    /// Young enough and high enough for a change of factors (R28).
    #[must_use]
    pub fn is_fresh(&self, highest: Level, policy: &SessionPolicy, now: Timestamp) -> bool {
        self.level >= highest && self.at <= now && now.since(self.at) < policy.fresh()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn r28_only_a_fresh_proof_at_the_highest_level_counts() {
        let policy = SessionPolicy::new(3600, 86_400, 300).unwrap();
        let now = Timestamp::from_millis(1_000_000_000);
        let aged = |level, seconds| Proof { level, at: now.minus(Duration::from_secs(seconds)) };
        assert!(aged(Level::TwilioSms, 299).is_fresh(Level::TwilioSms, &policy, now));
        assert!(!aged(Level::TwilioSms, 300).is_fresh(Level::TwilioSms, &policy, now));
        assert!(!aged(Level::Password, 1).is_fresh(Level::TwilioSms, &policy, now));
        assert!(aged(Level::Password, 1).is_fresh(Level::Password, &policy, now));
        let ahead = Proof { level: Level::TwilioSms, at: now.plus(Duration::from_secs(1)) };
        assert!(!ahead.is_fresh(Level::Password, &policy, now), "a proof from the future is none");
    }
}
