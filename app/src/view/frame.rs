//! What every page is told: language, names, the form token, the build.

use super::Millis;
use std::sync::Arc;

/// A language that every text exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English, also for whoever asks for a language we do not have.
    #[default]
    En,
    /// Spanish.
    Es,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// The BCP 47 tag, as it stands in `<html lang>` and in `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// The best language for an `Accept-Language` header (RFC 9110 §12.5.4): highest `q` wins, then the order given;
    /// `q=0` rules a language out. English where nothing fits or nothing is said.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        // A browser sends a handful; the rest of an endless header is not worth the time.
        for part in header.split(',').take(16) {
            let mut pieces = part.split(';');
            let Some(lang) = pieces.next().and_then(Self::from_tag) else { continue };
            let q =
                pieces.find_map(|p| p.trim().strip_prefix("q=").map(|v| permille(v.trim()))).unwrap_or(1000);
            if q > best.map_or(0, |(q, _)| q) {
                best = Some((q, lang));
            }
        }
        best.map_or(Self::En, |(_, lang)| lang)
    }

    fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next()?;
        if primary.eq_ignore_ascii_case("es") {
            Some(Self::Es)
        } else if primary.eq_ignore_ascii_case("en") || primary == "*" {
            Some(Self::En)
        } else {
            None
        }
    }
}

/// `1`, `0.8`, `0.805` as thousandths; anything else counts as 0.
fn permille(q: &str) -> u16 {
    match q.split_once('.') {
        None if q == "1" => 1000,
        Some(("1", _)) => 1000,
        Some(("0", rest)) if rest.len() <= 3 => format!("{rest:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

/// An installation's own look (`[brand]`): files of our own origin, links to elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// Address of a style sheet with its colours.
    pub sheet: Option<String>,
    /// What stands before its name instead of our mark.
    pub logo: Option<Logo>,
    /// At the foot of every page.
    pub links: Vec<FooterLink>,
}

/// A logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its address.
    pub href: String,
    /// Its media type.
    pub media: &'static str,
}

/// A link at the foot of every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FooterLink {
    /// What it says, in whatever language the operator wrote it.
    pub text: String,
    /// Where it leads: https.
    pub url: String,
}

/// How it stands with text messages at the moment: told where one is about to be needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextMessages {
    /// They get through, as far as is known.
    #[default]
    Well,
    /// Many come late.
    Slow,
    /// Many do not come at all.
    Broken,
}

/// What stands around a page. One value for each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The visitor's language.
    pub lang: Lang,
    /// Name of the installation (`brand.name`).
    pub brand: String,
    /// Where to ask for help (`brand.support_url`); none: no help link.
    pub support_url: Option<String>,
    /// The installation's own look, where it has one.
    pub look: Arc<Look>,
    /// Name of the signed-in account, for the bar of the portal pages.
    pub account: Option<String>,
    /// Token for the hidden field `csrf` of every form; empty where the page has no form.
    pub csrf: String,
    /// Hash of the assets: they live under `/assets/{build}/`.
    pub build: String,
    /// At least 128 random bits in base64, the same as in the policy header (R64); plain pages do not use it.
    pub nonce: String,
    /// How it stands with text messages.
    pub texts: TextMessages,
    /// When the session ends, on the pages of somebody who is signed in.
    pub session: Option<SessionLeft>,
    /// Now; relative times are told from it.
    pub now: Millis,
}

/// When a session ends that is not used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLeft {
    /// In so many seconds.
    pub seconds: u32,
    /// Seconds it lasts after each use.
    pub idle: u32,
    /// Using it makes it last longer.
    pub may_stay: bool,
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_language_is_the_one_wanted_most() {
        for (header, want) in [
            ("", Lang::En),
            ("es", Lang::Es),
            ("es-MX,es;q=0.9,en;q=0.8", Lang::Es),
            ("en-GB,en;q=0.9,es;q=0.8", Lang::En),
            ("de-DE,de;q=0.9,es;q=0.5,en;q=0.4", Lang::Es),
            ("en;q=0.2, ES;q=0.25", Lang::Es),
            ("es;q=0, de", Lang::En),
            ("fr, *;q=0.5", Lang::En),
            ("es;q=banana,en;q=0.1", Lang::En),
            (";;;,,,=", Lang::En),
        ] {
            assert_eq!(Lang::from_accept_language(header), want, "{header}");
        }
    }
}
