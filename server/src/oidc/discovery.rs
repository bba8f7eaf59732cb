//! `/.well-known/openid-configuration` and its twin for OAuth: what works here, and nothing that does not (R88, R89, D17).
use super::machine::{Call, answer};
use crate::web::headers;
use axum::response::Response;
use domain::oidc::prompt::Prompt;
use domain::oidc::scope::{Claim, Scope};
use domain::ports::Fault;
use http::StatusCode;
use serde_json::{Value, json};

/// The endpoints by the member that announces them.
pub const ENDPOINTS: [(&str, &str); 7] = [
    ("authorization_endpoint", "/oidc/authorize"),
    ("token_endpoint", "/oidc/token"),
    ("userinfo_endpoint", "/oidc/userinfo"),
    ("jwks_uri", "/oidc/jwks"),
    ("revocation_endpoint", "/oidc/revoke"),
    ("introspection_endpoint", "/oidc/introspect"),
    ("end_session_endpoint", "/oidc/logout"),
];

/// Claims of every ID token.
const OWN_CLAIMS: [&str; 10] = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"];

/// The document. Methods are read anew each time: what an operator switches shows at once, on all nodes.
///
/// # Errors
/// When the store fails.
pub async fn get(call: Call) -> Result<Response, Fault> {
    let methods = call.app.core.methods.all().await?;
    let acr: Vec<&str> = methods.enabled().map(domain::level::Level::acr).collect();
    let claims: Vec<&str> = OWN_CLAIMS.into_iter().chain(Claim::ALL.map(Claim::name)).collect();
    let mut document = json!({
        "issuer": call.app.site.origin,
        "scopes_supported": Scope::ALL.map(Scope::name),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "acr_values_supported": acr,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": claims,
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "prompt_values_supported": Prompt::VALUES,
    });
    if let Some(members) = document.as_object_mut() {
        for (member, path) in ENDPOINTS {
            members.insert(member.to_owned(), Value::String(format!("{}{path}", call.app.site.origin)));
        }
    }
    let mut response = answer(StatusCode::OK, &document);
    headers::for_any_page(response.headers_mut());
    Ok(response)
}
