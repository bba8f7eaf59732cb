//! The languages that words exist in.

/// A language of pages and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

impl Lang {
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
