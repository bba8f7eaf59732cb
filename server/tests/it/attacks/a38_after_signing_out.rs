//! A38: signing out at an app's wish leads to an address that the app registered for it, or to none (R124).
use crate::harness::House;
use crate::oidc::party::{AFTER_LOGOUT, Party, ada, handed_over};
use http::StatusCode;

#[tokio::test]
async fn a38_no_trick_with_the_address_after_signing_out_leads_away() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut browser, &[]).await.app();
    let hint = party.redeems(&back).await.id_token;
    for uri in [
        "https://app.example/bye?x=1",
        "https://app.example/bye#x",
        "https://app.example/bye/../evil",
        "https://app.example/bye/..;/evil",
        "https://app.example/bye%2f..%2fevil",
        "https://app.example:443/bye",
        "https://app.example@evil.example/bye",
        "https://app.example.evil.example/bye",
        "https://app.example\\@evil.example/bye",
        "HTTPS://app.example/bye",
        "http://app.example/bye",
        "//app.example/bye",
        "/\\evil.example",
        "/security",
        " https://app.example/bye",
        "https://app.example/bye\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
    ] {
        for hint in [Some(&*hint), None] {
            let mut pairs = vec![("post_logout_redirect_uri", uri), ("client_id", "app")];
            pairs.extend(hint.map(|hint| ("id_token_hint", hint)));
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let answer = browser.get(&format!("/oidc/logout?{query}")).await;
            assert!(answer.status.is_success() || answer.status == StatusCode::BAD_REQUEST, "{uri:?}");
            assert!(answer.header("location").is_empty() && handed_over(&answer).is_none(), "{uri:?}");
            assert!(!answer.body.contains("evil.example"), "{uri:?}");
        }
    }
    assert_eq!(browser.get("/security").await.status, StatusCode::OK, "nobody was signed out");
    let pairs = [("post_logout_redirect_uri", AFTER_LOGOUT), ("id_token_hint", &*hint)];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let away = browser.get(&format!("/oidc/logout?{query}")).await;
    assert_eq!(away.header("location"), AFTER_LOGOUT, "the registered one is led to");
}
