//! The one-time code: how it is made, tidied and compared. At rest there is only its keyed hash (R9).
use crate::entropy::{Entropy, below};
use crate::id::ChallengeId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::Duration;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Longest input that is looked at, in characters (R17).
pub const INPUT_MAX: usize = 32;

/// A code, 6 to 10 decimal digits. Wiped when dropped; has neither `Debug` nor `Display` (R12).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OtpCode(String);

impl OtpCode {
    /// A new code, every value equally likely, leading zeros included (R1).
    pub fn generate(entropy: &dyn Entropy, digits: u8) -> Self {
        let mut text = String::with_capacity(usize::from(digits));
        for _ in 0..digits {
            text.push(char::from(b'0' + u8::try_from(below(entropy, 10)).unwrap_or(0)));
        }
        Self(text)
    }

    /// What a person typed or pasted, read kindly: spaces, no-break spaces and hyphens dropped, full-width and Arabic-Indic
    /// digits understood (R17). `None` when that leaves anything but `digits` digits: then it is no guess at all.
    #[must_use]
    pub fn tidy(typed: &str, digits: u8) -> Option<Self> {
        let mut text = String::with_capacity(usize::from(digits));
        for (at, c) in typed.chars().enumerate() {
            if at >= INPUT_MAX {
                return None;
            }
            match c {
                c if c.is_whitespace() => {}
                '-' | '\u{2010}'..='\u{2015}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
                c => text.push(digit(c)?),
            }
        }
        (text.len() == usize::from(digits)).then_some(Self(text))
    }

    /// The digits: for the message and for the digest. Nowhere else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn digit(c: char) -> Option<char> {
    let base = match c {
        '0'..='9' => '0',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        '\u{0660}'..='\u{0669}' => '\u{0660}',
        '\u{06f0}'..='\u{06f9}' => '\u{06f0}',
        _ => return None,
    };
    char::from_digit(u32::from(c) - u32::from(base), 10)
}

/// The key of the digests; never in the database.
pub struct CodeKey(Zeroizing<[u8; 32]>);

impl CodeKey {
    /// From derived key bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// HMAC-SHA-256 over challenge id and code (R9).
    #[must_use]
    pub fn digest(&self, challenge: &ChallengeId, code: &OtpCode) -> CodeDigest {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("any key length");
        mac.update(challenge.as_str().as_bytes());
        mac.update(b"\0");
        mac.update(code.reveal().as_bytes());
        CodeDigest(mac.finalize().into_bytes().into())
    }
}

/// What is kept of a code.
#[derive(Clone)]
pub struct CodeDigest([u8; 32]);

impl CodeDigest {
    /// As stored; `None` when it has not 32 bytes.
    #[must_use]
    pub fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// To be stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Equal or not, in a time that does not tell where they differ (R10).
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// How long a code lives, in whole minutes as people are told: never none.
#[must_use]
pub fn minutes(life: Duration) -> u64 {
    (life.as_secs() / 60).max(1)
}

/// Letters and digits that cannot be mistaken for one another when read from a screen.
const REFERENCE: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A message reference such as `K7Q2`: stands in the message and on the page, so that a person knows which message counts.
pub fn reference(entropy: &dyn Entropy) -> String {
    let size = u32::try_from(REFERENCE.len()).unwrap_or(1);
    (0..4)
        .filter_map(|_| REFERENCE.get(usize::try_from(below(entropy, size)).unwrap_or(0)))
        .map(|&byte| char::from(byte))
        .collect()
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
