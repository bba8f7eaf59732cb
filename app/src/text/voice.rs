//! Calls: what is said before a key is pressed, and around the code after it (R22).

use super::{SmsPurpose, Words};
use crate::view::Lang;

/// What a call says before a key is pressed: who calls, what for, and that a key is asked for. There is no code in it.
#[must_use]
pub fn call_greeting(lang: Lang, purpose: SmsPurpose, brand: &str) -> String {
    let key = match purpose {
        SmsPurpose::SignIn => "call-greeting-sign-in",
        SmsPurpose::NewPhone => "call-greeting-new-phone",
        SmsPurpose::ReplacePhone => "call-greeting-replace-phone",
        SmsPurpose::FreshProof => "call-greeting-fresh-proof",
        SmsPurpose::Test => "call-greeting-test",
    };
    Words(lang).with(key, [("brand", brand.to_owned().into())])
}

/// What is said around the code, which is said twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallWords {
    /// Before the code.
    pub before: &'static str,
    /// Before it is said once more.
    pub again: &'static str,
    /// At the end.
    pub after: &'static str,
}

/// In this language.
#[must_use]
pub fn call_words(lang: Lang) -> CallWords {
    let words = Words(lang);
    CallWords {
        before: words.get("call-before"),
        again: words.get("call-again"),
        after: words.get("call-after"),
    }
}
