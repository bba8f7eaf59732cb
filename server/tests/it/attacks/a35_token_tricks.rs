//! A35: tokens that name another algorithm, bring a key along or point to one. Only what this installation signed is believed.
use crate::harness::House;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::time::Clock as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

const CLAIMS: &str = r#"{"sub":"victim"}"#;

fn token(header: &Value, claims: &str, signature: &[u8]) -> String {
    format!("{}.{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims), BASE64.encode(signature))
}

#[tokio::test]
async fn nothing_in_a_header_is_obeyed() {
    let house = House::new().await;
    let signer = &house.app.core.signer;
    let now = house.clock.now();
    let genuine = signer.sign(CLAIMS, now).await.unwrap();
    assert_eq!(signer.verify(&genuine, now).await.unwrap().as_deref(), Some(CLAIMS));
    let set = house.browser().get("/oidc/jwks").await.body;
    let key = serde_json::from_str::<Value>(&set).unwrap()["keys"][0].clone();
    let kid = key["kid"].as_str().unwrap();
    let mut parts = genuine.split('.');
    let (header, claims, signature) =
        (parts.next().unwrap(), parts.next().unwrap(), BASE64.decode(parts.next().unwrap()).unwrap());
    let by_public_key = |alg: &str, secret: &[u8]| {
        let head = BASE64.encode(json!({ "alg": alg, "kid": kid, "typ": "JWT" }).to_string());
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(format!("{head}.{claims}").as_bytes());
        format!("{head}.{claims}.{}", BASE64.encode(mac.finalize().into_bytes()))
    };
    let n = BASE64.decode(key["n"].as_str().unwrap()).unwrap();
    let mut tricks = vec![
        token(&json!({ "alg": "none" }), CLAIMS, b""),
        token(&json!({ "alg": "none", "kid": kid, "typ": "JWT" }), CLAIMS, b""),
        token(&json!({ "alg": "nOnE", "kid": kid, "typ": "JWT" }), CLAIMS, &signature),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        by_public_key("HS256", &n),
        by_public_key("HS256", set.as_bytes()),
        by_public_key("HS256", b""),
        // A header that says the same and is written another way is not ours either.
        token(&json!({ "typ": "JWT", "alg": "RS256", "kid": kid, "jwk": key }), CLAIMS, &signature),
        token(&json!({ "alg": "RS256", "kid": kid, "jku": "https://evil.example/keys" }), CLAIMS, &signature),
        token(&json!({ "alg": "RS256", "kid": kid, "x5u": "https://evil.example/c" }), CLAIMS, &signature),
        token(&json!({ "alg": "RS256", "kid": "../../dev/null", "typ": "JWT" }), CLAIMS, &signature),
        token(&json!({ "alg": "RS256", "kid": kid, "crit": ["x"], "typ": "JWT" }), CLAIMS, &signature),
        token(&json!({ "alg": "RS256", "typ": "JWT" }), CLAIMS, &signature),
        // Other claims under a right signature.
        format!("{header}.{}.{}", BASE64.encode(r#"{"sub":"admin"}"#), BASE64.encode(&signature)),
        format!("{header}.{claims}.{}", BASE64.encode([&signature[..], &[0]].concat())),
        format!("{header}.{claims}.{}", BASE64.encode(&signature[1..])),
        format!("{genuine}."),
        format!(".{genuine}"),
        format!("{genuine}.{header}"),
        format!("{genuine}="),
        format!(" {genuine}"),
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "....".to_owned(),
        "é.é.é".to_owned(),
    ];
    // A key of the attacker's own under our key's name.
    let other = House::new().await;
    let foreign = other.app.core.signer.sign(CLAIMS, now).await.unwrap();
    tricks.push(format!("{header}.{}", foreign.split_once('.').unwrap().1));
    tricks.push(foreign);
    for trick in tricks {
        assert_eq!(signer.verify(&trick, now).await.unwrap(), None, "{trick}");
    }
}
