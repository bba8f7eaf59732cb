//! `/oidc/introspect`: an app asks about a token that it was given (RFC 7662, R111).
use super::machine::{Call, answer, refused};
use super::token::admitted;
use axum::response::Response;
use domain::oidc::claims::seconds;
use domain::oidc::error::NOT_ADMITTED;
use domain::oidc::redeem::TokenKind;
use domain::ports::Fault;
use http::StatusCode;
use serde_json::json;

/// What there is to say; of tokens of others, unknown or over, only that they do not count.
///
/// # Errors
/// When the store fails.
pub async fn post(call: Call) -> Result<Response, Fault> {
    let client = match admitted(&call).await? {
        Ok(client) => client,
        Err(response) => return Ok(*response),
    };
    // Who has no secret has not shown who it is: anybody could ask.
    if client.public {
        return Ok(refused(StatusCode::UNAUTHORIZED, "invalid_client", NOT_ADMITTED));
    }
    let token = call.form.text("token");
    if token.is_empty() {
        return Ok(refused(StatusCode::BAD_REQUEST, "invalid_request", "token is missing"));
    }
    let Some((live, kind)) = call.app.provider.introspect(token, &client.id, &call.trail).await? else {
        return Ok(answer(StatusCode::OK, &json!({ "active": false })));
    };
    let mut told = json!({
        "active": true,
        "scope": live.scopes.to_text(),
        "client_id": live.grant.client.as_str(),
        "sub": live.grant.account.as_str(),
        "iss": call.app.site.origin,
        "iat": seconds(live.since),
        "exp": seconds(live.until),
        "acr": live.grant.acr.acr(),
        "auth_time": seconds(live.grant.auth_time),
    });
    if let (TokenKind::Access, Some(told)) = (kind, told.as_object_mut()) {
        told.insert("token_type".to_owned(), json!("Bearer"));
    }
    Ok(answer(StatusCode::OK, &told))
}
