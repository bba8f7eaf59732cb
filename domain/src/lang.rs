//! The languages that words exist in.

/// A language of pages and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// Most locales of a list that are looked at.
const LOCALES_MAX: usize = 16;

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// The first of these locales that words exist in: BCP 47 tags, the one wanted most first, a space between them. Its language is
    /// enough: `es-MX` is Spanish. `None`: none of them is ours.
    #[must_use]
    pub fn first_of(locales: &str) -> Option<Self> {
        let mut primary =
            locales.split_ascii_whitespace().take(LOCALES_MAX).filter_map(|tag| tag.split('-').next());
        primary.find_map(|tag| Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(tag)))
    }

    /// Its tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// Back from its tag; English for anything else.
    #[must_use]
    pub fn stored(tag: &str) -> Self {
        if tag == "es" { Self::Es } else { Self::En }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_first_locale_that_words_exist_in_wins() {
        for (locales, want) in [
            ("es", Some(Lang::Es)),
            ("es-MX en", Some(Lang::Es)),
            ("en es", Some(Lang::En)),
            ("fr-CA fr ES-419", Some(Lang::Es)),
            ("  en-GB  ", Some(Lang::En)),
            ("", None),
            ("fr de", None),
            ("est eng", None),
            ("*", None),
            ("es_MX -es", None),
        ] {
            assert_eq!(Lang::first_of(locales), want, "{locales}");
        }
    }

    #[test]
    fn an_endless_list_is_not_read_to_its_end() {
        assert_eq!(Lang::first_of(&format!("{}es", "fr ".repeat(16))), None);
    }
}
