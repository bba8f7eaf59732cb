//! Every word a person reads comes from here: Fluent texts in English and Spanish, for pages and messages alike.

mod sms;
mod voice;
mod when;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

pub use sms::{NoticeText, SmsPurpose, SmsText, notice_body, sms_body};
pub use voice::{CallWords, call_greeting, call_words};
pub(crate) use when::{clock, date, exact, iso, names_a_day, relative, seconds_span, took_span};

use crate::view::Lang;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // Isolation marks are not in the GSM alphabet; numbers are isolated by `<bdi>` where they stand.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static EN: LanguageIdentifier = langid!("en");
static ES: LanguageIdentifier = langid!("es");

fn id(lang: Lang) -> &'static LanguageIdentifier {
    match lang {
        Lang::En => &EN,
        Lang::Es => &ES,
    }
}

/// The files, for the list of keys only; the loader has read them already.
macro_rules! sources {
    ($lang:literal) => {
        [
            include_str!(concat!("../locales/", $lang, "/apps.ftl")),
            include_str!(concat!("../locales/", $lang, "/common.ftl")),
            include_str!(concat!("../locales/", $lang, "/countries.ftl")),
            include_str!(concat!("../locales/", $lang, "/errors.ftl")),
            include_str!(concat!("../locales/", $lang, "/problems.ftl")),
            include_str!(concat!("../locales/", $lang, "/security.ftl")),
            include_str!(concat!("../locales/", $lang, "/sign-in.ftl")),
            include_str!(concat!("../locales/", $lang, "/sms.ftl")),
            include_str!(concat!("../locales/", $lang, "/voice.ftl")),
        ]
    };
}

/// Message ids of a Fluent source: what stands before ` = ` at the start of a line.
fn keys(source: &'static str) -> impl Iterator<Item = &'static str> {
    source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
}

/// Texts without arguments, resolved once: most of a page, and a tenth of the cost of asking Fluent.
static PLAIN: LazyLock<[HashMap<&'static str, String>; 2]> = LazyLock::new(|| {
    let resolve = |lang: Lang, sources: [&'static str; 9]| {
        sources
            .into_iter()
            .flat_map(keys)
            .filter_map(|key| LOCALES.try_lookup(id(lang), key).map(|text| (key, text)))
            .collect()
    };
    [resolve(Lang::En, sources!("en")), resolve(Lang::Es, sources!("es"))]
});

/// An argument of a text.
pub type Value = FluentValue<'static>;

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words(pub Lang);

impl Words {
    /// A text without arguments. An unknown key shows itself; a test finds every key that the code names.
    #[must_use]
    pub fn get(self, key: &'static str) -> &'static str {
        let [en, es] = &*PLAIN;
        let words = match self.0 {
            Lang::En => en,
            Lang::Es => es,
        };
        words.get(key).map_or(key, String::as_str)
    }

    /// As [`Words::get`], for a key put together at run time.
    #[must_use]
    pub fn find(self, key: &str) -> Option<&'static str> {
        let [en, es] = &*PLAIN;
        let words = match self.0 {
            Lang::En => en,
            Lang::Es => es,
        };
        words.get(key).map(String::as_str)
    }

    /// A text with arguments.
    #[must_use]
    pub fn with(self, key: &str, args: impl IntoIterator<Item = (&'static str, Value)>) -> String {
        let args: HashMap<Cow<'static, str>, Value> =
            args.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        LOCALES.try_lookup_with_args(id(self.0), key, &args).unwrap_or_else(|| key.to_owned())
    }
}

impl Words {
    /// Browser and system, as `Chrome on Linux` is kept, in this language.
    #[must_use]
    pub fn browser(self, kept: &str) -> String {
        match kept.split_once(" on ") {
            Some((browser, system)) => {
                let named = [("browser", browser.to_owned().into()), ("system", system.to_owned().into())];
                self.with("browser-on", named)
            }
            None => kept.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
