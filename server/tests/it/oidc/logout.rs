//! The modules of the RP-initiated logout plan, each under its own name, and what they leave out (R124, A36, A38).
use super::party::{AFTER_LOGOUT, Party, Tokens, json};
use crate::harness::{ADA, Answer, Browser, House, NUMBER};
use axum::body::Body;
use http::{Method, StatusCode};

async fn scene(house: &House) -> (Party<'_>, Browser, Tokens) {
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(house).await;
    let mut browser = house.signed_in(ADA).await;
    let back = party.sends(&mut browser, &[]).await.app();
    let tokens = party.redeems(&back).await;
    (party, browser, tokens)
}

fn address(pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/oidc/logout?{query}")
}

async fn leaves(browser: &mut Browser, pairs: &[(&str, &str)]) -> Answer {
    browser.get(&address(pairs)).await
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser.clone().get("/security").await.status == StatusCode::OK
}

fn asks(answer: &Answer) {
    assert_eq!((answer.status, &*answer.h1()), (StatusCode::OK, "Sign out?"));
    assert!(!answer.body.contains(AFTER_LOGOUT));
}

#[tokio::test]
async fn oidcc_rp_initiated_logout() {
    let house = House::new().await;
    let (party, mut browser, tokens) = scene(&house).await;
    let pairs = [
        ("id_token_hint", &*tokens.id_token),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
        ("state", "a+b&c"),
    ];
    let answer = leaves(&mut browser, &pairs).await;
    assert_eq!(answer.location(), Some("https://app.example/bye?state=a%2Bb%26c"));
    assert!(!is_signed_in(&browser).await);
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED, "R107");
    let back = party.sends(&mut browser, &[("prompt", "none")]).await.app();
    assert_eq!(back["error"], "login_required");
    let again = leaves(&mut browser, &pairs).await;
    assert!(again.location().unwrap().starts_with(AFTER_LOGOUT), "signed out already");
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let house = House::new().await;
    let document = house.browser().get("/.well-known/openid-configuration").await;
    assert_eq!(json(&document)["end_session_endpoint"], "http://localhost:3000/oidc/logout");
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let house = House::new().await;
    let (_, mut browser, tokens) = scene(&house).await;
    for uri in [
        "https://evil.example/bye",
        "https://app.example/cb",
        "https://app.example/bye/",
        "//app.example/bye",
    ] {
        let pairs = [("id_token_hint", &*tokens.id_token), ("post_logout_redirect_uri", uri)];
        let answer = leaves(&mut browser, &pairs).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri}");
        assert!(answer.alert().unwrap().contains("not right"));
    }
    assert!(is_signed_in(&browser).await, "nothing was done");
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let house = House::new().await;
    let (_, mut browser, tokens) = scene(&house).await;
    let mut parts: Vec<String> = tokens.id_token.split('.').map(str::to_owned).collect();
    parts[2] = parts[2].chars().rev().collect();
    let none = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    for modified in [parts.join("."), none] {
        let pairs = [("id_token_hint", &*modified), ("post_logout_redirect_uri", AFTER_LOGOUT)];
        asks(&leaves(&mut browser, &pairs).await);
    }
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let house = House::new().await;
    let (_, mut browser, _) = scene(&house).await;
    asks(&leaves(&mut browser, &[("post_logout_redirect_uri", AFTER_LOGOUT), ("client_id", "app")]).await);
    let done = browser.post("/logout", &[]).await;
    assert_eq!(done.location(), Some("/login"), "the person's word signs out, and leads nowhere else");
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    let house = House::new().await;
    let (_, mut browser, _) = scene(&house).await;
    asks(&browser.get("/oidc/logout").await);
    assert!(is_signed_in(&browser).await);
    assert_eq!(house.browser().get("/oidc/logout").await.location(), Some("/login"), "nobody is signed in");
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let house = House::new().await;
    let (_, mut browser, tokens) = scene(&house).await;
    let answer = leaves(&mut browser, &[("id_token_hint", &tokens.id_token), ("state", "x")]).await;
    assert_eq!(answer.location(), Some("/login"));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    let house = House::new().await;
    let (_, mut browser, tokens) = scene(&house).await;
    let pairs = [("id_token_hint", &*tokens.id_token), ("post_logout_redirect_uri", AFTER_LOGOUT)];
    assert_eq!(leaves(&mut browser, &pairs).await.location(), Some(AFTER_LOGOUT));
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state() {
    let house = House::new().await;
    let (_, mut browser, _) = scene(&house).await;
    asks(&leaves(&mut browser, &[("state", "x")]).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let house = House::new().await;
    let (_, mut browser, tokens) = scene(&house).await;
    let uri = format!("{AFTER_LOGOUT}?foo=bar");
    let answer =
        leaves(&mut browser, &[("id_token_hint", &tokens.id_token), ("post_logout_redirect_uri", &uri)])
            .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let house = House::new().await;
    let (_, mut browser, _) = scene(&house).await;
    let foreign =
        house.app.core.signer.sign(r#"{"iss":"https://evil.example","sub":"x","aud":"app"}"#, now(&house));
    for bad in ["garbage", "a.b.c", "", &foreign.await.unwrap()] {
        asks(
            &leaves(&mut browser, &[("id_token_hint", bad), ("post_logout_redirect_uri", AFTER_LOGOUT)])
                .await,
        );
    }
}

fn now(house: &House) -> domain::time::Timestamp {
    domain::time::Clock::now(&house.clock)
}

#[tokio::test]
async fn a36_another_persons_token_signs_nobody_out() {
    let house = House::new().await;
    let (_, _, tokens) = scene(&house).await;
    house.account("eve", &[]).await;
    let mut eve = house.signed_in("eve").await;
    let pairs = [("id_token_hint", &*tokens.id_token), ("post_logout_redirect_uri", AFTER_LOGOUT)];
    asks(&leaves(&mut eve, &pairs).await);
    assert!(is_signed_in(&eve).await);
    let two = [("id_token_hint", &*tokens.id_token), ("client_id", "other")];
    assert_eq!(leaves(&mut eve, &two).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_form_of_another_site_comes_back_with_its_cookies() {
    let house = House::new().await;
    let (_, mut browser, tokens) = scene(&house).await;
    let mut foreign = browser.clone();
    foreign.cookies.clear();
    let body = address(&[
        ("id_token_hint", &tokens.id_token),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
        ("x", "y"),
    ]);
    let body = body.split_once('?').unwrap().1.to_owned();
    let request = foreign.request(Method::POST, "/oidc/logout");
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let request = request.body(Body::from(body)).unwrap();
    let to = foreign.send(request).await.location().unwrap().to_owned();
    assert!(to.starts_with("/oidc/logout?id_token_hint=") && !to.contains("x=y"));
    assert_eq!(browser.get(&to).await.location(), Some(AFTER_LOGOUT));
}
