use super::*;

const SECRET: &str = "the-secret-of-this-account";
const KEY: &str = "a1b2c3d4";
const NOW: i64 = 1_790_000_000;
const BODY: &[u8] = br#"{"status":"delivered"}"#;

fn tokens() -> Tokens {
    Tokens::new(secrecy::SecretString::from(SECRET).into(), KEY.to_owned())
}

fn hash(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn made(header: &str, claims: &str, secret: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes())))
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

fn claims(iat: i64) -> String {
    let hash = hash(BODY);
    format!(
        r#"{{"iat":{iat},"jti":"c5ba8f24","iss":"Vonage","payload_hash":"{hash}","api_key":"{KEY}","application_id":"x"}}"#
    )
}

fn holds(token: &str) -> bool {
    tokens().hold(token, BODY, Timestamp::from_millis(NOW * 1000))
}

#[test]
fn a_token_of_vonage_holds_for_its_body_its_account_and_some_minutes() {
    for (iat, holding) in [
        (NOW, true),
        (NOW - OLDEST, true),
        (NOW - OLDEST - 1, false),
        (NOW + AHEAD, true),
        (NOW + AHEAD + 1, false),
        (0, false),
        (i64::MIN, false),
        (i64::MAX, false),
    ] {
        assert_eq!(holds(&made(HEADER, &claims(iat), SECRET)), holding, "{}", iat - NOW);
    }
    let good = made(HEADER, &claims(NOW), SECRET);
    assert!(!tokens().hold(&good, b"{\"status\":\"read\"}", Timestamp::from_millis(NOW * 1000)));
    let other = Tokens::new(secrecy::SecretString::from(SECRET).into(), "ffffffff".to_owned());
    assert!(!other.hold(&good, BODY, Timestamp::from_millis(NOW * 1000)));
}

#[test]
fn a35_what_a_token_says_about_itself_is_not_followed() {
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None","typ":"JWT"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"HS256","typ":"JWE"}"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
        r#"{"alg":"HS256","b64":false}"#,
        "HS256",
        "",
    ] {
        assert!(!holds(&made(header, &claims(NOW), SECRET)), "{header}");
    }
    // A key or an address of one in the token is no key.
    assert!(!holds(&made(
        r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"},"kid":"../../dev/null"}"#,
        &claims(NOW),
        ""
    )));
    assert!(holds(&made(r#"{"alg":"HS256"}"#, &claims(NOW), SECRET)), "what is left out is no trick");
}

#[test]
fn a_changed_or_broken_token_does_not_hold() {
    let good = made(HEADER, &claims(NOW), SECRET);
    assert!(holds(&good));
    assert!(!holds(&made(HEADER, &claims(NOW), "another-secret")));
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        assert!(!holds(std::str::from_utf8(&bytes).unwrap()), "byte {at}");
    }
    let unsigned = good.rsplit_once('.').unwrap().0;
    for token in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        unsigned.to_owned(),
        format!("{unsigned}."),
        format!("{good}."),
        format!("{good}=="),
        format!("{good}.{good}"),
        format!(" {good}"),
        "a".repeat(10_000_000),
    ] {
        assert!(!holds(&token), "{}", token.len());
    }
}

#[test]
fn claims_that_are_missing_doubled_or_of_another_issuer_do_not_hold() {
    let hash = hash(BODY);
    for claims in [
        format!(r#"{{"iat":{NOW},"iss":"Vonage","payload_hash":"{hash}"}}"#),
        format!(r#"{{"iat":{NOW},"iss":"Vonage","api_key":"{KEY}"}}"#),
        format!(r#"{{"iss":"Vonage","payload_hash":"{hash}","api_key":"{KEY}"}}"#),
        format!(r#"{{"iat":"{NOW}","payload_hash":"{hash}","api_key":"{KEY}"}}"#),
        format!(r#"{{"iat":{NOW},"iss":"Mallory","payload_hash":"{hash}","api_key":"{KEY}"}}"#),
        format!(r#"{{"iat":0,"iat":{NOW},"payload_hash":"{hash}","api_key":"{KEY}"}}"#),
        format!(r#"{{"iat":{NOW},"exp":{NOW},"payload_hash":"{hash}","api_key":"{KEY}"}}"#),
        format!(r#"{{"iat":{NOW},"nbf":{},"payload_hash":"{hash}","api_key":"{KEY}"}}"#, NOW + 3600),
        format!(r#"{{"iat":{NOW},"payload_hash":"","api_key":"{KEY}"}}"#),
        "[]".to_owned(),
    ] {
        assert!(!holds(&made(HEADER, &claims, SECRET)), "{claims}");
    }
    let bare = format!(r#"{{"iat":{NOW},"exp":{},"payload_hash":"{hash}","api_key":"{KEY}"}}"#, NOW + 1);
    assert!(holds(&made(HEADER, &bare, SECRET)));
}
