//! `/oidc/jwks`: the public parts of the keys that sign tokens (R90). The same bytes for everybody, from any page (R67).
use crate::App;
use crate::web::answer;
use crate::web::error::WebError;
use crate::web::headers;
use crate::web::request_id::RequestId;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use domain::signing_keys::MAX_AGE;
use http::{HeaderMap, HeaderValue, header};
use std::sync::LazyLock;

/// Keys are published longer than that before they sign: whoever keeps the set so long knows every key in use.
static KEEP: LazyLock<HeaderValue> = LazyLock::new(|| {
    let text = format!("public, max-age={}", MAX_AGE.as_secs());
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("no-store"))
});

/// The set.
pub async fn get(State(app): State<App>, Extension(id): Extension<RequestId>, asked: HeaderMap) -> Response {
    match app.core.signer.key_set(app.core.clock.now()).await {
        Ok(set) => {
            let mut response = Response::new(Body::from(Bytes::from_owner(set)));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
            headers.insert(header::CACHE_CONTROL, KEEP.clone());
            headers::for_any_page(headers);
            response
        }
        Err(fault) => {
            let kind = WebError::from(fault).told(&id.0);
            answer::error(&app, kind, &id.0, answer::language(&asked))
        }
    }
}
