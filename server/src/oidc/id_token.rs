//! ID tokens: put into words and signed; and known again when an app hands one in (R108, R119, R124).
use crate::App;
use domain::client::ClientId;
use domain::id::AccountId;
use domain::oidc::claims::{IdToken, Value as Claim};
use domain::ports::Fault;
use domain::time::Timestamp;
use serde_json::{Map, Value, json};

/// Signs it.
///
/// # Errors
/// When no key can be had.
pub async fn signed(app: &App, token: &IdToken, now: Timestamp) -> Result<String, Fault> {
    let mut claims = Map::new();
    for (name, value) in &token.more {
        claims.insert((*name).to_owned(), said(value));
    }
    let own = json!({
        "iss": app.site.origin,
        "sub": token.subject.as_str(),
        "aud": token.audience.as_str(),
        "iat": token.issued_at,
        "exp": token.expires_at,
        "auth_time": token.auth_time,
        "acr": token.acr,
        "amr": token.amr,
        "sid": token.session.as_str(),
    });
    if let Value::Object(own) = own {
        claims.extend(own);
    }
    if let Some(nonce) = &token.nonce {
        claims.insert("nonce".to_owned(), Value::String(nonce.clone()));
    }
    app.core.signer.sign(&Value::Object(claims).to_string(), now).await
}

/// A claim as JSON.
#[must_use]
pub fn said(value: &Claim) -> Value {
    match value {
        Claim::Text(text) => Value::String(text.clone()),
        Claim::Flag(flag) => Value::Bool(*flag),
    }
}

/// An ID token that was made here, as somebody hands it in: it may have run out.
pub struct Hint {
    /// Whom it is about.
    pub subject: AccountId,
    /// Which app it was for.
    pub client: ClientId,
}

/// Knows it again. `None`: not ours, not an ID token, or changed.
///
/// # Errors
/// When the keys cannot be read.
pub async fn known(app: &App, token: &str, now: Timestamp) -> Result<Option<Hint>, Fault> {
    let Some(claims) = app.core.signer.verify(token, now).await? else { return Ok(None) };
    let Ok(claims) = serde_json::from_str::<Value>(&claims) else { return Ok(None) };
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(&app.site.origin) {
        return Ok(None);
    }
    let (subject, client) = (text("sub").and_then(AccountId::parse), text("aud").and_then(ClientId::parse));
    Ok(subject.zip(client).map(|(subject, client)| Hint { subject, client }))
}
