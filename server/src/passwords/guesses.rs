//! How soon a new password would be guessed: by lists of common passwords, names and words, and by rows of keys and repetitions.
use domain::guessing::{Estimate, Guessing, Pattern};
use zxcvbn::feedback::Warning;

/// The library's lists, and what is known about account and service.
pub struct Lists;

/// Words shorter than this are in every other password.
const KNOWN_FROM: usize = 4;

impl Guessing for Lists {
    fn estimate(&self, password: &str, known: &[&str]) -> Estimate {
        let entropy = zxcvbn::zxcvbn(password, known);
        let lower = password.to_lowercase();
        let mut long = known.iter().filter(|word| word.chars().count() >= KNOWN_FROM);
        let pattern = if long.any(|word| lower.contains(&word.to_lowercase())) {
            Pattern::Known
        } else {
            pattern(entropy.feedback().and_then(zxcvbn::feedback::Feedback::warning))
        };
        Estimate { guesses_log10: entropy.guesses_log10(), pattern }
    }
}

fn pattern(warning: Option<Warning>) -> Pattern {
    match warning {
        Some(
            Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => Pattern::Repeated,
        Some(
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess
            | Warning::SequencesLikeAbcAreEasyToGuess,
        ) => Pattern::Row,
        _ => Pattern::Listed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::guessing::LEAST_GUESSES_LOG10;
    use domain::password::{NameKey, Password, PasswordProblem};

    fn problem(password: &str) -> Option<PasswordProblem> {
        let user = NameKey::of("sam.rivera").unwrap();
        Password::chosen(password, &user, &["Latchkey", "id.example.com"], &Lists).err()
    }

    #[test]
    fn r45_what_is_tried_first_is_refused_with_the_reason() {
        for (password, pattern) in [
            ("passwordpassword", Pattern::Repeated),
            ("Passw0rd!Passw0rd!", Pattern::Repeated),
            ("aaaaaaaaaaaaaaaaaaaa", Pattern::Repeated),
            ("1212121212121212", Pattern::Repeated),
            ("sam.riverasam.rivera", Pattern::Known),
            ("Sam.Rivera.Sam.Rivera", Pattern::Known),
            ("latchkeylatchkey", Pattern::Known),
            ("id.example.com1", Pattern::Known),
        ] {
            assert_eq!(problem(password), Some(PasswordProblem::Guessable(pattern)), "{password}");
        }
        // On a list and in a row: either is a reason.
        for password in
            ["123456789012345", "abcdefghijklmnop", "1qaz2wsx3edc4rfv", "qwertyuiopasdfgh", "iloveyouforever"]
        {
            let told = problem(password);
            let listed =
                [Pattern::Listed, Pattern::Row].map(|pattern| Some(PasswordProblem::Guessable(pattern)));
            assert!(listed.contains(&told), "{password}: {told:?}");
        }
    }

    #[test]
    fn r44_words_and_signs_of_any_kind_are_taken() {
        for password in [
            "correct horse battery staple",
            "velvet harbor lantern 42",
            "sam likes long walks",
            "kingfisher umbrella",
            "пароль из четырёх слов",
            "xk2;Pq9_vLm0=rTz",
        ] {
            assert_eq!(problem(password), None, "{password}");
        }
        let long: String = (0..=255u8).map(|n| char::from(33 + n.wrapping_mul(37) % 90)).collect();
        assert_eq!(problem(&long), None);
        assert!(Lists.estimate(&long, &[]).guesses_log10 > LEAST_GUESSES_LOG10);
    }
}
