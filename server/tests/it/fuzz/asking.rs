//! What an app, or anybody in its name, can ask in a browser: the query, `claims`, addresses, hints. Whatever it is, the way leads to the
//! app's own address, to a page of ours, or nowhere.
use super::{Stage, bytes, leads_nowhere_else, text, try_all};
use crate::harness::{ADA, Browser};
use crate::oidc::party::{Party, REDIRECT};
use axum::body::Body;
use http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

const NAMES: [&str; 23] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "acr_values",
    "claims",
    "login_hint",
    "id_token_hint",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "registration",
    "resume",
    "display",
    "ui_locales",
    "client_id[]",
    "redirect_uri ",
];

const VALUES: [&str; 22] = [
    "",
    "app",
    REDIRECT,
    "https://evil.example/cb",
    "//evil.example",
    "code",
    "code id_token",
    "query",
    "fragment",
    "openid",
    "openid offline_access phone",
    "none",
    "login",
    "none login",
    "consent",
    "0",
    "-1",
    "4294967296",
    "twilio_sms",
    "simple_password_auth nobody",
    "{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"twilio_sms\"}}}",
    "S256",
];

/// Mostly a request that is almost right, so that all of it is read.
fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![8 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned), 1 => text()];
    let value = prop_oneof![4 => prop::sample::select(VALUES.to_vec()).prop_map(str::to_owned), 1 => text()];
    let more = prop::collection::vec((name, value), 0..5);
    (more, prop::bool::weighted(0.8), any::<prop::sample::Index>()).prop_map(|(more, sound, at)| {
        let mut pairs: Vec<(String, String)> = Vec::new();
        if sound {
            let own = [
                ("client_id", "app"),
                ("redirect_uri", REDIRECT),
                ("response_type", "code"),
                ("scope", "openid"),
                ("state", "the state"),
            ];
            pairs.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        for (name, value) in more {
            // In place of what was there, or beside it.
            if at.index(3) > 0 {
                pairs.retain(|(other, _)| *other != name);
            }
            pairs.push((name, value));
        }
        pairs
    })
}

fn encoded(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// With an app, somebody who is signed in, and a stranger.
fn scene(stage: &Stage) -> (Party<'_>, Browser, Browser) {
    let party = stage.runtime.block_on(Party::new(&stage.house));
    let browser = stage.runtime.block_on(stage.house.signed_in(ADA));
    (party, browser, stage.house.browser())
}

fn ask(stage: &Stage, browser: &Browser, query: &str) -> Option<crate::harness::Answer> {
    // So that nobody is held up for asking too often.
    stage.house.clock.pass(Duration::from_millis(250));
    let path = format!("/oidc/authorize?{query}");
    path.parse::<http::Uri>().ok()?;
    let request = browser.request(Method::GET, &path).body(Body::empty()).unwrap();
    Some(stage.send(browser, request))
}

#[test]
fn requests_of_any_parameters_lead_nowhere_else() {
    let stage = Stage::new(&[]);
    let (_, signed_in, stranger) = scene(&stage);
    try_all(250, (pairs(), any::<bool>(), any::<bool>()), |(pairs, inside, post)| {
        let browser = if inside { &signed_in } else { &stranger };
        let query = encoded(&pairs);
        let answer = if post {
            let request = browser.request(Method::POST, "/oidc/authorize");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            Some(stage.send(browser, request.body(Body::from(query)).unwrap()))
        } else {
            ask(&stage, browser, &query)
        };
        let Some(answer) = answer else { return Ok(()) };
        leads_nowhere_else(&answer, &[REDIRECT])?;
        let once = |name: &str, value: &str| {
            let mut found = pairs.iter().filter(|(other, _)| other == name);
            found.next().is_some_and(|(_, found)| found == value) && found.next().is_none()
        };
        let own = once("client_id", "app") && once("redirect_uri", REDIRECT);
        prop_assert!(own || !answer.header("location").starts_with(REDIRECT), "R92: {pairs:?}");
        Ok(())
    });
}

#[test]
fn queries_of_any_bytes_lead_nowhere_else() {
    let stage = Stage::new(&[]);
    let (party, signed_in, _) = scene(&stage);
    try_all(150, bytes(), |bytes| {
        // As a query may be written: visible ASCII, whatever it says.
        let raw: String = bytes
            .iter()
            .filter(|byte| byte.is_ascii_graphic() && **byte != b'#')
            .map(|byte| char::from(*byte))
            .collect();
        for query in [raw.clone(), format!("{}&{raw}", party.query(&[]))] {
            let Some(answer) = ask(&stage, &signed_in, &query) else { continue };
            leads_nowhere_else(&answer, &[REDIRECT])?;
        }
        Ok(())
    });
}

fn claims() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(
        ["acr", "sub", "essential", "value", "values", "email", "twilio_sms", "simple_password_auth", "\0"]
            .to_vec(),
    );
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        text().prop_map(|text| Value::from(text.chars().take(200).collect::<String>())),
    ];
    let any = leaf.prop_recursive(6, 40, 5, move |inner| {
        let name = prop_oneof![4 => word.clone().prop_map(str::to_owned), 1 => any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..4).prop_map(|members| json!(members)),
        ]
    });
    (any.clone(), any).prop_map(|(one, two)| json!({ "id_token": one, "userinfo": two }))
}

#[test]
fn claims_of_any_shape_are_read_or_refused_and_tell_no_level_that_was_not_reached() {
    let stage = Stage::new(&[]);
    let (party, _, stranger) = scene(&stage);
    // Signed in by the password alone, which is all that this account has.
    stage.runtime.block_on(stage.house.account("eve", &[]));
    let eve = stage.runtime.block_on(stage.house.signed_in("eve"));
    let broken = (claims(), any::<prop::sample::Index>(), any::<char>()).prop_map(|(claims, at, c)| {
        let mut text: Vec<char> = claims.to_string().chars().collect();
        let at = at.index(text.len());
        text[at] = c;
        text.into_iter().collect::<String>()
    });
    let deep = (0usize..4000, "[\\[{\"]").prop_map(|(times, piece)| piece.repeat(times));
    let whole = claims().prop_map(|claims| claims.to_string());
    try_all(200, prop_oneof![4 => whole, 2 => broken, 1 => deep, 1 => text()], |claims| {
        let understood = server::oidc::claims::read(&claims).is_some() || claims.is_empty();
        for browser in [&eve, &stranger] {
            let Some(answer) = ask(&stage, browser, &party.query(&[("claims", &claims)])) else { continue };
            leads_nowhere_else(&answer, &[REDIRECT])?;
            let Some(code) = code_in(answer.header("location")) else { continue };
            prop_assert!(understood, "a code for {claims:?}");
            let tokens = stage.runtime.block_on(async {
                let answer = party.shows(&code).await;
                stage.house.tokens(&answer).await
            });
            prop_assert_eq!(&tokens.claims["acr"], "simple_password_auth");
        }
        Ok(())
    });
}

/// The code that an address brings to the app.
fn code_in(location: &str) -> Option<String> {
    let query = location.strip_prefix(REDIRECT)?.strip_prefix('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "code")
        .map(|(_, code)| code.into_owned())
}

const REGISTERED: [&str; 4] =
    [REDIRECT, "https://app.example/deep/er?tenant=7", "http://127.0.0.1:8250/cb", "com.example.app:/cb"];

/// One small change after another to an address that is registered.
fn mutant() -> impl Strategy<Value = String> {
    let pieces = [
        "/",
        "//",
        "\\",
        "@",
        ":",
        "?",
        "#",
        "&",
        "=",
        "%2f",
        "%2F",
        "%00",
        "%0d%0a",
        "..",
        "/..;/",
        ".",
        " ",
        "\t",
        "\r\n",
        "\0",
        "evil.example",
        "@evil.example",
        ".evil.example",
        ":443",
        ":80",
        "user@",
        "é",
        "。",
        "／",
        "cb",
        "\u{202e}",
        "https://evil.example/",
        "//evil.example",
        "?code=1",
        "#x",
        ";x",
        "%",
    ];
    let change = (0usize..5, any::<prop::sample::Index>(), prop::sample::select(pieces.to_vec()));
    (prop::sample::select(REGISTERED.to_vec()), prop::collection::vec(change, 1..4)).prop_map(
        |(uri, changes)| {
            let mut chars: Vec<char> = uri.chars().collect();
            for (kind, at, piece) in changes {
                let at = at.index(chars.len().max(1));
                match kind {
                    0 => drop(chars.splice(at..at, piece.chars())),
                    1 if at < chars.len() => drop(chars.remove(at)),
                    2 if at < chars.len() => {
                        let c = chars[at];
                        chars[at] = if c.is_ascii_lowercase() {
                            c.to_ascii_uppercase()
                        } else {
                            c.to_ascii_lowercase()
                        };
                    }
                    3 if at < chars.len() => {
                        let code = format!("%{:02x}", u32::from(chars[at]) % 256);
                        drop(chars.splice(at..=at, code.chars()));
                    }
                    _ => chars.extend(piece.chars()),
                }
            }
            chars.into_iter().collect()
        },
    )
}

/// Nothing but the port of the loopback address is another (R93).
fn only_the_port_differs(asked: &str) -> bool {
    let port = asked.strip_prefix("http://127.0.0.1").and_then(|rest| rest.strip_suffix("/cb"));
    let digits = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(digits))
}

#[test]
fn r93_no_mutant_of_a_registered_address_is_led_to() {
    let stage = Stage::new(&[]);
    let native = Party::with(&stage.house, "native", |wanted| {
        wanted.redirect_uris = REGISTERED.map(str::to_owned).to_vec();
        wanted.waive_pkce = true;
    });
    let native = stage.runtime.block_on(native);
    let signed_in = stage.runtime.block_on(stage.house.signed_in(ADA));
    for own in REGISTERED {
        let answer = ask(&stage, &signed_in, &native.query(&[("redirect_uri", own)])).unwrap();
        assert!(answer.header("location").starts_with(own), "{own}: {}", answer.status);
    }
    try_all(400, mutant(), |asked| {
        let answer = ask(&stage, &signed_in, &native.query(&[("redirect_uri", &asked)])).unwrap();
        if REGISTERED.contains(&&*asked) || only_the_port_differs(&asked) {
            return Ok(());
        }
        prop_assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{:?}", asked);
        leads_nowhere_else(&answer, &[])
    });
}

#[test]
fn hints_that_are_changed_in_any_way_are_no_hints() {
    let stage = Stage::new(&[]);
    let (party, signed_in, stranger) = scene(&stage);
    let genuine = stage.runtime.block_on(async {
        let back = party.sends(&mut signed_in.clone(), &[]).await.app();
        party.redeems(&back).await.id_token
    });
    let headers = [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None","typ":"JWT"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"RS256","kid":"../../key"}"#,
        r#"{"alg":"RS256","jku":"https://evil.example/jwks"}"#,
        r#"{"alg":"RS256","jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}}"#,
        "{}",
        "[]",
        "\u{0}",
    ];
    let own = genuine.clone();
    let changed = (any::<prop::sample::Index>(), 0usize..3, any::<char>()).prop_map(move |(at, kind, c)| {
        let mut chars: Vec<char> = own.chars().collect();
        let at = at.index(chars.len());
        match kind {
            0 => chars[at] = c,
            1 => drop(chars.remove(at)),
            _ => chars.insert(at, c),
        }
        chars.into_iter().collect::<String>()
    });
    let own = genuine.clone();
    let swapped = (prop::sample::select(headers.to_vec()), 0usize..4).prop_map(move |(header, kind)| {
        use base64::Engine as _;
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header);
        let parts: Vec<&str> = own.split('.').collect();
        match kind {
            0 => format!("{header}.{}.", parts[1]),
            1 => format!("{header}.{}.{}", parts[1], parts[2]),
            2 => format!("{}.{}.{}", parts[1], parts[0], parts[2]),
            _ => format!("{header}.{}.{}.{}", parts[0], parts[1], parts[2]),
        }
    });
    let own = genuine.clone();
    let long = (1usize..12).prop_map(move |times| own.repeat(times + 1));
    try_all(250, prop_oneof![3 => changed, 2 => swapped, 1 => long, 1 => text()], |hint| {
        prop_assume!(hint != genuine && !hint.is_empty());
        let asked = [("prompt", "none"), ("id_token_hint", &*hint)];
        for browser in [&signed_in, &stranger] {
            let answer = ask(&stage, browser, &party.query(&asked)).unwrap();
            leads_nowhere_else(&answer, &[REDIRECT])?;
            prop_assert!(code_in(answer.header("location")).is_none(), "{hint:?} is believed");
        }
        let away =
            [("id_token_hint", &*hint), ("post_logout_redirect_uri", crate::oidc::party::AFTER_LOGOUT)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(away).finish();
        let request = signed_in.request(Method::GET, &format!("/oidc/logout?{query}")).body(Body::empty());
        let answer = stage.send(&signed_in, request.unwrap());
        leads_nowhere_else(&answer, &[])?;
        Ok(())
    });
    let answer =
        ask(&stage, &signed_in, &party.query(&[("prompt", "none"), ("id_token_hint", &genuine)])).unwrap();
    assert!(code_in(answer.header("location")).is_some(), "and she is still signed in: {}", answer.status);
}
