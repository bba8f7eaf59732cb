//! Rules for passwords and user names. Hashing is an adapter's work.
use crate::guessing::{Guessing, LEAST_GUESSES_LOG10, Pattern};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Shortest password, in characters: an account without a phone signs in by password alone (R44, D5).
pub const PASSWORD_MIN: usize = 15;
/// Longest password, in characters (R44).
pub const PASSWORD_MAX: usize = 256;
/// Longest user name, in characters.
pub const NAME_MAX: usize = 128;

/// A password as hashed: NFC, nothing cut, nothing trimmed (R44). Wiped when dropped; no `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

/// Why a new password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer than 15 characters.
    TooShort,
    /// More than 256 characters.
    TooLong,
    /// It is among the first that are tried (R45).
    Guessable(Pattern),
}

impl PasswordProblem {
    /// For an operator at the command line.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::TooShort => "the password has fewer than 15 characters; take a longer one",
            Self::TooLong => "the password has more than 256 characters; take a shorter one",
            Self::Guessable(pattern) => pattern.remedy(),
        }
    }
}

impl Password {
    /// A password that is to be checked. Over-long ones are kept as too long, so that they cost what others cost (R50).
    #[must_use]
    pub fn typed(text: &str) -> Self {
        // Characters beyond the maximum cannot be right; one more than allowed keeps it wrong. Counted after composition, as
        // when it was set: cutting before would refuse long right ones and take ones with a tail.
        Self(text.nfc().take(PASSWORD_MAX + 1).collect())
    }

    /// A password that is to be set for `user`. `service`: words that everybody knows of this service, its name and its host.
    ///
    /// # Errors
    /// Says which rule it breaks (R44, R45).
    pub fn chosen(
        text: &str,
        user: &NameKey,
        service: &[&str],
        guessing: &dyn Guessing,
    ) -> Result<Self, PasswordProblem> {
        let normal: String = text.nfc().collect();
        let length = normal.chars().count();
        if length < PASSWORD_MIN {
            return Err(PasswordProblem::TooShort);
        }
        if length > PASSWORD_MAX {
            return Err(PasswordProblem::TooLong);
        }
        let known: Vec<&str> = std::iter::once(user.as_str()).chain(service.iter().copied()).collect();
        if is_made_of(&normal, &known) {
            return Err(PasswordProblem::Guessable(Pattern::Known));
        }
        let estimate = guessing.estimate(&normal, &known);
        if estimate.guesses_log10 < LEAST_GUESSES_LOG10 {
            return Err(PasswordProblem::Guessable(estimate.pattern));
        }
        Ok(Self(normal))
    }

    /// Its bytes, for the hash.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Whether hardly anything is left of a password without these words, however they are written.
fn is_made_of(password: &str, known: &[&str]) -> bool {
    let folded = fold(password);
    known
        .iter()
        .map(|word| fold(word))
        .filter(|word| !word.is_empty())
        .any(|word| folded.contains(&word) && folded.replace(&word, "").chars().count() < 4)
}

/// The one form of a user name that look-up, limits and audit use: trimmed, compatibility-composed, case-folded (R51).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NameKey(String);

impl NameKey {
    /// Of whatever was typed. `None` for nothing, for more than [`NAME_MAX`] characters and for control characters.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        if typed.chars().take(NAME_MAX * 2 + 1).count() > NAME_MAX * 2 {
            return None;
        }
        let key = fold(typed.trim());
        let key = key.trim();
        let fits = !key.is_empty() && key.chars().count() <= NAME_MAX && !key.chars().any(char::is_control);
        fits.then(|| Self(key.to_owned()))
    }

    /// As stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Compatibility composition and case folding. Going through upper case folds what lower case alone leaves apart (ß, ς, ı); going
/// through lower case before that folds the capital ẞ, which is an upper case of its own.
fn fold(text: &str) -> String {
    let lower = text.nfkc().flat_map(char::to_lowercase);
    lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guessing::Estimate;

    struct Judge<F>(F);

    impl<F: Fn(&str, &[&str]) -> Estimate + Send + Sync> Guessing for Judge<F> {
        fn estimate(&self, password: &str, known: &[&str]) -> Estimate {
            (self.0)(password, known)
        }
    }

    /// A password as far as its length goes.
    fn chosen(text: &str, user: &NameKey) -> Result<Password, PasswordProblem> {
        let never = |_: &str, _: &[&str]| Estimate { guesses_log10: 99.0, pattern: Pattern::Listed };
        Password::chosen(text, user, &[], &Judge(never))
    }

    fn key(text: &str) -> NameKey {
        NameKey::of(text).unwrap()
    }

    #[test]
    fn r51_all_ways_to_write_a_name_are_one_account() {
        for twin in ["Alice", "ALICE", " alice ", "Ａｌｉｃｅ", "al\u{131}ce", "\u{a0}alice"] {
            assert_eq!(key(twin), key("alice"), "{twin:?}");
        }
        assert_eq!(key("jose\u{301}"), key("josé"));
        for twin in ["STRASSE", "STRA\u{1e9e}E"] {
            assert_eq!(key("straße"), key(twin), "{twin}");
        }
        assert_ne!(key("alice"), key("alicia"));
    }

    #[test]
    fn r51_no_letter_has_a_case_that_is_another_name() {
        let mut cased = 0;
        for c in ('\0'..=char::MAX).filter(|c| c.to_uppercase().ne([*c]) || c.to_lowercase().ne([*c])) {
            let own = fold(&c.to_string());
            assert_eq!(fold(&c.to_uppercase().to_string()), own, "{c:?}");
            assert_eq!(fold(&c.to_lowercase().to_string()), own, "{c:?}");
            assert_eq!(fold(&own), own, "{c:?}");
            cased += 1;
        }
        assert!(cased > 2_000, "{cased}");
    }

    #[test]
    fn names_that_are_empty_over_long_or_hold_control_characters_are_none() {
        for bad in
            [String::new(), "   ".into(), "a\nb".into(), "a\0".into(), "x".repeat(129), "x".repeat(100_000)]
        {
            assert!(NameKey::of(&bad).is_none());
        }
    }

    #[test]
    fn r44_length_is_counted_in_characters_after_composition() {
        let user = key("sam");
        let alphabet: Vec<char> = "abcdefghijklmnopqrstuvwxyzäöüß €".chars().collect();
        let of = |n: usize| (0..n).map(|i| alphabet[i % alphabet.len()]).collect::<String>();
        assert_eq!(chosen(&of(14), &user).err(), Some(PasswordProblem::TooShort));
        for n in [15, 64, 256] {
            assert!(chosen(&of(n), &user).is_ok(), "{n}");
        }
        assert_eq!(chosen(&of(257), &user).err(), Some(PasswordProblem::TooLong));
        let composed = chosen("caf\u{e9} au lait et pain", &user).ok().unwrap();
        let apart = Password::typed("cafe\u{301} au lait et pain");
        assert_eq!(composed.reveal(), apart.reveal());
    }

    #[test]
    fn r44_a_long_password_typed_decomposed_is_the_same_and_a_tail_makes_it_another() {
        let user = key("sam");
        let composed: String = "é è ê ë ñ ü ö ç ".repeat(12).trim_end().to_owned();
        let set = chosen(&composed, &user).ok().unwrap();
        let apart: String = composed.nfd().collect();
        assert!(apart.chars().count() > PASSWORD_MAX, "{}", apart.chars().count());
        assert_eq!(Password::typed(&apart).reveal(), set.reveal());
        assert_ne!(Password::typed(&format!("{apart}x")).reveal(), set.reveal());
        let longest = "abcd".repeat(64);
        let set = chosen(&longest, &user).ok().unwrap();
        assert_ne!(Password::typed(&format!("{longest}x")).reveal(), set.reveal());
    }

    #[test]
    fn r45_a_password_made_of_name_or_service_is_refused() {
        let user = key("sam.rivera");
        let never = |_: &str, _: &[&str]| Estimate { guesses_log10: 99.0, pattern: Pattern::Listed };
        let known = Some(PasswordProblem::Guessable(Pattern::Known));
        for (password, refused) in [
            ("sam.riverasam.rivera", known),
            ("Sam.Rivera.Sam.Rivera", known),
            ("ＬＡＴＣＨＫＥＹlatchkey!!!", known),
            ("sam.rivera likes it", None),
        ] {
            assert_eq!(
                Password::chosen(password, &user, &["Latchkey"], &Judge(never)).err(),
                refused,
                "{password}"
            );
        }
    }

    #[test]
    fn r45_what_takes_too_few_guesses_is_refused_with_the_reason() {
        let user = key("sam");
        for (guesses_log10, taken) in [(0.0, false), (4.9, false), (5.0, true), (20.0, true)] {
            let asked = |password: &str, known: &[&str]| {
                assert_eq!((password, known), ("caf\u{e9} au lait et pain", &["sam", "Latchkey"][..]));
                Estimate { guesses_log10, pattern: Pattern::Row }
            };
            let chosen = Password::chosen("cafe\u{301} au lait et pain", &user, &["Latchkey"], &Judge(asked));
            let refused = (!taken).then_some(PasswordProblem::Guessable(Pattern::Row));
            assert_eq!(chosen.err(), refused, "{guesses_log10}");
        }
    }

    #[test]
    fn r50_an_over_long_password_stays_wrong_without_costing_more() {
        assert_eq!(Password::typed(&"x".repeat(10_000)).reveal().chars().count(), PASSWORD_MAX + 1);
    }
}
