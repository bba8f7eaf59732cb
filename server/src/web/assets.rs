//! Scripts, styles and icons: `/assets/BUILD/…`, out of the binary (feature `embed`) or out of `target/site`.
//!
//! BUILD is a digest over the folder, so an address never changes its content and may be kept for good. A page of the
//! build before, still open during an update, asks under the old name: it gets the present file, but not for keeps.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// The content never changes under this address.
pub(super) const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The content may be another next time.
pub(super) const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// The name of the present build where there is no site.
const NO_BUILD: &str = "none";

/// The name of the present build, for the addresses in pages: `/assets/{build_id}/latchkey.js`. Read once; a site
/// that is built while the server runs is served under the old name until the server starts again.
pub fn build_id() -> &'static str {
    static BUILD: LazyLock<String> =
        LazyLock::new(|| Site::present().build().unwrap_or_else(|| NO_BUILD.to_owned()));
    &BUILD
}

/// `GET /assets/{build}/{*path}`. Answers 404 for what is not in the site.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    routes_of(Site::present())
}

fn routes_of<S: Clone + Send + Sync + 'static>(site: Site) -> Router<S> {
    let answer = async move |Path((build, path)): Path<(String, String)>, headers: HeaderMap| {
        // Files are small and, from a folder, only read while developing: no pool of threads is worth it.
        serve(&site, &build, &path, takes_brotli(&headers))
    };
    Router::new().route("/assets/{build}/{*path}", get(answer))
}

fn serve(site: &Site, build: &str, path: &str, brotli: bool) -> Response {
    let Some(kind) = kind(path).filter(|_| is_plain(path)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let packed = if brotli { site.read(&format!("{path}.br")) } else { None };
    let encoded = packed.is_some();
    let Some(content) = packed.or_else(|| site.read(path)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if site.build().is_some_and(|present| present == build) { FOR_GOOD } else { ASK_AGAIN };
    let mut answer = content.into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, keep);
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if encoded {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    answer
}

/// The content type. What is not listed is not handed out: the compressed copies and the file `BUILD` for example.
fn kind(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

/// Whether a path, already decoded, stays below the site: names of letters, digits, `-`, `_` and inner dots.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|name| {
        !name.is_empty()
            && !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    })
}

/// `br` in `Accept-Encoding`, unless with `q=0`.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        named && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

/// Where the files come from.
#[derive(Clone)]
enum Site {
    #[cfg(any(test, not(feature = "embed")))]
    Folder(std::path::PathBuf),
    #[cfg(feature = "embed")]
    Inside,
}

#[cfg(feature = "embed")]
#[derive(rust_embed::Embed)]
#[folder = "../target/site"]
struct Inside;

impl Site {
    #[cfg(feature = "embed")]
    fn present() -> Self {
        Self::Inside
    }

    #[cfg(not(feature = "embed"))]
    fn present() -> Self {
        Self::Folder(std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site")))
    }

    fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            #[cfg(any(test, not(feature = "embed")))]
            Self::Folder(folder) => std::fs::read(folder.join(name)).ok().map(Cow::Owned),
            #[cfg(feature = "embed")]
            Self::Inside => Inside::get(name).map(|file| file.data),
        }
    }

    fn build(&self) -> Option<String> {
        let name = String::from_utf8(self.read("BUILD")?.into_owned()).ok()?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests;
