//! What every request passes first: an id, the right host; and every post: the headers of a form of ours (R69, R72).
use super::answer;
use super::cookies;
use super::headers;
use super::host;
use super::site::Site;
use crate::App;
use app::view::ErrorKind;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::sync::Once;
use tokio::time::Instant;

/// Marks the answer in place of a request that panicked.
#[derive(Clone, Copy)]
pub struct Panicked;

/// The outermost step.
pub async fn pass(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let named = app.request_ids.next();
    let id = named.0.clone();
    let probe = matches!(request.uri().path(), "/healthz" | "/readyz");
    let mut response = if probe || for_us(&app.site, &request) {
        let lang = answer::language(request.headers());
        request.extensions_mut().insert(named);
        cookies::drop_lookalikes(request.headers_mut(), &app.site);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let page = request.extensions().get::<MatchedPath>().map(|page| page.as_str().to_owned());
        let begun = Instant::now();
        let response = next.run(request).await;
        app.metrics.answered(&method, page.as_deref(), response.status().as_u16(), begun.elapsed());
        tracing::debug!(
            request.id = id,
            method = short(&method),
            path = redacted(&path),
            status = response.status().as_u16(),
            "answered"
        );
        if response.extensions().get::<Panicked>().is_some() {
            tracing::error!(request.id = id, "a request panicked");
        }
        if unexplained(&response) {
            answer::error(&app, kind(response.status()), &id, lang)
        } else {
            response
        }
    } else {
        tell_once(&app.site);
        let mut response = Response::new(Body::from("421 Misdirected Request\n"));
        *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, text);
        response
    };
    cookies::leave_unknown(response.headers_mut(), &app.site);
    headers::common(response.headers_mut(), &app.site);
    response
}

/// A proxy that does not pass `Host` on turns every visitor away: its operator must find out. Once, because anybody can cause it.
fn tell_once(site: &Site) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        tracing::warn!(
            expected = site.authority,
            "a request for another host was answered 421 (told once); if visitors see that, let the proxy pass Host on unchanged"
        );
    });
}

/// Callers may invent methods, of any length.
fn short(method: &Method) -> &str {
    method.as_str().get(..10).unwrap_or(method.as_str())
}

/// Ids in paths are unguessable; the log needs only which page it was.
fn redacted(path: &str) -> String {
    path.split('/').map(|part| if part.len() == 32 { "…" } else { part }).collect::<Vec<_>>().join("/")
}

fn for_us(site: &Site, request: &Request) -> bool {
    let named = request.uri().authority().map(http::uri::Authority::as_str);
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let header = hosts.next().and_then(|value| value.to_str().ok());
    let ours = |name: Option<&str>| name.is_none_or(|name| host::is_ours(site, name));
    hosts.next().is_none() && (named.is_some() || header.is_some()) && ours(named) && ours(header)
}

/// An answer made by a layer rather than a page: no such path, a method that is not there, a store that failed while the session
/// was written, a panic. It gets the page that belongs to its status.
fn unexplained(response: &Response) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error())
        && !response.headers().contains_key(header::CONTENT_TYPE)
        && status != StatusCode::SERVICE_UNAVAILABLE
}

fn kind(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorKind::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => ErrorKind::TooSlow,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorKind::TooLarge,
        status if status.is_client_error() => ErrorKind::BadRequest,
        _ => ErrorKind::Fault,
    }
}

/// Whether the headers of a post allow that it came from a page of ours (R69).
#[must_use]
pub fn same_site(site: &Site, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(fetched), _) => fetched == "same-origin",
        (None, Some(origin)) => host::is_our_origin(site, origin),
        (None, None) => true,
    }
}

/// Whether a post is a plain form.
#[must_use]
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
