//! A2: a code or refresh token of an app that arrives many times at once counts once, and what it gave is dead (R103, R107).
use crate::harness::{Answer, Browser, House, at_once};
use crate::oidc::party::{Party, REDIRECT, SECRET, ada, json};
use axum::body::Body;
use http::{Method, Request, StatusCode};

const OFFLINE: (&str, &str) = ("scope", "openid offline_access");

async fn happened(house: &House, kind: &str) -> i64 {
    house.count("SELECT COUNT(*) FROM events WHERE kind = $1", &[kind]).await
}

/// The same call in the same moment; those that gave tokens. All others are told that it is none that counts.
async fn at_once_given(house: &House, fields: &[(&str, &str)]) -> Vec<Answer> {
    let answers = at_once(calls(house, fields, 50)).await;
    let (given, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().map(|(_, answer)| answer).partition(|answer| answer.status == StatusCode::OK);
    for answer in &refused {
        assert_eq!((answer.status.as_u16(), &json(answer)["error"]), (400, &"invalid_grant".into()));
    }
    given
}

async fn is_dead(party: &Party<'_>, answer: &Answer) {
    let token = |name: &str| json(answer)[name].as_str().unwrap().to_owned();
    assert_eq!(party.userinfo(&token("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&party.renews(&token("refresh_token")).await)["error"], "invalid_grant");
}

/// Whoever comes second may come before the first one's tokens are written: then there are none.
#[tokio::test]
async fn a02_of_50_parallel_redemptions_one_counts_and_the_others_end_its_tokens() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    // The first key is made by the first signature: not in this race.
    let warm = party.sends(&mut browser, &[]).await.app();
    party.redeems(&warm).await;
    let mut tokens = 0;
    for round in 1..=5 {
        let back = party.sends(&mut browser, &[OFFLINE]).await.app();
        let given = at_once_given(&house, &redeems(&back["code"])).await;
        for answer in &given {
            is_dead(&party, answer).await;
        }
        assert!(given.len() <= 1, "{}", given.len());
        tokens += i64::try_from(given.len()).unwrap();
        assert_eq!(happened(&house, "tokens_given").await, 1 + tokens, "what was given was written down");
        assert_eq!(happened(&house, "token_reused").await, round);
        let ended =
            "SELECT COUNT(*) FROM oidc_grants WHERE code_used_at IS NOT NULL AND ended_at IS NOT NULL";
        assert_eq!(house.count(ended, &[]).await, round, "one used it up, the others ended it");
    }
}

#[tokio::test]
async fn a02_a_code_that_was_redeemed_gives_nothing_to_50_who_come_at_once_and_they_end_its_tokens() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut browser, &[OFFLINE]).await.app();
    let first = party.shows(&back["code"]).await;
    let access = json(&first)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(party.userinfo(&access).await.status, StatusCode::OK);
    assert_eq!(at_once_given(&house, &redeems(&back["code"])).await.len(), 0);
    is_dead(&party, &first).await;
    assert_eq!((happened(&house, "tokens_given").await, happened(&house, "token_reused").await), (1, 1));
}

#[tokio::test]
async fn a02_of_50_parallel_renewals_one_gives_tokens_and_the_family_is_dead() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut browser, &[OFFLINE]).await.app();
    let first = party.shows(&back["code"]).await;
    let refresh = json(&first)["refresh_token"].as_str().unwrap().to_owned();
    let given = at_once_given(&house, &renews(&refresh)).await;
    assert_eq!(given.len(), 1);
    is_dead(&party, &given[0]).await;
    is_dead(&party, &first).await;
    assert_eq!((happened(&house, "tokens_renewed").await, happened(&house, "token_reused").await), (1, 1));
}

fn redeems(code: &str) -> [(&str, &str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("client_id", "app"),
        ("client_secret", SECRET),
    ]
}

fn renews(refresh: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", "app"),
        ("client_secret", SECRET),
    ]
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
