//! Addresses: Twilio's own, and those of the fake.
use crate::callback::{self, Callback};
use crate::script::{Act, Script};
use crate::state::{Inbox, Request, State, StatusChange};
use crate::wire::Line;
use crate::{answer, call, check, resources};
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Form, FromRequest as _, Path, Query, State as Shared};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use futures::StreamExt as _;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/2010-04-01/Accounts/{account}/Messages.json", post(send).fallback(wrong_method))
        .route("/2010-04-01/Accounts/{account}/Messages/{file}", get(look_up).fallback(wrong_method))
        .route("/2010-04-01/Accounts/{account}", get(resources::account).fallback(wrong_method))
        .route(
            "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json",
            get(resources::numbers).fallback(wrong_method),
        )
        .route("/v1/Services/{service}", get(resources::service).fallback(wrong_method))
        .route("/v1/Services/{service}/{list}", get(resources::senders).fallback(wrong_method))
        .route("/v1/Messaging/GeoPermissions", get(resources::text_countries).fallback(wrong_method))
        .route("/v1/DialingPermissions/Countries/{iso}", get(resources::call_country).fallback(wrong_method))
        .route("/2010-04-01/Accounts/{account}/Calls.json", post(dial).fallback(wrong_method))
        .route("/__elsewhere", get(elsewhere).post(elsewhere))
        .route("/__inbox.json", get(inbox))
        .route("/__requests.json", get(requests))
        .route("/__script", post(script))
        .route("/__status", post(status))
        .route("/__callback.json", get(callback))
        .route("/__reset", post(reset))
        .fallback(unknown)
        .with_state(state)
}

async fn send(
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(account): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = form(body).await;
    let login = check::login(&state.settings, &account, &headers);
    let to = fields.iter().flatten().find(|(name, _)| name == "To").map(|(_, value)| value.clone());
    let wanted = match (&login, check::is_form(&headers) && uri.query().is_none(), &fields) {
        (Err(code), _, _) => Err(*code),
        (Ok(()), false, _) => Err(20415),
        (Ok(()), true, None) => Err(20001),
        (Ok(()), true, Some(fields)) => check::message(&state.settings, fields),
    };
    let mut request = seen(&method, &uri, &headers);
    request.refused = wanted.as_ref().err().copied();
    request.fields = fields.unwrap_or_default();
    state.record(request);
    let take = |wanted, status| answer::record(&state.take(wanted, status));
    // A script goes before a refusal: a test of a timeout need not care for the number.
    match (state.act_for(to.as_deref()), wanted) {
        (Some(act), wanted) => play(act, wanted, &line, &take).await,
        (None, Ok(wanted)) => created(take(wanted, None)),
        (None, Err(code)) => answer::error(code, None, None),
    }
}

/// What a request leads to once it passed: the record of a message or of a call, with its first status where a script has set it.
type Taking<'a, W> = &'a (dyn Fn(W, Option<(String, Option<u32>)>) -> Value + Send + Sync);

async fn dial(
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(account): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = form(body).await;
    let login = check::login(&state.settings, &account, &headers);
    let to = fields.iter().flatten().find(|(name, _)| name == "To").map(|(_, value)| value.clone());
    let wanted = match (&login, check::is_form(&headers) && uri.query().is_none(), &fields) {
        (Err(code), _, _) => Err(*code),
        (Ok(()), false, _) => Err(20415),
        (Ok(()), true, None) => Err(20001),
        (Ok(()), true, Some(fields)) => call::call(&state.settings, fields),
    };
    let mut request = seen(&method, &uri, &headers);
    request.refused = wanted.as_ref().err().copied();
    request.fields = fields.unwrap_or_default();
    state.record(request);
    let take = |wanted, status: Option<(String, Option<u32>)>| {
        let status = status.map_or_else(|| "queued".to_owned(), |(status, _)| status);
        state.take_call(wanted).record(&state.settings.account_sid, &status)
    };
    match (state.act_for(to.as_deref()), wanted) {
        (Some(act), wanted) => play(act, wanted, &line, &take).await,
        (None, Ok(wanted)) => created(take(wanted, None)),
        (None, Err(code)) => answer::error(code, None, None),
    }
}

async fn play<W>(act: Act, wanted: Result<W, u32>, line: &Line, take: Taking<'_, W>) -> Response {
    match act {
        Act::TooMany { retry_after } => return answer::error(20429, None, retry_after),
        Act::Error { code, status } => return answer::error(code, status, None),
        Act::Status { status } => return page(status),
        Act::Redirect { location } => return redirect(location),
        Act::Empty => return (StatusCode::CREATED, Json(serde_json::json!({}))).into_response(),
        Act::Delay { .. }
        | Act::ResetBeforeReading
        | Act::ResetAfterReading
        | Act::Hang
        | Act::HalfBody
        | Act::Rubbish
        | Act::Taken { .. } => {}
    }
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(code) => return answer::error(code, None, None),
    };
    match act {
        Act::Taken { status, error_code } => created(take(wanted, Some((status, error_code)))),
        Act::Hang => {
            take(wanted, None);
            std::future::pending().await
        }
        Act::ResetAfterReading => {
            line.cut();
            created(take(wanted, None))
        }
        Act::HalfBody => half(&take(wanted, None), line),
        Act::Rubbish => {
            take(wanted, None);
            (StatusCode::CREATED, "<html>not what you think</html>").into_response()
        }
        Act::Delay { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            created(take(wanted, None))
        }
        _ => created(take(wanted, None)),
    }
}

fn created(record: Value) -> Response {
    (StatusCode::CREATED, Json(record)).into_response()
}

/// Promises the whole length, sends half of it, then cuts the line.
fn half(record: &Value, line: &Line) -> Response {
    let whole = record.to_string();
    let length = whole.len();
    let first = Bytes::from(whole).slice(..length / 2);
    let line = line.clone();
    let parts = futures::stream::iter([Ok(first)]).chain(futures::stream::once(async move {
        line.cut();
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    }));
    let mut answer = (StatusCode::CREATED, Body::from_stream(parts)).into_response();
    answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn redirect(location: Option<String>) -> Response {
    let location = location.unwrap_or_else(|| "/__elsewhere".to_owned());
    match HeaderValue::from_str(&location) {
        Ok(value) => (StatusCode::FOUND, [(header::LOCATION, value)]).into_response(),
        Err(_) => page(500),
    }
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "text/html")], "<html>upstream</html>").into_response()
}

async fn look_up(
    Shared(state): Shared<Arc<State>>,
    Path((account, file)): Path<(String, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let found = check::login(&state.settings, &account, &headers).and_then(|()| {
        let sid = file.strip_suffix(".json").unwrap_or_default();
        let well_formed = check::is_sid("SM", sid) || check::is_sid("MM", sid);
        well_formed.then(|| state.look_up(sid)).flatten().ok_or(20404)
    });
    let mut request = seen(&method, &uri, &headers);
    request.refused = found.as_ref().err().copied();
    state.record(request);
    match found {
        Ok(message) => Json(answer::record(&message)).into_response(),
        Err(code) => answer::error(code, None, None),
    }
}

async fn wrong_method(
    Shared(state): Shared<Arc<State>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    refuse(&state, &method, &uri, &headers, 20004)
}

async fn unknown(
    Shared(state): Shared<Arc<State>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    refuse(&state, &method, &uri, &headers, 20404)
}

fn refuse(state: &State, method: &Method, uri: &Uri, headers: &HeaderMap, code: u32) -> Response {
    let mut request = seen(method, uri, headers);
    request.refused = Some(code);
    state.record(request);
    answer::error(code, None, None)
}

async fn elsewhere(Shared(state): Shared<Arc<State>>) -> &'static str {
    state.followed();
    "elsewhere"
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

async fn inbox(Shared(state): Shared<Arc<State>>, Query(filter): Query<Filter>) -> Json<Vec<Inbox>> {
    Json(state.inbox(filter.to.as_deref()))
}

async fn requests(Shared(state): Shared<Arc<State>>) -> Json<Vec<Request>> {
    Json(state.requests())
}

async fn script(Shared(state): Shared<Arc<State>>, Json(script): Json<Script>) -> StatusCode {
    state.script(script);
    StatusCode::NO_CONTENT
}

async fn status(Shared(state): Shared<Arc<State>>, Json(change): Json<StatusChange>) -> StatusCode {
    if state.set_status(&change) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

#[derive(Deserialize)]
struct Wanted {
    to: String,
    status: String,
    code: Option<u32>,
}

/// The callback about the newest message to a number, for whoever is to post it: late, twice, in another order, or never.
async fn callback(
    Shared(state): Shared<Arc<State>>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Callback>, StatusCode> {
    let message = state.newest(&wanted.to).ok_or(StatusCode::NOT_FOUND)?;
    let callback = callback::of(&state.settings, &message, &wanted.status, wanted.code);
    callback.map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn reset(Shared(state): Shared<Arc<State>>) -> StatusCode {
    state.reset();
    StatusCode::NO_CONTENT
}

/// What is kept of every request; the password of the login is not.
pub(crate) fn seen(method: &Method, uri: &Uri, headers: &HeaderMap) -> Request {
    let text =
        |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned);
    let user = text(header::AUTHORIZATION)
        .and_then(|value| value.strip_prefix("Basic ").map(str::to_owned))
        .and_then(|encoded| base64::engine::general_purpose::STANDARD.decode(encoded).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|pair| pair.split_once(':').map(|(user, _)| user.to_owned()));
    Request {
        method: method.to_string(),
        target: uri.to_string(),
        user,
        content_type: text(header::CONTENT_TYPE),
        user_agent: text(header::USER_AGENT),
        fields: Vec::new(),
        refused: None,
    }
}

/// The pairs of a form body; `None` where it is none.
async fn form(body: Bytes) -> Option<Vec<(String, String)>> {
    let request = http::Request::post("/")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .ok()?;
    Form::from_request(request, &()).await.ok().map(|Form(pairs)| pairs)
}
