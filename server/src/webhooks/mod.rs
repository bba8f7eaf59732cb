//! What providers call: signed, without session or form token. Whoever is not the provider is refused before anything is looked up
//! (R80); what a provider tells changes what is shown, never who is signed in (R81).
//!
//! To add one: a file with a handler that judges the signature before anything else, a line in `crate::router`.
pub mod twilio;
pub mod vonage;

use crate::log_throttle::LogThrottle;
use crate::sms::callback::{Refused, Report};
use crate::sms::news;
use crate::web::error::WebError;
use crate::web::machine::{Machine, Received, Shown, later, machine};
use app::view::ErrorKind;
use axum::body::Body;
use axum::response::Response;
use domain::events::{Actor, Trail};
use domain::ports::Fault;
use http::{HeaderValue, Method, StatusCode, header};
use std::future::Future;
use tracing::Instrument as _;
use zeroize::Zeroizing;

/// A document for a provider, of this media type. It may hold a code: `Debug` does not show it (R12).
#[derive(Clone, PartialEq, Eq)]
pub struct Document(pub &'static str, pub Zeroizing<String>);

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Document")
    }
}

/// What a provider is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackOutcome {
    /// Taken in; nothing is said.
    Heard,
    /// What was asked for.
    Say(Document),
    /// No route of this installation.
    Nothing,
    /// Not of the shape that is needed.
    Malformed,
    /// Not signed by the provider.
    Forged,
}

impl From<Refused> for CallbackOutcome {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotSigned | Refused::Fields => Self::Malformed,
            Refused::Forged => Self::Forged,
        }
    }
}

/// Takes in what a status callback said, once it was read. Whatever it is about, what is known or not known of it is answered alike.
///
/// # Errors
/// When the store fails: the provider may call again.
async fn heard(call: &Received, read: Result<Report, Refused>) -> Result<CallbackOutcome, Fault> {
    match read {
        Err(refused) => Ok(refused.into()),
        Ok(Report::Nothing) => Ok(CallbackOutcome::Heard),
        Ok(Report::News(news)) => {
            let core = &call.app.core;
            news::take_in(&news, &*core.deliveries, &*core.watch, &call.trail).await?;
            Ok(CallbackOutcome::Heard)
        }
    }
}

/// A route for a provider. The handler checks the signature first.
pub fn signed<F, Fut>(path: &'static str, handler: F) -> Machine
where
    F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<CallbackOutcome, Fault>> + Send + 'static,
{
    let serve = move |call: Received| {
        let handler = handler.clone();
        async move {
            let request = call.trail.request.clone();
            let span = tracing::error_span!("callback", request.id = request);
            // What a provider tells is no deed of the person's, and does not come from the person's address.
            let trail = Trail { actor: Actor::System, ..call.trail };
            let call = Received { trail, ..call };
            match handler(call).instrument(span).await {
                Ok(told) => answer(told),
                // Providers call again where we could not take it in.
                Err(fault) => match WebError::from(fault).told(&request) {
                    ErrorKind::Unavailable => later(line(StatusCode::SERVICE_UNAVAILABLE)),
                    _ => line(StatusCode::INTERNAL_SERVER_ERROR),
                },
            }
        }
    };
    machine(Method::POST, path, Shown::Signature, line, serve)
}

static FORGED: LogThrottle = LogThrottle::new();

fn answer(told: CallbackOutcome) -> Response {
    match told {
        CallbackOutcome::Heard => line(StatusCode::NO_CONTENT),
        CallbackOutcome::Nothing => line(StatusCode::NOT_FOUND),
        CallbackOutcome::Malformed => line(StatusCode::BAD_REQUEST),
        CallbackOutcome::Forged => {
            // Anybody can cause it; where a provider does, nobody hears how far messages get, and calls end without a code.
            if FORGED.is_due() {
                tracing::warn!(
                    "a call of a provider, or in its name, was refused for its signature (told once a minute): if a provider's console shows 403, \
                     server.public_url, or auth_token or signature_secret of that provider, is not what it signs with"
                );
            }
            line(StatusCode::FORBIDDEN)
        }
        CallbackOutcome::Say(Document(kind, text)) => {
            let mut response = Response::new(Body::from(text.as_str().to_owned()));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
    }
}

/// A provider's console shows its owner what we answered: one line, and no page.
fn line(status: StatusCode) -> Response {
    let line = match status {
        StatusCode::NO_CONTENT => "",
        StatusCode::FORBIDDEN => {
            "The signature is not the one of this account for this address: check public_url and the secret it is made with.\n"
        }
        StatusCode::BAD_REQUEST => "Not a signed call with the fields that are needed.\n",
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
