//! Apps that live in a browser: what their scripts may call and read from another origin, and what they may not.
use super::party::{Party, REDIRECT, VERIFIER, json};
use crate::harness::{ADA, Answer, House, NUMBER};
use axum::body::Body;
use http::{Method, StatusCode};
use server::router::{machines, table};
use server::web::machine::Shown;

const ORIGIN: &str = "https://app.example";

/// What a browser asks before a script may send more than a plain form.
async fn asks_first(house: &House, path: &str, method: &str) -> Answer {
    let mut browser = house.browser();
    let request = browser
        .request(Method::OPTIONS, path)
        .header("origin", ORIGIN)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type");
    browser.send(request.body(Body::empty()).unwrap()).await
}

/// What a script of the app's page sends: no cookie, and where it comes from.
async fn sends(house: &House, method: Method, path: &str, token: Option<&str>, form: &str) -> Answer {
    let mut browser = house.browser();
    let mut request = browser
        .request(method, path)
        .header("origin", ORIGIN)
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    browser.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

/// The headers by which a browser lets a script have something.
fn nothing_for_scripts(answer: &Answer, what: &str) {
    let allowed = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-"));
    assert_eq!(allowed.count(), 0, "{what}: {:?}", answer.headers);
}

fn readable(answer: &Answer, what: &str) {
    assert_eq!(answer.header("access-control-allow-origin"), "*", "{what}");
    assert_eq!(answer.header("access-control-allow-credentials"), "", "{what}");
}

#[tokio::test]
async fn a_browser_is_told_what_scripts_may_send() {
    let house = House::new().await;
    let open: Vec<_> = machines().into_iter().filter(|route| route.browser_apps).collect();
    assert_eq!(open.len(), 4, "token, revoke, userinfo by both methods");
    for route in open {
        let answer = asks_first(&house, route.path, route.method.as_str()).await;
        assert_eq!((answer.status, &*answer.body), (StatusCode::OK, ""), "{}", route.path);
        readable(&answer, route.path);
        for (name, value) in [
            ("access-control-allow-methods", "GET,POST"),
            ("access-control-allow-headers", "authorization,content-type"),
            ("access-control-max-age", "3600"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.header(name), value, "{}: {name}", route.path);
        }
    }
}

#[tokio::test]
async fn an_app_in_a_browser_goes_all_the_way_from_another_origin() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::with(&house, "spa", |wanted| wanted.public = true).await;
    let mut browser = house.signed_in(ADA).await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oidc/jwks"]
    {
        let answer = sends(&house, Method::GET, path, None, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        readable(&answer, path);
    }
    let back = party.sends(&mut browser, &[]).await.app();
    let form =
        |pairs: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let redeem = form(&[
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", &back["code"]),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]);
    let given = sends(&house, Method::POST, "/oidc/token", None, &redeem).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.body);
    readable(&given, "token");
    assert_eq!(given.header("cache-control"), "no-store");
    let access = json(&given)["access_token"].as_str().unwrap().to_owned();
    let told = sends(&house, Method::GET, "/oidc/userinfo", Some(&access), "").await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    readable(&told, "userinfo");
    let told = sends(&house, Method::POST, "/oidc/userinfo", None, &form(&[("access_token", &access)])).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    readable(&told, "userinfo by a form");
    let revoke = form(&[("client_id", "spa"), ("token", &access)]);
    let revoked = sends(&house, Method::POST, "/oidc/revoke", None, &revoke).await;
    assert_eq!(revoked.status, StatusCode::OK, "{}", revoked.body);
    readable(&revoked, "revoke");

    // What went wrong is told as well, with the word of RFC 6750.
    let refused = sends(&house, Method::GET, "/oidc/userinfo", Some(&access), "").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    readable(&refused, "a token that is over");
    assert_eq!(refused.header("access-control-expose-headers"), "www-authenticate");
    assert!(refused.header("www-authenticate").contains("invalid_token"));
    let refused = sends(&house, Method::POST, "/oidc/token", None, &redeem).await;
    assert_eq!(json(&refused)["error"], "invalid_grant");
    readable(&refused, "a code that was used");
}

#[tokio::test]
async fn no_script_of_another_origin_reads_a_page_or_asks_about_tokens() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    for route in table() {
        let path = route.path.replace("{id}", "nonsense");
        let what = format!("{} {path}", route.method);
        let request = browser.request(route.method.clone(), &path).header("origin", ORIGIN);
        nothing_for_scripts(&browser.clone().send(request.body(Body::empty()).unwrap()).await, &what);
        let before = asks_first(&house, &path, route.method.as_str()).await;
        assert_eq!(before.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
        nothing_for_scripts(&before, &what);
    }
    assert!(browser.get("/security").await.body.contains("name=\"csrf\""), "the session was good all along");
    for route in machines().into_iter().filter(|route| !route.browser_apps && route.shown != Shown::Nothing) {
        let closed =
            ["/oidc/introspect", "/webhooks/twilio/status/{token}", "/webhooks/twilio/voice/{token}"];
        assert!(closed.contains(&route.path), "all others are for scripts: {}", route.path);
        nothing_for_scripts(&sends(&house, Method::POST, route.path, None, "token=x").await, route.path);
        let before = asks_first(&house, route.path, "POST").await;
        assert_eq!(before.status, StatusCode::METHOD_NOT_ALLOWED);
        nothing_for_scripts(&before, route.path);
    }
}
