//! Names of rows: one type each, so that no two are mixed up.
use crate::entropy::{Entropy, hex128};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(String);

        impl $name {
            /// A new one: 128 random bits, so that it may stand in a path and tells nothing (R143).
            pub fn new(entropy: &dyn Entropy) -> Self {
                Self(hex128(entropy))
            }

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
