//! Status callbacks as Vonage sends them: JSON to the address that came with the message, and a token under the signature secret.
use super::{API_KEY, SIGNATURE_SECRET, Taken};
use aws_lc_rs::hmac;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, Request};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// One callback, ready to be posted.
#[derive(Clone, Debug)]
pub struct Callback {
    pub path: String,
    pub body: String,
    pub jwt: String,
}

impl Callback {
    pub fn of(message: &Taken, status: &str, code: Option<u32>, now: i64) -> Option<Self> {
        let url = message.webhook_url.as_ref()?;
        let path = url.split_once("://")?.1.split_once('/')?.1;
        let mut body = json!({
            "message_uuid": message.id, "to": message.to, "from": "12015550199", "channel": "sms",
            "timestamp": "2026-11-29T12:00:00.000Z", "status": status, "client_ref": message.client_ref,
            "usage": {"currency": "EUR", "price": "0.0333"}, "sms": {"num_messages": "1"},
        });
        if let (Some(code), Some(members)) = (code, body.as_object_mut()) {
            let error = json!({
                "type": format!("https://developer.vonage.com/api-errors/messages#{code}"), "title": code,
                "detail": "words that are never shown", "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf",
            });
            members.insert("error".to_owned(), error);
        }
        let callback = Self { path: format!("/{path}"), body: body.to_string(), jwt: String::new() };
        Some(callback.signed(now))
    }

    /// With another body, signed for it.
    pub fn saying(mut self, body: &str, now: i64) -> Self {
        self.body = body.to_owned();
        self.signed(now)
    }

    fn signed(mut self, now: i64) -> Self {
        self.jwt = jwt(HEADER, &self.claims(now), SIGNATURE_SECRET);
        self
    }

    /// What the token of this callback says.
    pub fn claims(&self, now: i64) -> Value {
        json!({
            "iat": now / 1000, "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5", "iss": "Vonage",
            "payload_hash": hash(self.body.as_bytes()), "api_key": API_KEY,
            "application_id": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
        })
    }

    pub fn request(&self) -> http::request::Builder {
        Request::builder()
            .method(Method::POST)
            .uri(&self.path)
            .header("host", "localhost:3000")
            .header("content-type", "application/json")
    }

    pub fn posted(&self) -> Request<Body> {
        let request = self.request().header("authorization", format!("Bearer {}", self.jwt));
        request.body(Body::from(self.body.clone())).unwrap()
    }
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn hash(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A token with this header and these claims, under any secret.
pub fn jwt(header: &str, claims: &Value, secret: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes())))
}
