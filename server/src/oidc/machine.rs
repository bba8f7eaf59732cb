//! What programs call: no session, no form token, JSON for an answer (R70). A line of the table all the same.
use super::browser_apps;
use crate::App;
use crate::web::context::{self, RequestId};
use crate::web::error::WebError;
use crate::web::form::{Form, MAX_BODY};
use crate::web::gate;
use app::view::ErrorKind;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use domain::events::{Actor, Trail};
use domain::ports::Fault;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
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

impl Machine {
    /// Also for apps that live in a browser.
    #[must_use]
    pub fn for_browser_apps(self) -> Self {
        Self { browser_apps: true, serve: browser_apps::open(self.serve), ..self }
    }
}

/// One call.
pub struct Call {
    /// The application.
    pub app: App,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its form; empty where there was none.
    pub form: Form,
    /// Where it comes from and when.
    pub trail: Trail,
}

/// A route for programs. A form is read where there is one; a doubled field makes none.
pub fn machine<F, Fut>(method: Method, path: &'static str, shown: Shown, handler: F) -> Machine
where
    F: Fn(Call) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, Fault>> + Send + 'static,
{
    let serve = move |State(app): State<App>, request: Request| {
        let handler = handler.clone();
        async move {
            let (parts, body) = request.into_parts();
            let id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
            let form = match form(&parts, body).await {
                Ok(form) => form,
                Err(status) => return refused(status, "invalid_request"),
            };
            let asked = parts.method.clone();
            let (_, trail) = context::trail(&app, &parts, None);
            let trail = Trail { actor: Actor::App, ..trail };
            let step = handler(Call { app, headers: parts.headers, form, trail });
            if asked == Method::GET {
                return step.await.unwrap_or_else(|fault| fault_told(fault, &id));
            }
            // A step that changes something is done to its end, whoever leaves meanwhile.
            match tokio::spawn(step).await {
                Ok(Ok(response)) => response,
                Ok(Err(fault)) => fault_told(fault, &id),
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => unavailable(),
                },
            }
        }
    };
    let filter = if method == Method::GET { MethodFilter::GET } else { MethodFilter::POST };
    Machine { method, path, shown, browser_apps: false, serve: on(filter, serve) }
}

/// A form is some hundred bytes: who needs longer for it is cut off (R137).
const BODY_TIME: Duration = Duration::from_secs(20);

async fn form(parts: &http::request::Parts, body: Body) -> Result<Form, StatusCode> {
    if parts.method != Method::POST || !gate::is_form(&parts.headers) {
        return Ok(Form::default());
    }
    let body = tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, MAX_BODY));
    let body = body.await.map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
    let body: Zeroizing<Vec<u8>> = Zeroizing::new(body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?.into());
    Form::parse(&body).ok_or(StatusCode::BAD_REQUEST)
}

fn fault_told(fault: Fault, request: &str) -> Response {
    match WebError::from(fault).told(request) {
        ErrorKind::Unavailable => unavailable(),
        _ => refused(StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
    }
}

fn unavailable() -> Response {
    let mut response = refused(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable");
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// JSON.
#[must_use]
pub fn answer(status: StatusCode, value: &Value) -> Response {
    json_answer(status, value.to_string())
}

/// … that is written already.
#[must_use]
pub fn json_answer(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// A refusal by its registered word.
#[must_use]
pub fn refused(status: StatusCode, error: &'static str) -> Response {
    answer(status, &json!({ "error": error }))
}
