//! A phone number and what is known of a phone.
use crate::id::{AccountId, PhoneId};
use crate::send_problem::SendProblem;
use crate::time::Timestamp;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroize;

/// A number in E.164 form, `+` and 7 to 15 digits (R24). Whether it exists is the number library's question.
///
/// `Debug` shows the mask, so that a stray log line never tells the number (R36). There is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct E164(String);

impl E164 {
    /// `None` unless it matches `^\+[1-9]\d{6,14}$`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let fits = (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        fits.then(|| Self(text.to_owned()))
    }

    /// The whole number: for a provider, for the keyed hash, for an operator who asked. Nowhere else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What may be shown of it.
    #[must_use]
    pub fn mask(&self) -> Mask {
        let digits = self.0.strip_prefix('+').unwrap_or(&self.0);
        let code = digits.get(..calling_code_length(digits)).unwrap_or_default();
        let last = digits.get(digits.len().saturating_sub(2)..).unwrap_or_default();
        Mask { calling_code: code.to_owned(), last_digits: last.to_owned() }
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.mask(), f)
    }
}

impl Drop for E164 {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Calling codes are prefix-free: one digit for zones 1 and 7, two for those listed, three for all others (ITU E.164 list).
fn calling_code_length(digits: &str) -> usize {
    let bytes = digits.as_bytes();
    match (bytes.first(), bytes.get(1)) {
        (Some(b'1' | b'7'), _) => 1,
        (Some(b'2'), Some(b'0' | b'7'))
        | (Some(b'3'), Some(b'0'..=b'4' | b'6' | b'9'))
        | (Some(b'4'), Some(b'0' | b'1' | b'3'..=b'9'))
        | (Some(b'5'), Some(b'1'..=b'8'))
        | (Some(b'6'), Some(b'0'..=b'6'))
        | (Some(b'8'), Some(b'1' | b'2' | b'4' | b'6'))
        | (Some(b'9'), Some(b'0'..=b'5' | b'8')) => 2,
        _ => 3,
    }
}

/// What a page, a log or an audit line may show of a number: calling code and last two digits (R36).
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mask {
    /// Without the `+`.
    pub calling_code: String,
    /// The last two digits.
    pub last_digits: String,
}

/// Keyed hash of a number: finds and counts it without telling it. Made by the adapter that has the key.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NumberHash(String);

impl NumberHash {
    /// From the hash as stored.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number as the library read it, ready to be bound.
#[derive(Clone, Debug)]
pub struct KnownNumber {
    /// The number itself.
    pub number: E164,
    /// Its keyed hash.
    pub hash: NumberHash,
    /// A fixed line: it can be called only (R25).
    pub fixed_line: bool,
}

/// Why a typed number is not taken. Says nothing about who else has it (R35).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberProblem {
    /// Nothing was typed.
    Missing,
    /// It does not read as a number, or has letters or an extension.
    NotANumber,
    /// It reads as a number, but no such number can exist.
    NotValid,
    /// Its country is not served (R26).
    Country,
    /// Its kind gets no codes from us: premium, pager …, and fixed lines where nobody can call them (R25).
    Kind,
}

/// What is known of a phone of an account.
#[derive(Clone, Debug)]
pub struct Phone {
    /// Its id, random: it stands in paths.
    pub id: PhoneId,
    /// Whose it is.
    pub account: AccountId,
    /// Keyed hash of the number.
    pub hash: NumberHash,
    /// What may be shown.
    pub mask: Mask,
    /// A fixed line: codes come by call (R25).
    pub fixed_line: bool,
    /// The person's own name for it; may be empty.
    pub label: String,
    /// When its code came back; `None` while pending.
    pub verified_at: Option<Timestamp>,
    /// When a code to it last came back, to the day; `None` while pending.
    pub proven_at: Option<Timestamp>,
    /// Nobody used it for a year, and another one is in use: it gets no codes until it is confirmed anew (A41). Worked out by
    /// [`put_to_rest`].
    pub resting: bool,
    /// Codes go here first.
    pub preferred: bool,
    /// Too many wrong codes: off until confirmed anew (R4).
    pub locked: bool,
    /// A provider said that codes do not reach it; it stays usable (R42).
    pub attention: Option<SendProblem>,
    /// When it was added.
    pub added_at: Timestamp,
    /// The phone it is to take the place of.
    pub replaces: Option<PhoneId>,
}

impl Phone {
    /// Sign-in codes may go to it: proven, not off, and in use (R29, P5, A41).
    #[must_use]
    pub fn serves(&self) -> bool {
        self.verified_at.is_some() && !self.locked && !self.resting
    }

    /// Its code has not come back yet.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.verified_at.is_none()
    }

    /// It is told of changes of its account: proven, and a text reaches it (R31).
    #[must_use]
    pub fn gets_notices(&self) -> bool {
        self.verified_at.is_some() && !self.fixed_line
    }
}

/// A number that no code came back from for so long may be somebody else's by now (A41).
pub const UNUSED_FOR: Duration = Duration::from_secs(365 * 86_400);

/// The last use of a number is kept to the day: most sign-ins leave its row alone.
pub const PROVEN_TO: Duration = Duration::from_secs(86_400);

/// Marks the numbers of an account that nobody used for a year, where another one is in use. An account whose numbers are all unused for
/// so long keeps them: its next sign-in shows whether they are still its person's.
pub fn put_to_rest(phones: &mut [Phone], now: Timestamp) {
    let unused = |phone: &Phone| phone.proven_at.is_some_and(|at| now.since(at) >= UNUSED_FOR);
    if phones.iter().any(|phone| phone.serves() && !unused(phone)) {
        for phone in phones {
            phone.resting = unused(phone);
        }
    }
}

/// The phone that codes go to first: the preferred one that serves, else the one proven first.
#[must_use]
pub fn first_choice(phones: &[Phone]) -> Option<&Phone> {
    phones
        .iter()
        .filter(|phone| phone.serves())
        .min_by_key(|phone| (!phone.preferred, phone.verified_at, phone.id.clone()))
}

/// Longest label, in characters (R129).
pub const LABEL_MAX: u8 = 64;

/// A label as kept: outer space gone, inner runs of spaces and tabs made one space.
///
/// `None` when it is longer than [`LABEL_MAX`] or holds other control or direction-changing characters (R129).
#[must_use]
pub fn tidy_label(typed: &str) -> Option<String> {
    if typed.chars().any(|c| (c.is_control() && c != '\t') || is_direction_mark(c)) {
        return None;
    }
    let tidy = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    (tidy.chars().count() <= usize::from(LABEL_MAX)).then_some(tidy)
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r24_only_e164_is_a_number() {
        for good in ["+12015550123", "+4915112345678", "+1234567"] {
            assert!(E164::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "+",
            "12015550123",
            "+02015550123",
            "+123456",
            "+1234567890123456",
            "+1201555012a",
            "+1 201 555 0123",
        ] {
            assert!(E164::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn r36_debug_shows_the_mask_only() {
        let number = E164::parse("+12015550123").unwrap();
        let shown = format!("{number:?}");
        assert!(!shown.contains("2015550"), "{shown}");
        assert_eq!(number.mask(), Mask { calling_code: "1".into(), last_digits: "23".into() });
    }

    #[test]
    fn the_mask_knows_calling_codes_of_every_length() {
        for (number, code) in [
            ("+12015550123", "1"),
            ("+79161234567", "7"),
            ("+447700900123", "44"),
            ("+353871234567", "353"),
            ("+819012345678", "81"),
            ("+8801712345678", "880"),
            ("+9971234567", "997"),
        ] {
            assert_eq!(E164::parse(number).unwrap().mask().calling_code, code, "{number}");
        }
    }

    #[test]
    fn labels_hold_no_control_or_direction_characters() {
        assert_eq!(tidy_label("  My   phone "), Some("My phone".to_owned()));
        assert_eq!(tidy_label("pasted\twith a tab"), Some("pasted with a tab".to_owned()));
        for bad in ["a\nb", "a\u{202e}b", "a\u{1b}[31m", "x\u{2066}"] {
            assert_eq!(tidy_label(bad), None, "{bad:?}");
        }
        assert!(tidy_label(&"é".repeat(64)).is_some());
        assert!(tidy_label(&"é".repeat(65)).is_none());
    }
}
