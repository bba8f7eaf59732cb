//! `/.well-known/openid-configuration` and its twin for OAuth: what works here, and nothing that does not (R88, R89, D17).
use super::machine::{Call, json_answer};
use crate::web::headers;
use crate::web::site::Site;
use axum::body::Bytes;
use axum::response::Response;
use domain::lang::Lang;
use domain::method::MethodSet;
use domain::oidc::prompt::Prompt;
use domain::oidc::scope::{Claim, Scope};
use domain::ports::Fault;
use http::StatusCode;
use serde_json::{Value, json};
use std::sync::{PoisonError, RwLock};

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

/// The document as it was written last, and for which methods.
#[derive(Debug, Default)]
pub struct Written(RwLock<Option<(MethodSet, Bytes)>>);

impl Written {
    fn of(&self, methods: MethodSet, site: &Site) -> Bytes {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bytes)) = known.as_ref().filter(|(same, _)| *same == methods) {
            return bytes.clone();
        }
        drop(known);
        let bytes = Bytes::from(document(&methods, site).to_string());
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((methods, bytes.clone()));
        bytes
    }
}

/// The document. Methods are read anew each time: what an operator switches shows at once, on all nodes.
///
/// # Errors
/// When the store fails.
pub async fn get(call: Call) -> Result<Response, Fault> {
    let methods = call.app.core.methods.all().await?;
    let mut response = json_answer(StatusCode::OK, call.app.discovery.of(methods, &call.app.site));
    headers::for_any_page(response.headers_mut());
    Ok(response)
}

fn document(methods: &MethodSet, site: &Site) -> Value {
    let acr: Vec<&str> = methods.enabled().map(domain::level::Level::acr).collect();
    let claims: Vec<&str> = OWN_CLAIMS.into_iter().chain(Claim::ALL.map(Claim::name)).collect();
    let mut document = json!({
        "issuer": site.origin,
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
        "ui_locales_supported": Lang::ALL.map(Lang::tag),
    });
    if let Some(members) = document.as_object_mut() {
        for (member, path) in ENDPOINTS {
            members.insert(member.to_owned(), Value::String(format!("{}{path}", site.origin)));
        }
    }
    document
}
