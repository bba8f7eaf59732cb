//! `[brand]`: an installation's own look. What could not be read, or could do more than look, is refused.
use super::raw::{RawBrand, RawLink};
use super::{ConfigError, refuse};
use crate::web::brand::colour::{Colour, Pages, READABLE};
use crate::web::brand::{Accent, Brand, LogoKind};
use app::view::FooterLink;
use std::io::Read as _;
use std::path::Path;

/// The sign-in page with all it loads stays within 20 kB, whatever an operator sets: a test adds up.
const MOST_LOGO: u64 = 6 * 1024;

/// An address at the foot of a page, in bytes.
const LONGEST_LINK: usize = 200;

/// A footer is no menu.
const MOST_LINKS: usize = 5;

/// Checks all but the name.
pub(super) fn brand(raw: &RawBrand) -> Result<Brand, ConfigError> {
    Ok(Brand::new(logo(&raw.logo_file)?, accent(&raw.accent, &raw.accent_dark)?, links(&raw.footer_links)?))
}

fn logo(path: &Path) -> Result<Option<(LogoKind, Vec<u8>)>, ConfigError> {
    const KEY: &str = "brand.logo_file";
    if path.as_os_str().is_empty() {
        return Ok(None);
    }
    let shown = path.display();
    let read = std::fs::File::open(path).and_then(|file| {
        let mut picture = Vec::new();
        file.take(MOST_LOGO + 1).read_to_end(&mut picture)?;
        Ok(picture)
    });
    let picture = match read {
        Ok(picture) => picture,
        Err(error) => return refuse(KEY, format!("{shown} cannot be read ({error}); check path and rights")),
    };
    if u64::try_from(picture.len()).unwrap_or(u64::MAX) > MOST_LOGO {
        let most = MOST_LOGO / 1024;
        return refuse(
            KEY,
            format!(
                "{shown} is larger than {most} KiB; a symbol of 84 pixels height, or an SVG without metadata, is enough"
            ),
        );
    }
    match kind(&picture) {
        Some(LogoKind::Svg) if holds_script(&picture) => refuse(
            KEY,
            format!("{shown} holds a script, which pages do not run; export the drawing without it"),
        ),
        Some(kind) => Ok(Some((kind, picture))),
        None => refuse(KEY, format!("{shown} is neither SVG nor PNG; give one of these")),
    }
}

/// By what is in the file: a name may say anything.
fn kind(picture: &[u8]) -> Option<LogoKind> {
    if picture.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") {
        return Some(LogoKind::Png);
    }
    let text = std::str::from_utf8(picture).ok()?;
    // Before the drawing there may be a declaration, a document type and comments.
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = match rest {
            _ if rest.starts_with("<?") => rest.split_once("?>")?.1,
            _ if rest.starts_with("<!--") => rest.split_once("-->")?.1,
            _ if rest.starts_with("<!") => rest.split_once('>')?.1,
            _ => break,
        }
        .trim_start();
    }
    let after = rest.strip_prefix("<svg")?;
    after.starts_with(|c: char| c.is_whitespace() || c == '>').then_some(LogoKind::Svg)
}

/// It would not run anyway (see `web/brand.rs`); whoever made it should know.
fn holds_script(picture: &[u8]) -> bool {
    String::from_utf8_lossy(picture).to_ascii_lowercase().contains("<script")
}

fn accent(light: &str, dark: &str) -> Result<Option<Accent>, ConfigError> {
    if light.is_empty() {
        return match dark {
            "" => Ok(None),
            _ => refuse("brand.accent_dark", "goes with brand.accent; set that too"),
        };
    }
    let light = shade("brand.accent", light, Pages::Light)?;
    let dark = match dark {
        "" => light.for_dark(),
        dark => shade("brand.accent_dark", dark, Pages::Dark)?,
    };
    Ok(Some(Accent { light, dark }))
}

/// Links are written in it and buttons filled with it: a colour that nobody can read is refused, and one that would do is named.
fn shade(key: &str, typed: &str, pages: Pages) -> Result<Colour, ConfigError> {
    let Some(colour) = Colour::parse(typed) else {
        return refuse(key, "must be # and six hex digits, such as \"#095efe\"");
    };
    let contrast = colour.on(pages);
    if contrast >= READABLE {
        return Ok(colour);
    }
    let (pages_are, better) = match pages {
        Pages::Light => ("light", colour.readable_on(pages)),
        Pages::Dark => ("dark", colour.readable_on(pages)),
    };
    refuse(
        key,
        format!(
            "{} cannot be read on {pages_are} pages (contrast {contrast:.2}, at least {READABLE} is needed); {} is the nearest shade that can",
            colour.css(),
            better.css()
        ),
    )
}

fn links(typed: &[RawLink]) -> Result<Vec<FooterLink>, ConfigError> {
    const KEY: &str = "brand.footer_links";
    if typed.len() > MOST_LINKS {
        return refuse(KEY, format!("has {} links; keep {MOST_LINKS} at most", typed.len()));
    }
    typed
        .iter()
        .map(|link| {
            let text = link.text.trim();
            if text.is_empty() || text.chars().count() > 40 || domain::phone::tidy_label(text).is_none() {
                return refuse(KEY, "each text must have 1 to 40 characters, none of them invisible");
            }
            let url = reqwest::Url::parse(&link.url).ok().filter(|url| {
                let bare = url.username().is_empty() && url.password().is_none();
                url.scheme() == "https" && bare && url.as_str().len() <= LONGEST_LINK
            });
            match url {
                Some(url) => Ok(FooterLink { text: text.to_owned(), url: url.into() }),
                None => {
                    refuse(KEY, "each url must begin with https:// and have 200 characters at most, such as \"https://example.com/privacy\"")
                }
            }
        })
        .collect()
}
