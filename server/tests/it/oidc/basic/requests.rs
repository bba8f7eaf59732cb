//! Requests: what an app may ask, and how it is answered at its address.
use super::{error, seconds, signed_in, tokens};
use crate::harness::{ADA, Answer, Browser, House, NUMBER};
use crate::oidc::party::{AFTER_LOGOUT, Party, Rest, Tokens, json, rest};
use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::{Value, json as value};

async fn goes_through(more: &[(&str, &str)]) -> Tokens {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    tokens(&party, &mut browser, more).await
}

#[tokio::test]
async fn oidcc_response_type_missing() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let back = party.sends(&mut browser, &[("response_type", "")]).await.app();
    assert_eq!((error(&back), &*back["state"]), ("invalid_request", "the state"));
}

#[tokio::test]
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let tokens = tokens(&party, &mut browser, &[("nonce", "")]).await;
    assert!(tokens.claims.get("nonce").is_none());
}

#[tokio::test]
async fn oidcc_alternate_happy_flow() {
    let house = House::new().await;
    let (_, mut browser) = signed_in(&house).await;
    let second = Party::with(&house, "second", |_| {}).await;
    let odd = "+%&=#é\u{1f511} \"<>";
    let more = [("state", odd), ("nonce", odd), ("response_mode", "query")];
    let back = second.sends(&mut browser, &more).await.app();
    assert_eq!(back["state"], odd);
    assert_eq!(second.redeems(&back).await.claims["nonce"], odd);
}

#[tokio::test]
async fn oidcc_display_page() {
    goes_through(&[("display", "page")]).await;
}

#[tokio::test]
async fn oidcc_display_popup() {
    goes_through(&[("display", "popup")]).await;
}

#[tokio::test]
async fn oidcc_prompt_login() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(1);
    let login = party.sends(&mut browser, &[("prompt", "login")]).await.page();
    let sent = house.sent();
    let back = house.finish(&mut browser, login, ADA).await.app();
    assert_eq!(house.sent(), sent + 1, "all factors again (R118)");
    let second = party.redeems(&back).await;
    assert_eq!(second.claims["sub"], first.claims["sub"]);
    assert!(second.claims["auth_time"].as_i64() > first.claims["auth_time"].as_i64());
}

#[tokio::test]
async fn oidcc_prompt_none_not_logged_in() {
    let house = House::new().await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut house.browser(), &[("prompt", "none")]).await.app();
    assert_eq!((error(&back), &*back["state"]), ("login_required", "the state"));
}

#[tokio::test]
async fn oidcc_prompt_none_logged_in() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(7);
    let answer = browser.get(&party.asks(&[("prompt", "none")])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "no page is shown");
    let second = party.redeems(&rest(&mut browser, answer).await.app()).await;
    for same in ["sub", "auth_time", "acr"] {
        assert_eq!(first.claims[same], second.claims[same], "{same}");
    }
}

#[tokio::test]
async fn oidcc_max_age_1() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(2);
    let login = party.sends(&mut browser, &[("max_age", "1")]).await.page();
    house.clock.pass_seconds(5);
    let back = house.finish(&mut browser, login, ADA).await.app();
    let second = party.redeems(&back).await;
    assert!(second.claims["auth_time"].as_i64() > first.claims["auth_time"].as_i64());
}

#[tokio::test]
async fn oidcc_max_age_10000() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(60);
    let second = tokens(&party, &mut browser, &[("max_age", "10000")]).await;
    assert_eq!(first.claims["auth_time"], second.claims["auth_time"], "no new sign-in");
    assert_eq!(second.claims["auth_time"], value!(seconds(&house) - 60));
}

#[tokio::test]
async fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    goes_through(&[("extra", "foobar")]).await;
}

#[tokio::test]
async fn oidcc_id_token_hint() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let first = tokens(&party, &mut browser, &[]).await;
    house.clock.pass_seconds(1000);
    let more = [("prompt", "none"), ("id_token_hint", &*first.id_token)];
    let second = tokens(&party, &mut browser, &more).await;
    assert_eq!(first.claims["sub"], second.claims["sub"], "its end does not matter");
}

#[tokio::test]
async fn oidcc_login_hint() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let hint = "a\"><script>alert(1)</script>";
    let page = party.sends(&mut house.browser(), &[("login_hint", hint)]).await.page();
    assert!(!page.body.contains("<script"));
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[("login_hint", ADA)]).await.page();
    assert_eq!(page.value("username"), Some(ADA));
    house.finish(&mut browser, page, ADA).await.app();
}

#[tokio::test]
async fn oidcc_ui_locales() {
    goes_through(&[("ui_locales", "se")]).await;
}

#[tokio::test]
async fn oidcc_claims_locales() {
    goes_through(&[("claims_locales", "se")]).await;
}

#[tokio::test]
async fn oidcc_ensure_request_with_acr_values_succeeds() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let document = browser.get("/.well-known/openid-configuration").await;
    let listed = json(&document)["acr_values_supported"].clone();
    let listed: Vec<&str> = listed.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let tokens = tokens(&party, &mut browser, &[("acr_values", &listed.join(" "))]).await;
    assert!(listed.contains(&tokens.claims["acr"].as_str().unwrap()));
}

#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    for uri in ["https://app.example/cb/", "https://app.example/other", AFTER_LOGOUT, ""] {
        let answer = browser.get(&party.asks(&[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri}");
        assert!(answer.alert().unwrap().contains("not set up right"));
    }
}

#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let post = |browser: &Browser, body: String| {
        let request = browser.request(Method::POST, "/oidc/authorize");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("sec-fetch-site", "cross-site").header("origin", "https://app.example");
        request.body(Body::from(body)).unwrap()
    };
    // A form of another site comes without cookies; the redirect that follows has them again.
    let mut foreign = browser.clone();
    foreign.cookies.clear();
    let request = post(&foreign, party.query(&[]));
    let answer = foreign.send(request).await;
    let to = answer.location().unwrap().to_owned();
    assert!(to.starts_with("/oidc/authorize?resume="), "{to}");
    let first = browser.get(&to).await;
    let back = rest(&mut browser, first).await.app();
    party.redeems(&back).await;
    let again = browser.get(&to).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "it was answered");
    let request = post(&foreign, party.query(&[("scope", "none")]));
    let refused = foreign.send(request).await;
    assert_eq!(error(&rest(&mut foreign, refused).await.app()), "invalid_scope");
}

#[tokio::test]
async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let back = party.sends(&mut browser, &[("request_uri", "https://app.example/request.jwt")]).await.app();
    assert_eq!(error(&back), "request_uri_not_supported");
}

const UNSIGNED: &str = "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6ImV2aWwifQ.";

#[tokio::test]
async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let back = party.sends(&mut browser, &[("request", UNSIGNED)]).await.app();
    assert_eq!((error(&back), &*back["state"]), ("request_not_supported", "the state"));
}

#[tokio::test]
async fn oidcc_ensure_request_object_with_redirect_uri() {
    let house = House::new().await;
    let (party, mut browser) = signed_in(&house).await;
    let answer: Answer = browser.get(&party.asks(&[("request", UNSIGNED), ("redirect_uri", "")])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "an address inside it is not looked at");
}

#[tokio::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::with(&house, "public", |wanted| wanted.public = true).await;
    let mut browser = house.browser();
    let login = party.sends(&mut browser, &[]).await.page();
    let rest = house.finish(&mut browser, login, ADA).await;
    assert!(matches!(rest, Rest::App(_)));
    party.redeems(&rest.app()).await;
    let bare =
        party.sends(&mut browser, &[("code_challenge", ""), ("code_challenge_method", "")]).await.app();
    assert_eq!(error(&bare), "invalid_request");
}
