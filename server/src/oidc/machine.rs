//! What apps' servers call: a form or nothing in, JSON out.
use crate::App;
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::gate;
use crate::web::machine::{self, Machine, Received, Shown, later};
use app::view::ErrorKind;
use axum::body::Body;
use axum::response::Response;
use domain::events::{Actor, Trail};
use domain::ports::Fault;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use std::future::Future;

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

/// A route for apps. A form is read where there is one; a doubled field makes none.
pub fn machine<F, Fut>(method: Method, path: &'static str, shown: Shown, handler: F) -> Machine
where
    F: Fn(Call) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, Fault>> + Send + 'static,
{
    let serve = move |call: Received| {
        let handler = handler.clone();
        async move {
            let form = match call.method == Method::POST && gate::is_form(&call.headers) {
                true => Form::parse(&call.body),
                false => Some(Form::default()),
            };
            let Some(form) = form else { return invalid(StatusCode::BAD_REQUEST) };
            let request = call.trail.request.clone();
            let trail = Trail { actor: Actor::App, ..call.trail };
            let answer = handler(Call { app: call.app, headers: call.headers, form, trail }).await;
            answer.unwrap_or_else(|fault| match WebError::from(fault).told(&request) {
                ErrorKind::Unavailable => later(invalid(StatusCode::SERVICE_UNAVAILABLE)),
                _ => invalid(StatusCode::INTERNAL_SERVER_ERROR),
            })
        }
    };
    machine::machine(method, path, shown, invalid, serve)
}

/// What is wrong with a call as a whole, by its registered word.
fn invalid(status: StatusCode) -> Response {
    let (error, why) = match status {
        StatusCode::SERVICE_UNAVAILABLE => ("temporarily_unavailable", "try again in a moment"),
        StatusCode::INTERNAL_SERVER_ERROR => ("server_error", "a fault of the server: its log tells"),
        StatusCode::PAYLOAD_TOO_LARGE => ("invalid_request", "the form is too long"),
        StatusCode::REQUEST_TIMEOUT => ("invalid_request", "the form did not come in time"),
        _ => ("invalid_request", "the form cannot be read: each parameter at most once, percent-encoded"),
    };
    refused(status, error, why)
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

/// A refusal by its registered word; `why` is for whoever builds the app: fixed text of ours, printable ASCII without `"` and `\`
/// (RFC 6749 §5.2), and nothing of the request in it.
#[must_use]
pub fn refused(status: StatusCode, error: &'static str, why: &'static str) -> Response {
    answer(status, &json!({ "error": error, "error_description": why }))
}
