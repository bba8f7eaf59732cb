//! `/oidc/jwks`: what it holds and does not hold, and that another library believes what was signed with it (R67, R90, R91).
use super::published_keys;
use crate::harness::House;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::signing::{NewKey, SigningKeys as _};
use domain::signing_keys::KeySize;
use domain::time::Clock as _;
use http::Method;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use server::signing::make;
use std::collections::BTreeSet;

const CLAIMS: &str =
    r#"{"iss":"http://localhost:3000","sub":"7","aud":"app","exp":1790000300,"nonce":"n-0S6_WzA2Mj"}"#;

/// As a relying party does it: the key by its name out of the set, everything else refused.
fn believed(token: &str, set: &str) -> Option<Value> {
    let set: JwkSet = serde_json::from_str(set).unwrap();
    let kid = decode_header(token).unwrap().kid?;
    let key = DecodingKey::from_jwk(set.find(&kid)?).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&["http://localhost:3000"]);
    validation.set_audience(&["app"]);
    // The house's clock stands; when a token ends is not asked here.
    validation.validate_exp = false;
    decode::<Value>(token, &key, &validation).ok().map(|token| token.claims)
}

#[tokio::test]
async fn r90_another_library_reads_the_keys_and_believes_what_was_signed() {
    for bits in ["2048", "3072", "4096"] {
        let house = House::with(&[("signing.key_bits", bits)]).await;
        let signer = &house.app.core.signer;
        let token = signer.sign(CLAIMS, house.clock.now()).await.unwrap();
        let set = house.browser().get("/oidc/jwks").await.body;
        let want: Value = serde_json::from_str(CLAIMS).unwrap();
        assert_eq!(believed(&token, &set), Some(want), "{bits}");
        // One changed letter anywhere, and neither believes it.
        for at in (0..token.len()).step_by(37).filter(|at| token.as_bytes()[*at] != b'.') {
            let mut bent = token.clone().into_bytes();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).unwrap();
            assert_eq!(signer.verify(&bent, house.clock.now()).await.unwrap(), None, "{bits}: {at}");
        }
        let other = House::new().await;
        let foreign = other.browser().get("/oidc/jwks").await.body;
        assert_eq!(believed(&token, &foreign), None, "another installation's keys");
        assert_eq!(other.app.core.signer.verify(&token, house.clock.now()).await.unwrap(), None);
        let n = published_keys(&set)[0]["n"].as_str().unwrap().to_owned();
        assert_eq!(URL_SAFE_NO_PAD.decode(n).unwrap().len() * 8, bits.parse::<usize>().unwrap());
    }
}

#[tokio::test]
async fn r90_each_key_has_a_name_of_its_own_and_no_private_member() {
    let house = House::new().await;
    house.browser().get("/oidc/jwks").await;
    let size = KeySize::of(2048).unwrap();
    let next = make(size, &*house.app.core.entropy, house.clock.now(), NewKey::ahead).await.unwrap();
    assert!(house.store.keep_next(&next, &house.operator()).await.unwrap());
    house.clock.pass_seconds(60);
    let set = house.browser().get("/oidc/jwks").await.body;
    let keys = published_keys(&set);
    assert_eq!(keys.len(), 2, "{set}");
    let mut names = BTreeSet::new();
    for key in &keys {
        let members: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"].into());
        assert_eq!((&key["kty"], &key["use"], &key["alg"]), (&json!("RSA"), &json!("sig"), &json!("RS256")));
        assert_eq!(key["e"], "AQAB");
        assert!(names.insert(key["kid"].as_str().unwrap().to_owned()));
    }
    assert!(names.contains(next.kid.as_str()));
    assert_eq!(serde_json::from_str::<Value>(&set).unwrap().as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn r67_the_keys_are_open_to_every_page_and_kept_for_an_hour() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.headers.push(("origin", "https://app.example".to_owned()));
    browser.headers.push(("sec-fetch-site", "cross-site".to_owned()));
    let answer = browser.get("/oidc/jwks").await;
    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("content-type", "application/jwk-set+json"),
        ("cache-control", "public, max-age=3600"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
        ("access-control-allow-credentials", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.cookies().is_empty());
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions", &[]).await, 0);
    let head = browser.request(Method::HEAD, "/oidc/jwks").body(Body::empty()).unwrap();
    let head = browser.send(head).await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), answer.body.len().to_string());
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = browser.request(method.clone(), "/oidc/jwks").body(Body::empty()).unwrap();
        assert_eq!(browser.send(request).await.status, 405, "{method}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_known_for_a_minute_and_come_back() {
    let house = House::new().await;
    let mut browser = house.browser();
    let before = browser.get("/oidc/jwks").await.body;
    house.meddle("ALTER TABLE signing_keys RENAME TO lost").await;
    house.clock.pass_seconds(59);
    assert_eq!(browser.get("/oidc/jwks").await.body, before, "known for a minute");
    house.clock.pass_seconds(1);
    let answer = browser.get("/oidc/jwks").await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (500, "no-store"));
    house.meddle("ALTER TABLE lost RENAME TO signing_keys").await;
    assert_eq!(browser.get("/oidc/jwks").await.body, before);
}
