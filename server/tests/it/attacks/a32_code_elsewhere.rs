//! A32: a code that is shown by another app, for another address, too late or after signing out (R102).
use crate::harness::{Answer, House};
use crate::oidc::party::{Party, ada, json};
use http::StatusCode;

#[tokio::test]
async fn a32_a_code_is_worth_nothing_elsewhere_later_or_after_signing_out() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let (party, other) =
        (Party::new(&house).await, Party::with(&house, "other", |wanted| wanted.waive_pkce = true).await);
    let refused = |answer: Answer| assert_eq!(json(&answer)["error"], "invalid_grant");
    let back = party.sends(&mut browser, &[]).await.app();
    refused(other.shows(&back["code"]).await);
    let tokens = party.redeems(&back).await;
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::OK, "another app's try ends nothing");

    let back = party.sends(&mut browser, &[]).await.app();
    let base = [("grant_type", "authorization_code"), ("code", &*back["code"])];
    refused(party.calls("/oidc/token", &[base[0], base[1], ("redirect_uri", "https://app.example/")]).await);
    refused(party.shows(&back["code"]).await);

    let back = party.sends(&mut browser, &[]).await.app();
    refused(party.calls("/oidc/token", &[base[0], ("code", &*back["code"])]).await);

    let back = party.sends(&mut browser, &[]).await.app();
    house.clock.pass_seconds(61);
    refused(party.shows(&back["code"]).await);

    let back = party.sends(&mut browser, &[]).await.app();
    browser.get("/security").await;
    browser.post("/logout", &[]).await;
    refused(party.shows(&back["code"]).await);
}
