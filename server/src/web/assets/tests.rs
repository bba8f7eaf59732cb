//! What browsers and attackers get from `/assets`.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;

/// A site of build `b1` with a secret beside it.
fn site() -> (tempfile::TempDir, Router) {
    let top = tempfile::tempdir().unwrap();
    let folder = top.path().join("site");
    std::fs::create_dir_all(folder.join("snippets/a-1")).unwrap();
    for (name, text) in [
        ("BUILD", "b1\n"),
        ("latchkey.js", "plain script"),
        ("latchkey.js.br", "packed script"),
        ("favicon.png", "icon"),
        ("snippets/a-1/inline0.js", "snippet"),
        (".hidden.js", "hidden"),
        ("../secret.txt", "secret"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    (top, routes_of(Site::Folder(folder)))
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: http::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn get_with(router: &Router, path: &str, encodings: &str) -> Answer {
    let request = Request::get(path).header(ACCEPT_ENCODING, encodings).body(Body::empty()).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

#[tokio::test]
async fn the_present_build_is_kept_for_good() {
    let (_top, router) = site();
    let answer = get_with(&router, "/assets/b1/latchkey.js", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "plain script"));
    assert_eq!(answer.header(CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(answer.header(CONTENT_TYPE), "text/javascript; charset=utf-8");
    assert_eq!(answer.header(VARY), "accept-encoding");
}

#[tokio::test]
async fn another_build_gets_the_present_file_but_not_for_keeps() {
    let (_top, router) = site();
    let answer = get_with(&router, "/assets/b0/latchkey.js", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "plain script"));
    assert_eq!(answer.header(CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn nothing_is_kept_for_good_without_a_build() {
    let (top, router) = site();
    std::fs::remove_file(top.path().join("site/BUILD")).unwrap();
    let answer = get_with(&router, "/assets/none/latchkey.js", "").await;
    assert_eq!(answer.header(CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn the_compressed_copy_goes_only_to_who_takes_it() {
    let (_top, router) = site();
    for (encodings, packed) in [
        ("gzip, deflate, br, zstd", true),
        ("BR;q=0.5", true),
        ("br;q=0", false),
        ("br; q=0.000", false),
        ("gzip", false),
        ("brotli", false),
    ] {
        let answer = get_with(&router, "/assets/b1/latchkey.js", encodings).await;
        let expected = if packed { ("packed script", "br") } else { ("plain script", "") };
        assert_eq!((answer.body.as_str(), answer.header(CONTENT_ENCODING)), expected, "{encodings}");
        assert_eq!(answer.header(CONTENT_TYPE), "text/javascript; charset=utf-8");
    }
    let icon = get_with(&router, "/assets/b1/favicon.png", "br").await;
    assert_eq!((icon.body.as_str(), icon.header(CONTENT_ENCODING)), ("icon", ""));
}

#[tokio::test]
async fn files_in_folders_of_the_site_are_found() {
    let (_top, router) = site();
    assert_eq!(get_with(&router, "/assets/b1/snippets/a-1/inline0.js", "").await.body, "snippet");
}

#[tokio::test]
async fn nothing_beside_the_site_comes_out() {
    let (top, router) = site();
    let absolute = format!("/assets/b1/{}", top.path().join("secret.txt").display());
    for path in [
        "/assets/b1/../secret.txt",
        "/assets/b1/%2e%2e/secret.txt",
        "/assets/b1/..%2fsecret.txt",
        "/assets/b1/snippets/..%2f..%2f..%2fsecret.txt",
        "/assets/b1/..%5csecret.txt",
        "/assets/b1/secret.txt%00.js",
        "/assets/b1//latchkey.js",
        "/assets/b1/.hidden.js",
        "/assets/b1/latchkey.js.br",
        "/assets/b1/BUILD",
        "/assets/b1/gone.js",
        "/assets/b1/snippets",
        &absolute,
    ] {
        let answer = get_with(&router, path, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_FOUND, ""), "{path}");
    }
}

#[test]
fn the_build_has_a_name_that_fits_into_an_address() {
    assert!(!build_id().is_empty() && build_id().bytes().all(|byte| byte.is_ascii_alphanumeric()));
}
