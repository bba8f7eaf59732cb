//! A30: addresses that look like a registered one lead nowhere (R92, R93).
use crate::harness::House;
use crate::oidc::party::{Party, REDIRECT, ada};
use http::StatusCode;

#[tokio::test]
async fn a30_no_trick_with_the_address_leads_anywhere() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    for uri in [
        "https://app.example/cb/../evil",
        "https://app.example/cb/..;/evil",
        "https://app.example/cb%2f..%2fevil",
        "https://app.example@evil.example/cb",
        "https://evil.example/https://app.example/cb",
        "https://app.example.evil.example/cb",
        "https://app.example:443/cb",
        "https://app.example/cb?x=1",
        "https://app.example/cb#x",
        "https://app.example/CB",
        "HTTPS://app.example/cb",
        "http://app.example/cb",
        "//app.example/cb",
        "/cb",
        " https://app.example/cb",
        "https://app.example/cb\u{0}",
        "https://app.example/cb\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.example\\@evil.example/cb",
    ] {
        for more in [vec![("redirect_uri", uri)], vec![("redirect_uri", uri), ("prompt", "none")]] {
            let answer = browser.get(&party.asks(&more)).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri:?}");
            assert!(answer.header("location").is_empty() && !answer.body.contains("evil"), "{uri:?}");
        }
    }
    let doubled = format!("{}&redirect_uri={REDIRECT}", party.asks(&[]));
    assert_eq!(browser.get(&doubled).await.status, StatusCode::BAD_REQUEST);
    for id in ["", "nobody", "App", "app%00", "../app"] {
        let answer = browser.get(&party.asks(&[("client_id", id)])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{id:?}");
    }
}
