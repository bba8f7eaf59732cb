//! `/oidc/revoke`: an app gives a token back (RFC 7009, R111).
use super::machine::{Call, refused};
use super::token::admitted;
use axum::body::Body;
use axum::response::Response;
use domain::oidc::token::BearerHash;
use domain::ports::Fault;
use http::StatusCode;

/// 200 for whatever token, so that nobody learns which ones there are.
///
/// # Errors
/// When the store fails: the token may still count then, and the app is told to try again.
pub async fn post(call: Call) -> Result<Response, Fault> {
    let client = match admitted(&call).await? {
        Ok(client) => client,
        Err(response) => return Ok(*response),
    };
    let token = call.form.text("token");
    if token.is_empty() {
        return Ok(refused(StatusCode::BAD_REQUEST, "invalid_request", "token is missing"));
    }
    call.app.provider.grants().revoke(&BearerHash::of(token), &client.id, &call.trail).await?;
    Ok(Response::new(Body::empty()))
}
