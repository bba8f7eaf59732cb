//! A28: a browser that is known from before counts as no factor for an app (D4, R122).
use crate::harness::{ADA, House, PASSWORD};
use crate::oidc::party::{Party, ada, rest};

#[tokio::test]
async fn r122_a_known_browser_is_asked_for_the_code_that_an_app_wants() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    browser.get("/security").await;
    browser.post("/logout", &[]).await;
    assert!(browser.cookies.contains_key("known"), "it is remembered");
    let sent = house.sent();
    let page = party.sends(&mut browser, &[("acr_values", "twilio_sms")]).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [("username", ADA), ("password", PASSWORD), ("resume", &*resume)];
    assert_eq!(browser.post("/login", &fields).await.location(), Some("/login/otp"));
    assert_eq!(house.sent(), sent + 1);
    let back = party.sends(&mut browser, &[("acr_values", "twilio_sms"), ("prompt", "none")]).await.app();
    assert_eq!(back["error"], "login_required");

    // Where an app wants the password alone, it is told of the password alone.
    let page = party.sends(&mut browser, &[("acr_values", "simple_password_auth")]).await.page();
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [("username", ADA), ("password", PASSWORD), ("resume", &*resume)];
    let done = browser.post("/login", &fields).await;
    let tokens = party.redeems(&rest(&mut browser, done).await.app()).await;
    assert_eq!(tokens.claims["acr"], "simple_password_auth");
    assert_eq!(tokens.claims["amr"], serde_json::json!(["pwd"]));
}
