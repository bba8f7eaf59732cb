//! A35: tokens in Vonage's name that tell how they want to be read: another algorithm, none, a key of their own, another account.
use super::a19_vonage_callbacks::{heard, house, now, send, waiting};
use crate::fake_vonage::callback::{Callback, HEADER, jwt};
use crate::fake_vonage::{API_KEY, API_SECRET, SIGNATURE_SECRET};
use http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a35_a_token_is_read_in_one_way_alone() {
    let (house, fake) = house().await;
    waiting(&house).await;
    let now = now(&house);
    let good = fake.callback("delivered", None, now).unwrap();
    let claims = good.claims(now);
    let changed = |name: &str, value: serde_json::Value| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().insert(name.to_owned(), value);
        claims
    };
    let signed = |header: &str| jwt(header, &claims, SIGNATURE_SECRET);
    let bare = good.jwt.rsplit_once('.').unwrap().0.to_owned();
    let none = signed(r#"{"alg":"none","typ":"JWT"}"#);
    let forged = [
        ("alg none, signed", none.clone()),
        ("alg none, unsigned", format!("{}.", none.rsplit_once('.').unwrap().0)),
        ("no third part", bare),
        ("alg in capitals of its own", signed(r#"{"alg":"Hs256"}"#)),
        ("another hash", signed(r#"{"alg":"HS384"}"#)),
        ("a public key's algorithm", signed(r#"{"alg":"RS256"}"#)),
        ("two algorithms", signed(r#"{"alg":"none","alg":"HS256"}"#)),
        ("a member that must be understood", signed(r#"{"alg":"HS256","crit":["x"],"x":1}"#)),
        ("a key in the token", jwt(r#"{"alg":"HS256","jwk":{"kty":"oct","k":""}}"#, &claims, "")),
        ("a key by its path", jwt(r#"{"alg":"HS256","kid":"/dev/null"}"#, &claims, "")),
        ("the secret of the API", jwt(HEADER, &claims, API_SECRET)),
        ("the API key as secret", jwt(HEADER, &claims, API_KEY)),
        ("another account", jwt(HEADER, &changed("api_key", json!("ffffffff")), SIGNATURE_SECRET)),
        ("another issuer", jwt(HEADER, &changed("iss", json!("Mallory")), SIGNATURE_SECRET)),
        ("over already", jwt(HEADER, &changed("exp", json!(now / 1000)), SIGNATURE_SECRET)),
        ("no moment", jwt(HEADER, &changed("iat", json!("now")), SIGNATURE_SECRET)),
        ("the hash of nothing", jwt(HEADER, &changed("payload_hash", json!("")), SIGNATURE_SECRET)),
    ];
    for (what, jwt) in forged {
        let callback = Callback { jwt, ..good.clone() };
        assert_eq!(send(&house, callback.posted()).await, StatusCode::FORBIDDEN, "{what}");
    }
    assert_eq!(heard(&house).await, None);
    assert_eq!(send(&house, good.posted()).await, StatusCode::NO_CONTENT);
    assert!(heard(&house).await.is_some());
}
