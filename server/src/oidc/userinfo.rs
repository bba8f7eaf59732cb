//! `/oidc/userinfo`: what an access token's scopes tell about its person (R110; OpenID Connect Core §5.3, RFC 6750).
use super::id_token::said;
use super::machine::{Call, answer};
use axum::body::Body;
use axum::response::Response;
use domain::ports::Fault;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// What the token tells.
///
/// # Errors
/// When the store fails: nothing is told then.
pub async fn serve(call: Call) -> Result<Response, Fault> {
    let token = match token(&call) {
        Token::One(token) => token,
        Token::None => return Ok(challenge(StatusCode::UNAUTHORIZED, "Bearer")),
        Token::Two => {
            return Ok(challenge(StatusCode::BAD_REQUEST, "Bearer error=\"invalid_request\""));
        }
    };
    let invalid = || challenge(StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\"");
    let Some(info) = call.app.provider.userinfo(&token, &call.trail).await? else { return Ok(invalid()) };
    let mut told = Map::new();
    told.insert("sub".to_owned(), Value::String(info.subject.to_string()));
    for (name, value) in info.told {
        told.insert(name.to_owned(), said(&value));
    }
    Ok(answer(StatusCode::OK, &Value::Object(told)))
}

enum Token {
    None,
    One(Zeroizing<String>),
    Two,
}

/// In the header or in the form, one way at a time (RFC 6750 §2); never in the address.
fn token(call: &Call) -> Token {
    let mut headers = call.headers.get_all(header::AUTHORIZATION).iter();
    let bearer = |value: &HeaderValue| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    };
    let first = headers.next();
    let posted = Some(call.form.text("access_token")).filter(|token| !token.is_empty());
    match (first.and_then(bearer), first, posted) {
        _ if headers.next().is_some() => Token::Two,
        (_, Some(_), Some(_)) => Token::Two,
        (Some(token), _, None) => Token::One(Zeroizing::new(token)),
        (None, None, Some(token)) => Token::One(Zeroizing::new(token.to_owned())),
        (None, _, None) => Token::None,
        (Some(_), None, Some(_)) => Token::Two,
    }
}

fn challenge(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from("{}"));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(text));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
