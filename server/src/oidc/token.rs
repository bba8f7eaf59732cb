//! `/oidc/token`: a code, or a refresh token, becomes tokens (R102 to R108).
use super::client_auth::{self, Posted, Refused};
use super::id_token;
use super::machine::{Call, answer, refused};
use axum::response::Response;
use domain::client::Client;
use domain::oidc::error::TokenError;
use domain::oidc::redeem::Tokens;
use domain::oidc::scope::Scopes;
use domain::ports::Fault;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// What the form asks for.
///
/// # Errors
/// When the store fails: no token is given then.
pub async fn post(call: Call) -> Result<Response, Fault> {
    let client = match admitted(&call).await? {
        Ok(client) => client,
        Err(response) => return Ok(*response),
    };
    let field = |name| Some(call.form.text(name)).filter(|text: &&str| !text.is_empty());
    let provider = &call.app.provider;
    let made = match (field("grant_type"), field("code"), field("refresh_token")) {
        (Some("authorization_code"), Some(code), _) => {
            let (uri, verifier) = (field("redirect_uri"), field("code_verifier"));
            provider.redeem(&client, code, uri, verifier, &call.trail).await?
        }
        (Some("refresh_token"), _, Some(refresh)) => {
            provider.renew(&client, refresh, field("scope"), &call.trail).await?
        }
        (Some("authorization_code"), None, _) => Err(TokenError::InvalidRequest("code is missing")),
        (Some("refresh_token"), _, None) => Err(TokenError::InvalidRequest("refresh_token is missing")),
        (None, _, _) => Err(TokenError::InvalidRequest("grant_type is missing")),
        (Some(_), _, _) => Err(TokenError::UnsupportedGrantType),
    };
    match made {
        Ok(tokens) => given(&call, &tokens).await,
        Err(TokenError::InvalidClient) => {
            let header = call.headers.contains_key(header::AUTHORIZATION);
            Ok(turned_away(Refused::NotAdmitted { header }))
        }
        Err(error) => Ok(refused(StatusCode::BAD_REQUEST, error.code(), error.why())),
    }
}

async fn given(call: &Call, tokens: &Tokens) -> Result<Response, Fault> {
    let id_token = id_token::signed(&call.app, &tokens.id_token, call.trail.at).await?;
    let mut told = Map::new();
    told.insert("access_token".to_owned(), json!(tokens.access.reveal()));
    told.insert("token_type".to_owned(), json!("Bearer"));
    told.insert("expires_in".to_owned(), json!(tokens.expires_in));
    told.insert("id_token".to_owned(), json!(id_token));
    told.insert("scope".to_owned(), json!(Scopes::to_text(tokens.scopes)));
    if let Some(refresh) = &tokens.refresh {
        told.insert("refresh_token".to_owned(), json!(refresh.reveal()));
    }
    Ok(answer(StatusCode::OK, &Value::Object(told)))
}

/// The client that calls, or the answer for who has not shown to be one.
///
/// # Errors
/// When the store fails: nobody is admitted then.
pub async fn admitted(call: &Call) -> Result<Result<Client, Box<Response>>, Fault> {
    let posted = Posted::read(|name| call.form.text(name));
    let admitted = client_auth::client(&call.app.core, &call.headers, posted, &call.trail).await?;
    Ok(admitted.map_err(|why| Box::new(turned_away(why))))
}

fn turned_away(why: Refused) -> Response {
    let mut response = refused(why.status(), why.error(), why.description());
    let headers = response.headers_mut();
    if let Some(challenge) = why.challenge() {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(seconds) = why.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
