//! A39: a large body costs no hash, and is not read to its end (R47, R137).
use crate::harness::{ADA, House};
use axum::body::Body;
use http::Method;

#[tokio::test]
async fn a39_what_is_too_large_meets_no_hash() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut browser = house.browser();
    browser.get("/login").await;
    let token = browser.token.clone();
    for (what, body) in [
        (
            "a password of ten megabytes",
            format!("csrf={token}&username=ada&password={}", "x".repeat(10_000_000)),
        ),
        ("a hundred thousand fields", format!("csrf={token}&{}", "a=1&".repeat(100_000))),
        ("a name of one megabyte", format!("csrf={token}&password=x&username={}", "n".repeat(1_000_000))),
        (
            "one byte too many",
            format!("csrf={token}&p={}", "x".repeat(16 * 1024 + 1 - token.len() - "csrf=&p=".len())),
        ),
    ] {
        let request = browser
            .request(Method::POST, "/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let answer = browser.clone().send(request).await;
        assert_eq!(answer.status, 413, "{what}: {}", answer.text());
        assert!(answer.body.len() < 8_000, "{what}");
    }
    assert_eq!(house.passwords.compared(), 0);
    assert_eq!(browser.knock(ADA, "wrong").await.status, 422);
    assert_eq!(house.passwords.compared(), 1, "the counter counts");
}
