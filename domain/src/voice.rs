//! A call that speaks a code (R22, D16): a greeting without the code, a key press, then the code digit by digit, twice.
use crate::bill::Bill;
use crate::lang::Lang;
use crate::progress::{Lasting, News, Progress};
use zeroize::Zeroizing;

/// What a call says once a key was pressed. No `Debug`: it holds the code.
pub struct Spoken {
    lang: Lang,
    /// Words, and lines of digits that are said one by one.
    lines: Vec<Zeroizing<String>>,
}

/// One thing that is said.
pub enum Said<'a> {
    /// A sentence.
    Words(&'a str),
    /// Digits, one by one.
    Digits(&'a str),
}

impl Spoken {
    /// `before` the code, the code, `again`, the code once more, `after` it: never less than twice (R22).
    #[must_use]
    pub fn new(lang: Lang, before: &str, code: &str, again: &str, after: &str) -> Self {
        let words = |text: &str| Zeroizing::new(text.replace(['\n', '\r'], " "));
        let digits = || Zeroizing::new(code.to_owned());
        Self { lang, lines: vec![words(before), digits(), words(again), digits(), words(after)] }
    }

    /// Its language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// What is said, in order.
    pub fn said(&self) -> impl Iterator<Item = Said<'_>> {
        self.lines.iter().map(|line| {
            let digits = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
            if digits { Said::Digits(line) } else { Said::Words(line) }
        })
    }

    /// As it is kept, sealed, until the key press.
    #[must_use]
    pub fn to_keep(&self) -> Zeroizing<String> {
        let mut kept = Zeroizing::new(String::new());
        for line in &self.lines {
            kept.push_str(line);
            kept.push('\n');
        }
        kept
    }

    /// Back from what was kept.
    #[must_use]
    pub fn kept(lang: Lang, kept: &str) -> Self {
        Self { lang, lines: kept.lines().map(|line| Zeroizing::new(line.to_owned())).collect() }
    }

    /// For somebody who reads instead of listening: the inbox of the built-in provider, tests.
    #[must_use]
    pub fn to_read(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        for said in self.said() {
            if !text.is_empty() {
                text.push(' ');
            }
            match said {
                Said::Words(words) => text.push_str(words),
                Said::Digits(digits) => {
                    for (at, digit) in digits.chars().enumerate() {
                        if at > 0 {
                            text.push(' ');
                        }
                        text.push(digit);
                    }
                    text.push('.');
                }
            }
        }
        text
    }
}

/// Somebody pressed a key in a call. Whoever brings it has proven that it comes from the provider (R80).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPressed {
    /// The provider's name.
    pub provider: &'static str,
    /// The token that names the call; given to this provider with it, and to nobody else.
    pub token: String,
    /// The provider's id of the call.
    pub provider_id: String,
}

impl KeyPressed {
    /// What it means for the call: the code is read out, which is as far as a call can get.
    #[must_use]
    pub fn news(&self) -> News {
        News {
            provider: self.provider,
            token: self.token.clone(),
            provider_id: self.provider_id.clone(),
            progress: Progress::Delivered,
            problem: None,
            code: None,
            lasting: Lasting::No,
            remedy: "",
            bill: Bill::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_the_code_is_said_twice_digit_by_digit_and_comes_back_from_what_was_kept() {
        let spoken = Spoken::new(Lang::En, "Your code is:", "012345", "Once\nmore:", "Goodbye.");
        let back = Spoken::kept(Lang::En, &spoken.to_keep());
        for spoken in [spoken, back] {
            let digits: Vec<_> =
                spoken.said().filter(|said| matches!(said, Said::Digits("012345"))).collect();
            assert_eq!((digits.len(), spoken.said().count()), (2, 5));
            let read = "Your code is: 0 1 2 3 4 5. Once more: 0 1 2 3 4 5. Goodbye.";
            assert_eq!(spoken.to_read().as_str(), read);
        }
    }
}
