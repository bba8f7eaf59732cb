//! The way back to an app: its registered address with the answer in the query (R97, R98).
use crate::App;
use crate::web::answer::{Reply, show};
use app::view::{HandOverPage, Page};
use axum::body::Body;
use axum::response::Response;
use domain::oidc::error::Refusal;
use domain::oidc::provider::ReturnAddress;
use domain::oidc::token::Bearer;
use http::{HeaderValue, StatusCode, header};

/// The address with a code.
#[must_use]
pub fn with_code(app: &App, to: &ReturnAddress, code: &Bearer) -> String {
    back(app, to, &[("code", code.reveal())])
}

/// The address with a refusal.
#[must_use]
pub fn with_error(app: &App, to: &ReturnAddress, why: Refusal) -> String {
    back(app, to, &[("error", why.error.code()), ("error_description", why.why)])
}

fn back(app: &App, to: &ReturnAddress, answer: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(answer);
    if let Some(state) = &to.state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", &app.site.origin);
    with_query(&to.redirect_uri, &query.finish())
}

/// An address with more in its query.
#[must_use]
pub fn with_query(address: &str, query: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{query}")
}

/// A redirect to an app: only where no form of ours was sent before (D10).
#[must_use]
pub fn away(to: &str) -> Reply {
    let mut response = Response::new(Body::empty());
    match HeaderValue::from_str(to) {
        Ok(to) => {
            *response.status_mut() = StatusCode::SEE_OTHER;
            response.headers_mut().insert(header::LOCATION, to);
        }
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    Reply::Other(Box::new(response))
}

/// The end of a chain that began with a form of ours: a page that goes on by itself.
#[must_use]
pub fn hand_over(to: String, signed_in: bool) -> Reply {
    show(Page::HandOver(HandOverPage { to, signed_in }))
}
