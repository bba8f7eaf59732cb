//! Passwords that are tried first: listed ones, repetitions, rows of keys, and what is known about account and service (R45). The rule is
//! here; what is on lists, an adapter knows.

/// A new password that takes fewer guesses than this is refused: whoever guesses begins with the hundred thousand likeliest.
pub const LEAST_GUESSES_LOG10: f64 = 5.0;

/// Why a password is among the first that are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// It is on a list of common ones, or close to one.
    Listed,
    /// The same over and over.
    Repeated,
    /// Signs in the order of the keyboard, of the alphabet or of counting.
    Row,
    /// User name, name or host of the service.
    Known,
}

impl Pattern {
    /// What to do, for an operator at the command line.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Listed => {
                "the password is one of those that are tried first; take several words that have nothing to do with each other"
            }
            Self::Repeated => {
                "the password repeats itself; take several words that have nothing to do with each other"
            }
            Self::Row => {
                "the password follows the keys or the alphabet, such as 123 or qwerty; take several words that have nothing to do with each other"
            }
            Self::Known => {
                "the password is made of the user name, or of the name or address of this service; take words that have nothing to do with either"
            }
        }
    }
}

/// How soon a password would be guessed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Guesses it takes, as a power of ten.
    pub guesses_log10: f64,
    /// Why no more.
    pub pattern: Pattern,
}

/// Judges whole passwords.
pub trait Guessing: Send + Sync {
    /// Of a password, by someone who also knows these words: user name, name and host of the service.
    fn estimate(&self, password: &str, known: &[&str]) -> Estimate;
}
