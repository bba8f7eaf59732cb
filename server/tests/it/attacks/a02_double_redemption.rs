//! A2: a code or refresh token of an app that arrives many times at once gives tokens once at most, and they are dead (R103, R107).
use crate::harness::{Browser, House, at_once};
use crate::oidc::party::{Party, REDIRECT, SECRET, ada, json};
use axum::body::Body;
use http::{Method, Request, StatusCode};

#[tokio::test]
async fn a02_of_50_parallel_redemptions_at_most_one_gives_tokens_and_they_are_dead() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut browser, &[]).await.app();
    // The first key is made by the first signature: not in this race.
    let warm = party.sends(&mut browser, &[]).await.app();
    party.redeems(&warm).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*back["code"]),
        ("redirect_uri", REDIRECT),
        ("client_id", "app"),
        ("client_secret", SECRET),
    ];
    let answers = at_once(calls(&house, &fields, 50)).await;
    let given: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == StatusCode::OK).collect();
    assert!(given.len() <= 1, "{}", given.len());
    assert!(answers.iter().all(|(_, answer)| matches!(answer.status.as_u16(), 200 | 400)));
    for (_, answer) in given {
        let access = json(answer)["access_token"].as_str().unwrap().to_owned();
        assert_eq!(party.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a02_of_20_parallel_renewals_at_most_one_gives_tokens_and_the_family_is_dead() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut browser, &[("scope", "openid offline_access")]).await.app();
    let first = party.redeems(&back).await;
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", first.refresh.as_deref().unwrap()),
        ("client_id", "app"),
        ("client_secret", SECRET),
    ];
    let answers = at_once(calls(&house, &fields, 20)).await;
    let given: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == StatusCode::OK).collect();
    assert!(given.len() <= 1, "{}", given.len());
    assert!(answers.iter().all(|(_, answer)| matches!(answer.status.as_u16(), 200 | 400)));
    for (_, answer) in given {
        let next = json(answer)["refresh_token"].as_str().unwrap().to_owned();
        assert_eq!(json(&party.renews(&next).await)["error"], "invalid_grant");
    }
    assert_eq!(party.userinfo(&first.access).await.status, StatusCode::UNAUTHORIZED);
}

/// The same call from so many programs.
fn calls(house: &House, fields: &[(&str, &str)], times: usize) -> Vec<(Browser, Request<Body>)> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let call = |_| {
        let program = house.browser();
        let request = program.request(Method::POST, "/oidc/token");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(body.clone())).unwrap();
        (program, request)
    };
    (0..times).map(call).collect()
}
