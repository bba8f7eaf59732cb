//! A36: a link that signs people out, or a request that only looks, ends and grants nothing (R71, R124).
use crate::harness::{ADA, House, NUMBER};
use crate::oidc::party::{Party, ada};
use axum::body::Body;
use http::{Method, StatusCode};

#[tokio::test]
async fn a36_no_address_ends_a_session_or_a_half_sign_in_that_it_cannot_name() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut half = house.half_signed_in(ADA).await;
    for asked in ["", "?id_token_hint=a.b.c", "?post_logout_redirect_uri=https%3A%2F%2Fevil.example"] {
        assert_eq!(half.get(&format!("/oidc/logout{asked}")).await.location(), Some("/login/otp"), "{asked}");
    }
    let done = half.submit("/login/otp", "/login/otp", &[("code", &house.newest_code())]).await;
    assert_eq!(done.location(), Some("/security"), "the code still counts");
    assert_eq!(half.get("/oidc/logout").await.h1(), "Sign out?");
    assert_eq!(half.get("/security").await.status, 200, "it was asked, not done");
}

#[tokio::test]
async fn r71_a_head_request_does_nothing() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    for path in [party.asks(&[]), "/oidc/logout".to_owned()] {
        let request = browser.request(Method::HEAD, &path).body(Body::empty()).unwrap();
        assert_eq!(browser.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_grants", &[]).await, 0);
}
