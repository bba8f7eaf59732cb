//! The token by which a call proves that it comes from Vonage: a JWT under the account's signature secret, in `Authorization: Bearer`.
//!
//! Taken is one kind alone: HS256 under the secret of our own settings. What the token says about how it is to be read (another
//! algorithm, none, a key of its own) is never followed (A35). It binds the body by a hash, our account, and a moment; the address it
//! was sent to it does not bind, so the path's own token must fit the message in the body (R81).
use crate::sms::live_secret::LiveSecret;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Vonage's are below 600 bytes.
const LONGEST: usize = 4096;

/// Seconds after which a token is too old: calls arrive within seconds. One that Vonage makes again after a fault of ours comes with a
/// token of its own age; what would be lost by that is a step on a page.
const OLDEST: i64 = 300;

/// Seconds by which Vonage's clock may be ahead of ours.
const AHEAD: i64 = 60;

const ISSUER: &str = "Vonage";

/// The signature secret of an account.
pub struct Tokens {
    secret: LiveSecret,
    api_key: String,
}

/// How a token says that it was made. Members that would change how it is read are known, so that they can be refused.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
    b64: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: Option<i64>,
    nbf: Option<i64>,
    iss: Option<String>,
    api_key: String,
    payload_hash: String,
}

impl Tokens {
    /// Of the account with this API key.
    #[must_use]
    pub fn new(secret: LiveSecret, api_key: String) -> Self {
        Self { secret, api_key }
    }

    fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.secret.now().expose_secret().as_bytes())
    }

    /// Whether `token` is Vonage's for a call of our account with this body, at `now`. Nothing in the token is read before its signature
    /// holds.
    #[must_use]
    pub fn hold(&self, token: &str, body: &[u8], now: Timestamp) -> bool {
        self.claims(token).is_some_and(|claims| self.fit(&claims, body, now))
    }

    /// The token of a call of ours with this body, as Vonage would make it: to try whether callbacks get through.
    #[must_use]
    pub fn sign(&self, body: &[u8], now: Timestamp) -> String {
        let claims = json!({
            "iat": now.as_millis().div_euclid(1000),
            "iss": ISSUER,
            "api_key": self.api_key,
            "payload_hash": hash(body),
        });
        let part = |json: String| URL_SAFE_NO_PAD.encode(json);
        let signed = format!(
            "{}.{}",
            part(json!({ "alg": "HS256", "typ": "JWT" }).to_string()),
            part(claims.to_string())
        );
        let signature = hmac::sign(&self.key(), signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    fn claims(&self, token: &str) -> Option<Claims> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&self.key(), signed.as_bytes(), &signature).ok()?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let plain = header.crit.is_none() && header.b64.is_none();
        let typed = header.typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
        if header.alg != "HS256" || !plain || !typed {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }

    fn fit(&self, claims: &Claims, body: &[u8], now: Timestamp) -> bool {
        let now = now.as_millis().div_euclid(1000);
        let age = now.saturating_sub(claims.iat);
        let in_time = (-AHEAD..=OLDEST).contains(&age)
            && claims.exp.is_none_or(|end| now < end)
            && claims.nbf.is_none_or(|begin| begin <= now.saturating_add(AHEAD));
        let same_body =
            bool::from(hash(body).as_bytes().ct_eq(claims.payload_hash.to_ascii_lowercase().as_bytes()));
        let theirs = claims.iss.as_deref().is_none_or(|iss| iss == ISSUER);
        in_time && same_body && theirs && claims.api_key == self.api_key
    }
}

fn hash(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[path = "jwt_tests.rs"]
mod tests;
