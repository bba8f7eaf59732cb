//! What anybody can send in a provider's name: no token of chance holds, and no body, signed or not, is more than refused.
use super::{Stage, bytes, header, text, try_all};
use crate::fake_vonage::callback::{HEADER, hash, jwt};
use crate::fake_vonage::{API_KEY, API_SECRET, FROM, SIGNATURE_SECRET};
use axum::body::Body;
use domain::time::{Clock as _, Timestamp};
use http::Method;
use proptest::prelude::*;
use secrecy::SecretString;
use server::sms::vonage::callback::{Callbacks, Report};
use server::sms::vonage::jwt::Tokens;

const NOW: i64 = 1_790_000_000_000;

#[test]
fn a35_no_text_is_a_token_of_vonages() {
    let tokens = Tokens::new(SecretString::from(SIGNATURE_SECRET).into(), API_KEY.to_owned());
    let shaped = "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,200}\\.[A-Za-z0-9_-]{0,60}".prop_map(|token| token);
    try_all(2000, (prop_oneof![text(), shaped], bytes()), |(token, body)| {
        prop_assert!(!tokens.hold(&token, &body, Timestamp::from_millis(NOW)));
        Ok(())
    });
    // Signed rightly, with any header and claims: held only where all of it is as it must be.
    let word = prop::sample::select(["HS256", "none", "HS512", "", "hs256"].to_vec());
    try_all(500, (word, text(), any::<i64>()), |(alg, said, iat)| {
        let header = serde_json::json!({"alg": alg, "typ": said}).to_string();
        let claims = serde_json::json!({"iat": iat, "api_key": said, "payload_hash": hash(b"x")});
        let token = jwt(&header, &claims, SIGNATURE_SECRET);
        prop_assert!(!tokens.hold(&token, b"x", Timestamp::from_millis(NOW)));
        Ok(())
    });
}

#[test]
fn a19_whatever_is_signed_ends_in_news_of_the_paths_own_message_or_in_none() {
    let callbacks = Callbacks::new(SecretString::from(SIGNATURE_SECRET).into(), API_KEY.to_owned());
    let member = |name: &'static str| {
        (Just(name), prop_oneof![text(), Just("sms".to_owned()), Just("delivered".to_owned())])
    };
    let json = (member("message_uuid"), member("status"), member("channel"), text()).prop_map(
        |((id, uuid), (status, word), (channel, way), title)| {
            serde_json::json!({id: uuid, status: word, channel: way, "error": {"title": title, "type": title}})
                .to_string()
                .into_bytes()
        },
    );
    try_all(2000, prop_oneof![bytes(), json], |body| {
        let claims = serde_json::json!({"iat": NOW / 1000, "api_key": API_KEY, "payload_hash": hash(&body)});
        let token = jwt(HEADER, &claims, SIGNATURE_SECRET);
        if let Ok(Report::News(news)) = callbacks.status("own", &token, &body, Timestamp::from_millis(NOW)) {
            prop_assert_eq!((news.token.as_str(), news.provider), ("own", "vonage"));
        }
        Ok(())
    });
}

#[test]
fn a19_no_call_of_chance_is_taken_in_or_a_fault() {
    let stage = Stage::new(&[
        ("sms.providers", "[\"vonage\", \"outbox\"]"),
        ("sms.vonage.api_key", API_KEY),
        ("sms.vonage.api_secret", API_SECRET),
        ("sms.vonage.signature_secret", SIGNATURE_SECRET),
        ("sms.vonage.from", FROM),
        ("sms.vonage.base_url", "http://127.0.0.1:9"),
        ("sms.vonage.callbacks", "always"),
    ]);
    assert!(stage.house.clock.now().as_millis() >= NOW);
    try_all(300, (header(), bytes(), any::<bool>()), |(proof, body, bearer)| {
        let browser = stage.house.browser();
        let path = "/webhooks/vonage/status/0123456789abcdef0123456789abcdef";
        let proof = if bearer { [b"Bearer ", proof.as_bytes()].concat() } else { proof.as_bytes().to_vec() };
        let Ok(proof) = http::HeaderValue::from_bytes(&proof) else { return Ok(()) };
        let request = browser.request(Method::POST, path).header("authorization", proof);
        let request = request.header("content-type", "application/json");
        let answer = stage.send(&browser, request.body(Body::from(body)).unwrap());
        prop_assert!(matches!(answer.status.as_u16(), 400 | 403), "{}", answer.status);
        Ok(())
    });
}
