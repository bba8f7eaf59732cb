//! What a program can send to the endpoints for apps: who it says it is, and forms. Whatever it is, it gets an error in JSON.
use super::{Stage, bytes, text, try_all};
use crate::harness::{ADA, Answer};
use crate::oidc::party::{Party, REDIRECT, SECRET, VERIFIER};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Method};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

const PATHS: [&str; 3] = ["/oidc/token", "/oidc/introspect", "/oidc/revoke"];

/// The right header, or nothing.
fn right() -> HeaderValue {
    let encoded = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
    HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(format!("app:{encoded}")))).unwrap()
}

fn call(stage: &Stage, path: &str, shown: Option<HeaderValue>, body: Vec<u8>) -> Answer {
    // So that nobody is held up for calling too often.
    stage.house.clock.pass_seconds(60);
    let program = stage.house.browser();
    let mut request = program.request(Method::POST, path);
    if let Some(shown) = shown {
        request = request.header("authorization", shown);
    }
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    stage.send(&program, request.body(Body::from(body)).unwrap())
}

/// An error that a program understands, and nothing else.
fn is_refused(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.status.is_client_error(), "{}: {}", answer.status, answer.body);
    prop_assert!(answer.header("location").is_empty());
    prop_assert!(answer.header("content-type").starts_with("application/json"), "{}", answer.body);
    prop_assert_eq!(answer.header("cache-control"), "no-store");
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    prop_assert!(told["error"].is_string() && told.get("access_token").is_none(), "{}", answer.body);
    Ok(())
}

fn shown() -> impl Strategy<Value = Vec<u8>> {
    let scheme = prop::sample::select(
        ["Basic ", "basic ", "BASIC\t", "Basic", "Bearer ", "Basic  ", "Digest ", ""].to_vec(),
    );
    let pair = prop_oneof![
        bytes(),
        text().prop_map(|secret| format!("app:{secret}").into_bytes()),
        text().prop_map(|id| format!("{id}:{SECRET}").into_bytes()),
        "app:[%+&=:a-f0-9]{0,40}".prop_map(String::into_bytes),
        prop::sample::select(
            ["app", "app:", ":", "app:%", "app:%f", "app:%ff", "app:%00", "app:\u{0}"].to_vec()
        )
        .prop_map(|pair| pair.as_bytes().to_vec()),
    ];
    (scheme, pair, 0usize..4).prop_map(|(scheme, pair, kind)| {
        let rest = match kind {
            0 => pair,
            1 => STANDARD.encode(pair).trim_end_matches('=').as_bytes().to_vec(),
            2 => format!("{}=", STANDARD.encode(pair)).into_bytes(),
            _ => STANDARD.encode(pair).into_bytes(),
        };
        [scheme.as_bytes(), &rest[..]].concat()
    })
}

#[test]
fn r105_no_header_but_the_right_one_is_an_apps() {
    let stage = Stage::new(&[]);
    stage.runtime.block_on(Party::new(&stage.house));
    let path = prop::sample::select(PATHS.to_vec());
    try_all(400, (path, shown(), text()), |(path, shown, token)| {
        let Ok(shown) = HeaderValue::from_bytes(&shown) else { return Ok(()) };
        prop_assume!(shown != right());
        let fields = [("grant_type", "refresh_token"), ("refresh_token", &*token), ("token", &*token)];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        is_refused(&call(&stage, path, Some(shown), body.into_bytes()))
    });
    let told = call(&stage, "/oidc/introspect", Some(right()), b"token=x".to_vec());
    assert_eq!((told.status.as_u16(), &*told.body), (200, "{\"active\":false}"), "the right one is");
}

const NAMES: [&str; 12] = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "resource",
    "token",
];

#[test]
fn forms_of_any_fields_give_no_tokens() {
    let stage = Stage::new(&[]);
    stage.runtime.block_on(Party::new(&stage.house));
    let values = [
        "",
        "authorization_code",
        "refresh_token",
        "password",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        REDIRECT,
        VERIFIER,
        "app",
        SECRET,
        "openid",
        "0",
    ];
    let name = prop_oneof![8 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned), 1 => text()];
    let value = prop_oneof![3 => prop::sample::select(values.to_vec()).prop_map(str::to_owned), 1 => text()];
    let fields = prop::collection::vec((name, value), 0..6);
    try_all(250, (fields, any::<bool>()), |(fields, admitted)| {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        is_refused(&call(&stage, "/oidc/token", admitted.then(right), body.into_bytes()))
    });
    try_all(150, (bytes(), any::<bool>()), |(body, admitted)| {
        is_refused(&call(&stage, "/oidc/token", admitted.then(right), body))
    });
}

/// The code is the right one: it gives nothing where anything that counts is another.
#[test]
fn forms_around_a_right_code_give_tokens_only_where_all_that_counts_is_right() {
    let stage = Stage::new(&[]);
    let party = stage.runtime.block_on(Party::new(&stage.house));
    let ada = stage.runtime.block_on(stage.house.signed_in(ADA));
    let change = (prop::sample::select(NAMES.to_vec()), text(), any::<bool>());
    try_all(80, change, |(name, value, beside)| {
        let back = stage.runtime.block_on(async { party.sends(&mut ada.clone(), &[]).await.app() });
        let own = [("grant_type", "authorization_code"), ("code", &back["code"]), ("redirect_uri", REDIRECT)];
        let mut fields: Vec<(&str, &str)> =
            own.iter().filter(|(other, _)| beside || *other != name).copied().collect();
        fields.push((name, &value));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let answer = call_at_once(&stage, body);
        // What is empty counts as left out, what nobody asked for is ignored; everything else has to be as it was.
        let known = own.iter().any(|(other, _)| *other == name);
        let harmless = value.is_empty() && (beside || !known)
            || matches!(name, "scope" | "resource" | "token" | "refresh_token")
            || own.contains(&(name, &*value)) && !beside
            || name == "client_id" && value == "app";
        if answer.status.is_success() {
            prop_assert!(harmless, "{name} = {value:?}, beside {beside}");
            return Ok(());
        }
        is_refused(&answer)
    });
}

/// Within the minute in which a code counts.
fn call_at_once(stage: &Stage, body: String) -> Answer {
    let program = stage.house.browser();
    let request = program.request(Method::POST, "/oidc/token").header("authorization", right());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    stage.send(&program, request.body(Body::from(body)).unwrap())
}
