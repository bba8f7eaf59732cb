//! A16: no header of a request changes who the issuer is, nor any address that apps or browsers are given (R72, R88).
use crate::harness::House;
use crate::oidc::party::{Party, ada, json, rest};

const PUBLISHED: [&str; 3] =
    ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oidc/jwks"];

#[tokio::test]
async fn a16_another_host_gets_nothing_for_apps() {
    let house = House::new().await;
    let party = Party::new(&house).await;
    for host in ["evil.example", "localhost.evil.example", "localhost:3000@evil.example", ""] {
        let mut forged = house.browser();
        forged.headers = vec![("host", host.to_owned())];
        let asks = party.asks(&[]);
        for path in PUBLISHED.into_iter().chain([&*asks, "/oidc/userinfo", "/oidc/logout"]) {
            assert_eq!(forged.get(path).await.status, 421, "{host:?} {path}");
        }
    }
}

#[tokio::test]
async fn a16_forwarded_names_are_in_nothing_that_apps_are_told() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let plain = house.browser().get(PUBLISHED[0]).await.body;
    for name in ["x-forwarded-host", "x-forwarded-server", "x-host", "x-original-host", "x-forwarded-proto"] {
        browser.headers.push((name, "evil.example".to_owned()));
    }
    browser.headers.push(("forwarded", "host=evil.example;proto=https".to_owned()));
    for path in PUBLISHED {
        assert!(!browser.get(path).await.body.contains("evil"), "{path}");
    }
    assert_eq!(browser.get(PUBLISHED[0]).await.body, plain);
    let answer = browser.get(&party.asks(&[])).await;
    assert!(!answer.header("location").contains("evil"));
    let back = rest(&mut browser, answer).await.app();
    assert_eq!(back["iss"], "http://localhost:3000");
    let answer = party.shows(&back["code"]).await;
    assert_eq!(house.tokens(&answer).await.claims["iss"], "http://localhost:3000");
    assert!(json(&answer).get("access_token").is_some());
}
