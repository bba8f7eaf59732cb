//! Names of rows: one type each, so that no two are mixed up.
use crate::entropy::{Entropy, hex, hex128};
use crate::time::Timestamp;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(String);

        impl $name {
            /// One that came from outside. Nothing is known of it but its shape.
            ///
            /// `None` unless it is 32 lower-case hex digits.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let fits = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                fits.then(|| Self(text.to_owned()))
            }

            /// One that was stored by us.
            #[must_use]
            pub fn stored(text: String) -> Self {
                Self(text)
            }

            /// As text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Ids that stand in paths tell nothing (R143).
macro_rules! random {
    ($($name:ident),+) => {
        $(impl $name {
            /// A new one: 128 random bits, so that it may stand in a path.
            pub fn new(entropy: &dyn Entropy) -> Self {
                Self(hex128(entropy))
            }
        })+
    };
}

/// Ids that stand in no path may tell when they were made (R143). Rows that have none but these are found by it, see
/// `earliest`.
macro_rules! ordered {
    ($($name:ident),+) => {
        $(impl $name {
            /// A new one that begins with the time: rows made together lie together, so that a busy installation writes few
            /// places of its database (RFC 9562's version 7, without hyphens; 74 random bits).
            pub fn ordered(at: Timestamp, entropy: &dyn Entropy) -> Self {
                Self(time_ordered(at, entropy))
            }

            /// Where those begin that are made at this moment or later: for looking rows up by their time. It names no row itself.
            #[must_use]
            pub fn earliest(at: Timestamp) -> Self {
                Self(format!("{:0<32}", hex(&millis(at))))
            }
        })+
    };
}

id!(/** An account; also the stable subject that apps know a person by. */ AccountId);
id!(/** A phone of an account. Its number never changes: another number is another phone. */ PhoneId);
id!(/** One browser transaction for one purpose: a half sign-in, an enrolment, a proof, a test. */ FlowId);
id!(/** One code. */ ChallengeId);
id!(/** One message handed, or to be handed, to a provider. */ DeliveryId);
id!(/** A browser session by its public name: not the secret in the cookie. */ SessionHandle);
id!(/** A banner shown to a person until put away. */ NoticeId);
id!(/** An app's request that waits while its person signs in. */ RequestId);
id!(/** What an app was granted by one sign-in: a code and the tokens that come out of it. */ GrantId);
id!(/** A signing key: the `kid` of tokens and of the published set. */ Kid);

random!(AccountId, PhoneId, FlowId, NoticeId, RequestId, GrantId, Kid);
// A flow's only where it is no test: that one's page is named by it.
ordered!(FlowId, ChallengeId, DeliveryId, SessionHandle);

/// A UUID of version 7 as hex: 48 bits of milliseconds since 1970, then version, variant and 74 random bits.
fn time_ordered(at: Timestamp, entropy: &dyn Entropy) -> String {
    let mut random = [0; 10];
    entropy.fill(&mut random);
    let [mut version, low, mut variant, rest @ ..] = random;
    version = 0x70 | (version & 0x0f);
    variant = 0x80 | (variant & 0x3f);
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(millis(at).into_iter().chain([version, low, variant]).chain(rest))
    {
        *to = from;
    }
    hex(&bytes)
}

/// 48 bits of milliseconds since 1970.
fn millis(at: Timestamp) -> [u8; 6] {
    let [_, _, millis @ ..] = u64::try_from(at.as_millis()).unwrap_or(0).to_be_bytes();
    millis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    #[test]
    fn ordered_ids_are_uuids_of_version_7_in_the_order_of_their_times() {
        let entropy = SeededEntropy::new(1);
        let at = Timestamp::from_millis;
        let ids = [0, 1, 255, 256, 1_795_000_000_000].map(|millis| FlowId::ordered(at(millis), &entropy));
        assert!(ids.is_sorted());
        for id in &ids {
            assert_eq!(FlowId::parse(id.as_str()).as_ref(), Some(id), "the shape of all ids");
            let digits = id.as_str().as_bytes();
            assert_eq!(digits.get(12), Some(&b'7'), "version");
            assert!(digits.get(16).is_some_and(|digit| b"89ab".contains(digit)), "variant");
        }
        assert!(
            ids.last().is_some_and(|id| id.as_str().starts_with(&format!("{:012x}", 1_795_000_000_000_i64)))
        );
    }

    #[test]
    fn a_moment_lies_between_the_ids_made_before_it_and_those_made_at_it() {
        let entropy = SeededEntropy::new(1);
        let at = Timestamp::from_millis;
        for millis in [1, 256, 1_795_000_000_000] {
            let earliest = DeliveryId::earliest(at(millis));
            assert_eq!(
                DeliveryId::parse(earliest.as_str()).as_ref(),
                Some(&earliest),
                "the shape of all ids"
            );
            for _ in 0..100 {
                assert!(DeliveryId::ordered(at(millis - 1), &entropy) < earliest);
                assert!(earliest < DeliveryId::ordered(at(millis), &entropy));
            }
        }
    }

    #[test]
    fn ordered_ids_of_one_moment_differ() {
        let entropy = SeededEntropy::new(1);
        let at = Timestamp::from_millis(7);
        assert_ne!(ChallengeId::ordered(at, &entropy), ChallengeId::ordered(at, &entropy));
    }
}
