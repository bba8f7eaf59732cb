//! The life of a signing key: which one signs, which ones apps may rely on, when one goes (R91).
//!
//! ```text
//! made ──► next ──(its moment comes)──► current ──(another's moment comes)──► old ──(kept for its tokens)──► gone
//!            └───────────────────────────── withdrawn ─────────────────────────────────────────────────────►┘
//! ```
//! A state is read off the moments that were written down when the key was made, so all nodes change over in the same moment without
//! telling one another. Every state but *gone* is published.
use crate::id::Kid;
use crate::time::Timestamp;
use std::time::Duration;
use thiserror::Error;

/// Apps keep the set of keys so long (`Cache-Control: max-age`).
pub const MAX_AGE: Duration = Duration::from_secs(3600);

/// A change is seen by every node after so long at the latest (R91).
pub const SEEN_WITHIN: Duration = Duration::from_secs(60);

/// A key is published so long before it signs: until every node publishes it, an app's copy has run out, and a day for apps that ask
/// less often (R91).
pub const AHEAD: Duration = Duration::from_secs(24 * 3600 + MAX_AGE.as_secs() + SEEN_WITHIN.as_secs());

/// A key is published and believed so long after it signed for the last time. ID tokens live minutes, but an app hands one in again
/// when its person signs out: as late as a session may last (a day at most), and an hour more.
pub const KEPT: Duration = Duration::from_secs(25 * 3600);

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs.
    Current,
    /// Does not sign any more; what it signed may still come back.
    Old,
    /// Nothing it signed is believed.
    Gone,
}

impl KeyState {
    /// Its name in listings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Old => "old",
            Self::Gone => "gone",
        }
    }
}

/// The moments of a key, written down when it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTimes {
    /// Which key.
    pub kid: Kid,
    /// When it was made: published from then on.
    pub made_at: Timestamp,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// When it was given up before its time, if it was.
    pub withdrawn_at: Option<Timestamp>,
}

impl KeyTimes {
    /// When another of `all` takes over from it; `None` while none is to.
    #[must_use]
    pub fn signs_until(&self, all: &[Self]) -> Option<Timestamp> {
        let later = all.iter().filter(|key| key.withdrawn_at.is_none() && key.order() > self.order());
        later.map(|key| key.signs_from).min()
    }

    /// From when nothing it signed is believed; `None` while that is not known.
    #[must_use]
    pub fn gone_at(&self, all: &[Self]) -> Option<Timestamp> {
        self.withdrawn_at.or_else(|| Some(self.signs_until(all)?.plus(KEPT)))
    }

    /// Where it stands among `all`, itself included.
    #[must_use]
    pub fn state(&self, all: &[Self], now: Timestamp) -> KeyState {
        let passed = |moment: Option<Timestamp>| moment.is_some_and(|moment| moment <= now);
        if passed(self.gone_at(all)) {
            KeyState::Gone
        } else if self.signs_from > now {
            KeyState::Next
        } else if passed(self.signs_until(all)) {
            KeyState::Old
        } else {
            KeyState::Current
        }
    }

    fn order(&self) -> (Timestamp, &str) {
        (self.signs_from, self.kid.as_str())
    }
}

/// The key that signs at `now`, of keys in the order in which they sign: the last whose moment has come. Where none has come yet, the
/// first one: the clock of the node that made it was a moment ahead.
#[must_use]
pub fn signs(all: &[KeyTimes], now: Timestamp) -> Option<&KeyTimes> {
    let mut standing = all.iter().filter(|key| key.withdrawn_at.is_none());
    let first = standing.next()?;
    Some(standing.take_while(|key| key.signs_from <= now).last().unwrap_or(first))
}

/// When a key made `now` may sign, where another signs until then.
#[must_use]
pub fn takes_over_at(now: Timestamp) -> Timestamp {
    now.plus(AHEAD)
}

/// The sizes of keys that may be asked for, in bits. Below 2048 no library takes them; above 4096 a signature takes longer than a page.
pub const SIZES: [u32; 3] = [2048, 3072, 4096];

/// How large keys are made: 3072 bits unless the operator says otherwise (R91).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySize(u32);

/// It is none of [`SIZES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("must be 2048, 3072 or 4096")]
pub struct SizeError;

impl KeySize {
    /// Of so many bits.
    ///
    /// # Errors
    /// When it is none of [`SIZES`].
    pub fn of(bits: u32) -> Result<Self, SizeError> {
        if SIZES.contains(&bits) { Ok(Self(bits)) } else { Err(SizeError) }
    }

    /// In bits.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl Default for KeySize {
    fn default() -> Self {
        Self(3072)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000).plus(Duration::from_secs(seconds))
    }

    fn key(nth: usize, made: u64, signs: u64) -> KeyTimes {
        KeyTimes {
            kid: Kid::stored(format!("{nth:032x}")),
            made_at: at(made),
            signs_from: at(signs),
            withdrawn_at: None,
        }
    }

    fn states(all: &[KeyTimes], now: u64) -> Vec<&'static str> {
        all.iter().map(|key| key.state(all, at(now)).name()).collect()
    }

    #[test]
    fn a_key_goes_through_its_states_to_the_second() {
        let all = [key(1, 0, 0), key(2, 1000, 5000)];
        let gone = 5000 + KEPT.as_secs();
        assert_eq!(states(&all[..1], gone), ["current"], "without another it signs for ever");
        for (now, want) in [
            (1000, ["current", "next"]),
            (4999, ["current", "next"]),
            (5000, ["old", "current"]),
            (gone - 1, ["old", "current"]),
            (gone, ["gone", "current"]),
        ] {
            assert_eq!(states(&all, now), want, "{now}");
        }
    }

    #[test]
    fn a_withdrawn_key_is_gone_and_takes_over_from_nobody() {
        let mut all = [key(1, 0, 0), key(2, 1000, 5000)];
        all[1].withdrawn_at = Some(at(2000));
        assert_eq!(states(&all, 1999), ["current", "next"]);
        assert_eq!(states(&all, 2000), ["current", "gone"]);
        assert_eq!(states(&all, 9000), ["current", "gone"]);
        assert_eq!(signs(&all, at(9000)), all.first());
        all[0].withdrawn_at = Some(at(2000));
        assert_eq!(signs(&all, at(9000)), None);
    }

    #[test]
    fn a_first_key_of_a_clock_that_is_ahead_signs_all_the_same() {
        let all = [key(1, 2, 2)];
        assert_eq!(signs(&all, at(0)), all.first());
        assert_eq!(signs(&[], at(0)), None);
    }

    #[test]
    fn sizes_are_those_that_libraries_take() {
        let taken: Vec<u32> = [0, 1024, 2047, 2048, 3072, 4096, 8192]
            .into_iter()
            .filter(|bits| KeySize::of(*bits).is_ok_and(|size| size.bits() == *bits))
            .collect();
        assert_eq!(taken, SIZES);
        assert_eq!(KeySize::default().bits(), 3072);
    }

    proptest! {
        /// Keys made one after the other, each as soon as none waits, or later.
        #[test]
        fn r91_what_signs_was_published_for_longer_than_an_app_keeps_the_set(
            pauses in prop::collection::vec(0u64..200_000, 1..6), moments in prop::collection::vec(0u64..1_500_000, 64)
        ) {
            let mut all = vec![key(0, 0, 0)];
            let mut made = 0;
            for (nth, pause) in pauses.iter().enumerate() {
                made += pause;
                let from = takes_over_at(at(made));
                all.push(KeyTimes { signs_from: from, ..key(nth + 1, made, 0) });
                made += AHEAD.as_secs();
            }
            for moment in moments {
                let now = at(moment);
                let signing = signs(&all, now).unwrap();
                prop_assert_eq!(signing.state(&all, now), KeyState::Current);
                prop_assert_eq!(all.iter().filter(|key| key.state(&all, now) == KeyState::Current).count(), 1);
                // A copy as old as it may be, of a node that sees things as late as it may.
                let copied = now.minus(MAX_AGE).minus(SEEN_WITHIN);
                prop_assert!(signing.made_at <= copied || signing.kid == all[0].kid);
                // What was signed up to a day ago is still believed.
                let signed_then = signs(&all, now.minus(Duration::from_secs(86_400))).unwrap();
                prop_assert_ne!(signed_then.state(&all, now), KeyState::Gone);
            }
        }
    }
}
