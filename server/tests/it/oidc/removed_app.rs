//! An app that is removed while its people and its calls are under way is as unknown as one that never was.
use super::party::{Party, REDIRECT, SECRET, json};
use crate::harness::{ADA, House, NUMBER, at_once};
use axum::body::Body;
use domain::client::ClientId;
use domain::ports::Clients;
use http::{Method, StatusCode};

async fn remove(house: &House) {
    let app = ClientId::parse("app").unwrap();
    assert!(Clients::remove(&house.store, &app, &house.operator()).await.unwrap());
}

#[tokio::test]
async fn its_calls_are_those_of_no_client() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    let party = Party::new(&house).await;
    let mut calls = Vec::new();
    let warm = party.sends(&mut browser, &[("scope", "openid offline_access")]).await.app();
    let refresh = party.redeems(&warm).await.refresh.unwrap();
    // Fewer than the wrong secrets of an address that are looked into within a minute.
    for _ in 0..15 {
        let back = party.sends(&mut browser, &[]).await.app();
        calls.push(vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", back["code"].clone()),
            ("redirect_uri", REDIRECT.to_owned()),
        ]);
    }
    calls.push(vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh)]);
    let requests: Vec<_> = calls
        .into_iter()
        .map(|mut call| {
            call.extend([("client_id", "app".to_owned()), ("client_secret", SECRET.to_owned())]);
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(call).finish();
            let program = house.browser();
            let request = program.request(Method::POST, "/oidc/token");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            (program, request.body(Body::from(body)).unwrap())
        })
        .collect();
    let (answers, ()) = tokio::join!(at_once(requests), remove(&house));
    for (_, answer) in &answers {
        match answer.status {
            StatusCode::OK => {
                let access = json(answer)["access_token"].as_str().unwrap().to_owned();
                assert_eq!(
                    party.userinfo(&access).await.status,
                    StatusCode::UNAUTHORIZED,
                    "it went with the app"
                );
            }
            status => {
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{}", answer.body);
                assert_eq!(json(answer)["error"], "invalid_client");
            }
        }
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_grants", &[]).await, 0);
}

#[tokio::test]
async fn its_people_end_at_our_own_page() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let signed_in = house.signed_in(ADA).await;
    let party = Party::new(&house).await;
    let requests = (0..20).map(|n| {
        // Some are answered at once, some have to wait for a sign-in.
        let browser = if n % 2 == 0 { signed_in.clone() } else { house.browser() };
        let request = browser.request(Method::GET, &party.asks(&[])).body(Body::empty()).unwrap();
        (browser, request)
    });
    let (answers, ()) = tokio::join!(at_once(requests.collect()), remove(&house));
    for (_, answer) in &answers {
        match answer.status {
            StatusCode::SEE_OTHER => {}
            status => assert_eq!(status, StatusCode::BAD_REQUEST, "{}", answer.text()),
        }
    }
    let unknown = signed_in.clone().get(&party.asks(&[])).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    for (_, answer) in answers.iter().filter(|(_, answer)| answer.status == StatusCode::BAD_REQUEST) {
        assert_eq!(answer.h1(), unknown.h1(), "the page about an unknown app");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM oidc_requests", &[]).await, 0);
}
