//! An installation's own look: logo, colour and links (`[brand]`), within the policy of our pages: a style sheet and a picture of
//! our own origin, nothing inline.
pub mod colour;

use self::colour::{Colour, Pages};
use super::assets::{ASK_AGAIN, FOR_GOOD};
use crate::App;
use app::view::{FooterLink, Logo, Look};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::entropy::hex;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Where the files are; `{hash}` is over their content.
pub const ROUTE: &str = "/assets/brand/{hash}/{file}";

const SHEET: &str = "brand.css";

/// A drawing may hold styles of its own, and that is all: opened by itself it runs nothing and loads nothing. As a picture in a page no
/// browser lets it do more either.
const DRAWING: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// What kind of picture a logo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// Drawn.
    Svg,
    /// Of pixels.
    Png,
}

impl LogoKind {
    fn file(self) -> &'static str {
        match self {
            Self::Svg => "logo.svg",
            Self::Png => "logo.png",
        }
    }

    fn media(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// Colours of an operator, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// On light pages.
    pub light: Colour,
    /// On dark pages.
    pub dark: Colour,
}

/// The files of a brand, and what pages say of them.
#[derive(Clone, Default)]
pub struct Brand {
    /// For pages.
    pub look: Arc<Look>,
    hash: String,
    sheet: Option<Bytes>,
    logo: Option<(LogoKind, Bytes)>,
}

impl Brand {
    /// Of what was set.
    #[must_use]
    pub fn new(logo: Option<(LogoKind, Vec<u8>)>, accent: Option<Accent>, links: Vec<FooterLink>) -> Self {
        let sheet = accent.map(|accent| Bytes::from(sheet(accent)));
        let logo = logo.map(|(kind, picture)| (kind, Bytes::from(picture)));
        let mut digest = Sha256::new();
        for part in [sheet.as_deref(), logo.as_ref().map(|(_, picture)| picture.as_ref())] {
            let part = part.unwrap_or_default();
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
        let hash = hex(digest.finalize().get(..8).unwrap_or_default());
        let at = |file: &str| format!("/assets/brand/{hash}/{file}");
        let look = Look {
            sheet: sheet.is_some().then(|| at(SHEET)),
            logo: logo.as_ref().map(|(kind, _)| Logo { href: at(kind.file()), media: kind.media() }),
            links,
        };
        Self { look: Arc::new(look), hash, sheet, logo }
    }

    fn serve(&self, hash: &str, file: &str) -> Response {
        let (content, media) = match (&self.sheet, &self.logo) {
            (Some(sheet), _) if file == SHEET => (sheet, "text/css; charset=utf-8"),
            (_, Some((kind, picture))) if file == kind.file() => (picture, kind.media()),
            _ => return StatusCode::NOT_FOUND.into_response(),
        };
        let mut response = Response::new(Body::from(content.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        // Another node may have other settings for a while: it answers with what it has, but not for keeps.
        headers.insert(CACHE_CONTROL, if hash == self.hash { FOR_GOOD } else { ASK_AGAIN });
        if media == LogoKind::Svg.media() {
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(DRAWING));
        }
        response
    }
}

/// `GET /assets/brand/{hash}/{file}`.
pub async fn get(State(app): State<App>, Path((hash, file)): Path<(String, String)>) -> Response {
    app.site.theme.serve(&hash, &file)
}

/// Outside of the layers that the other style sheet is in: it wins.
fn sheet(Accent { light, dark }: Accent) -> String {
    let pair = |light: Colour, dark: Colour| format!("light-dark({},{})", light.css(), dark.css());
    format!(
        ":root{{--accent:{};--accent-hover:{};--accent-soft:{}}}\n",
        pair(light, dark),
        pair(light.hover(Pages::Light), dark.hover(Pages::Dark)),
        pair(light.soft(Pages::Light), dark.soft(Pages::Dark)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_holds_colours_and_nothing_else() {
        let light = Colour::parse("#7a0019").unwrap();
        let sheet = sheet(Accent { light, dark: light.for_dark() });
        insta::assert_snapshot!(sheet, @":root{--accent:light-dark(#7a0019,#fb9796);--accent-hover:light-dark(#5f0011,#fdb5b3);--accent-soft:light-dark(#fceceb,#3d2323)}");
    }

    #[test]
    fn the_address_changes_with_what_is_behind_it() {
        let address = |picture: &[u8]| {
            Brand::new(Some((LogoKind::Png, picture.to_vec())), None, vec![]).look.logo.clone()
        };
        assert_ne!(address(b"one"), address(b"two"));
        assert_eq!(address(b"one"), address(b"one"));
    }
}
