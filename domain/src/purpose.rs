//! What a code is for. A code is worth something for its own purpose only (R7).
use crate::id::PhoneId;

/// The purpose of a flow and of every code in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The second step of a sign-in.
    SignIn,
    /// Proving a number that is to be added.
    NewPhone,
    /// Proving a number that is to take the place of `old`.
    ReplacePhone {
        /// The phone that serves until the new one is proven (R30).
        old: PhoneId,
    },
    /// Fresh proof of identity before a factor is changed (R28).
    FreshProof,
    /// Seeing that delivery works. Never worth any right (R13).
    Test,
}

impl Purpose {
    /// The names of all.
    pub const NAMES: [&str; 5] = ["sign_in", "new_phone", "replace_phone", "fresh_proof", "test"];

    /// The name it is stored, logged and counted under.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::NewPhone => "new_phone",
            Self::ReplacePhone { .. } => "replace_phone",
            Self::FreshProof => "fresh_proof",
            Self::Test => "test",
        }
    }

    /// Back from what was stored. `None` for a name that is not ours, or a replacement that names no old phone.
    #[must_use]
    pub fn stored(name: &str, old: Option<PhoneId>) -> Option<Self> {
        Some(match name {
            "sign_in" => Self::SignIn,
            "new_phone" => Self::NewPhone,
            "replace_phone" => Self::ReplacePhone { old: old? },
            "fresh_proof" => Self::FreshProof,
            "test" => Self::Test,
            _ => return None,
        })
    }

    /// The phone that a replacement retires.
    #[must_use]
    pub fn old_phone(&self) -> Option<&PhoneId> {
        match self {
            Self::ReplacePhone { old } => Some(old),
            Self::SignIn | Self::NewPhone | Self::FreshProof | Self::Test => None,
        }
    }

    /// Which of a number's two failure counters a wrong code counts on.
    #[must_use]
    pub fn counter(&self) -> Counter {
        match self {
            Self::NewPhone | Self::ReplacePhone { .. } => Counter::Binding,
            Self::SignIn | Self::FreshProof | Self::Test => Counter::Using,
        }
    }
}

/// Consecutive wrong codes are counted per account and number, once for using it and once for binding it: a number that is
/// off for sign-in can still be confirmed anew, and neither count is reset by anything but a right code (R4, D2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counter {
    /// Sign-in, fresh proof, test.
    Using,
    /// Adding or replacing.
    Binding,
}

impl Counter {
    /// The name it is stored under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Using => "using",
            Self::Binding => "binding",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_listed_and_comes_back() {
        for name in Purpose::NAMES {
            let old = Some(PhoneId::stored("old".to_owned()));
            assert_eq!(Purpose::stored(name, old).map(|purpose| purpose.name()), Some(name));
        }
        assert_eq!(Purpose::stored("notice", None), None);
    }
}
