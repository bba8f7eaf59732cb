//! What providers call: signed, without session or form token. Whoever is not the provider is refused before anything is looked up
//! (R80); what a provider tells changes what is shown, never who is signed in (R81).
pub mod twilio;

use crate::App;
use crate::oidc::machine::{Machine, Shown};
use crate::web::context::{self, RequestId};
use crate::web::error::WebError;
use crate::web::form::MAX_BODY;
use crate::web::gate;
use app::view::ErrorKind;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use domain::events::Trail;
use domain::ports::Fault;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::future::Future;
use std::time::Duration;

/// One call of a provider, as it came.
pub struct Signed {
    /// The application.
    pub app: App,
    /// The path as it stands in the request, with its query.
    pub address: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its form, as bytes.
    pub body: Vec<u8>,
    /// Where it comes from and when.
    pub trail: Trail,
}

/// A provider waits no longer for an answer, and we for its words.
const BODY_TIME: Duration = Duration::from_secs(10);

/// A route for a provider. The handler checks the signature first.
pub fn signed<F, Fut>(path: &'static str, handler: F) -> Machine
where
    F: Fn(Signed) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<StatusCode, Fault>> + Send + 'static,
{
    let serve = move |State(app): State<App>, request: Request| {
        let handler = handler.clone();
        async move {
            let (parts, body) = request.into_parts();
            if !gate::is_form(&parts.headers) {
                return told(StatusCode::BAD_REQUEST);
            }
            let body = tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, MAX_BODY)).await;
            let Ok(body) = body else { return told(StatusCode::REQUEST_TIMEOUT) };
            let Ok(body) = body else { return told(StatusCode::PAYLOAD_TOO_LARGE) };
            let id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
            let (_, trail) = context::trail(&app, &parts, None);
            let address = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
            let call = Signed { app, address, headers: parts.headers, body: body.to_vec(), trail };
            match handler(call).await {
                Ok(status) => told(status),
                Err(fault) => failed(fault, &id),
            }
        }
    };
    Machine { method: Method::POST, path, shown: Shown::Signature, browser_apps: false, serve: post(serve) }
}

/// A provider's console shows its owner what we answered: one line, and no page.
fn told(status: StatusCode) -> Response {
    let line = match status {
        StatusCode::NO_CONTENT => "",
        StatusCode::FORBIDDEN => {
            "The signature is not the one of this account for this address: check public_url and the auth token.\n"
        }
        StatusCode::BAD_REQUEST => "Not a signed form with the fields that are needed.\n",
        _ => "Not taken in.\n",
    };
    let mut response = Response::new(Body::from(line));
    *response.status_mut() = status;
    if !line.is_empty() {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, text);
    }
    response
}

/// Providers call again where we could not take it in.
fn failed(fault: Fault, request: &str) -> Response {
    if WebError::from(fault).told(request) != ErrorKind::Unavailable {
        return told(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let mut response = told(StatusCode::SERVICE_UNAVAILABLE);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}
