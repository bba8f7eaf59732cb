//! What programs call: no session and no form token (R70). A line of the table all the same, with what a caller must show.
use super::context;
use super::form::MAX_BODY;
use crate::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use domain::events::Trail;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::future::Future;
use std::time::Duration;
use zeroize::Zeroizing;

/// What a caller must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing: the same for everybody.
    Nothing,
    /// Which client it is, by its secret where it has one (R105).
    Client,
    /// An access token.
    Token,
    /// The signature of a provider of messages.
    Signature,
}

/// One line of the table of what programs call.
pub struct Machine {
    /// GET or POST; HEAD goes with GET.
    pub method: Method,
    /// The path.
    pub path: &'static str,
    /// What a caller must show.
    pub shown: Shown,
    /// Scripts of any page may call it and read what it says.
    pub browser_apps: bool,
    /// What serves it.
    pub serve: MethodRouter<App>,
}

/// One call, as it came.
pub struct Received {
    /// The application.
    pub app: App,
    /// GET or POST.
    pub method: Method,
    /// The path as it stands in the request, with its query.
    pub address: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// What was posted; empty for a GET.
    pub body: Zeroizing<Vec<u8>>,
    /// Where it comes from and when.
    pub trail: Trail,
}

/// What is posted is some hundred bytes: who needs longer for it is cut off (R137).
const BODY_TIME: Duration = Duration::from_secs(20);

/// A route for programs. `refused` makes the answer to what is not taken in at all: too large, too slow, or while the service ends.
pub fn machine<F, Fut>(
    method: Method,
    path: &'static str,
    shown: Shown,
    refused: fn(StatusCode) -> Response,
    handler: F,
) -> Machine
where
    F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    let serve = move |State(app): State<App>, request: Request| {
        let handler = handler.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = match posted(&parts.method, body).await {
                Ok(body) => body,
                Err(status) => return refused(status),
            };
            let method = parts.method.clone();
            let (_, trail) = context::trail(&app, &parts, None);
            let address = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
            let headers = parts.headers;
            let step = handler(Received { app, method: method.clone(), address, headers, body, trail });
            if method == Method::GET {
                return step.await;
            }
            // A step that changes something is done to its end, whoever leaves meanwhile.
            match tokio::spawn(step).await {
                Ok(response) => response,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => later(refused(StatusCode::SERVICE_UNAVAILABLE)),
                },
            }
        }
    };
    let filter = if method == Method::GET { MethodFilter::GET } else { MethodFilter::POST };
    Machine { method, path, shown, browser_apps: false, serve: on(filter, serve) }
}

async fn posted(method: &Method, body: Body) -> Result<Zeroizing<Vec<u8>>, StatusCode> {
    if method != Method::POST {
        return Ok(Zeroizing::default());
    }
    let body = tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, MAX_BODY));
    let body = body.await.map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
    Ok(Zeroizing::new(body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?.into()))
}

/// The same answer, with when to come back.
#[must_use]
pub fn later(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}
