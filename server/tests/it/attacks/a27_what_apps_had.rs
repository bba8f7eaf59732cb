//! A27: what apps were given does not outlive a change of factors, a switched-off account or another person's sign-in (R32, R60).
use crate::harness::{ADA, Browser, House, NUMBER, OTHER, PASSWORD};
use crate::oidc::party::{Party, Tokens, ada, json};
use domain::time::Clock as _;
use http::StatusCode;

#[tokio::test]
async fn r32_r60_a_change_of_factors_and_switching_off_reach_apps_at_once() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let mut elsewhere = house.signed_in(ADA).await;
    let more = [("scope", "openid offline_access")];
    let back = party.sends(&mut elsewhere, &more).await.app();
    let tokens = party.redeems(&back).await;
    let waiting = party.sends(&mut elsewhere, &more).await.app();
    browser.get("/security/phones/new").await;
    browser.post("/security/phones/new", &[("phone", OTHER), ("label", "")]).await;
    browser.get("/security/phones/confirm").await;
    let done = browser.post("/security/phones/confirm", &[("code", &house.newest_code())]).await;
    assert_eq!(done.location(), Some("/security"));
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&party.renews(tokens.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
    assert_eq!(json(&party.shows(&waiting["code"]).await)["error"], "invalid_grant");

    let back = party.sends(&mut browser, &more).await.app();
    let tokens = party.redeems(&back).await;
    let ada = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap().id;
    assert!(house.store.disable_user(&ada, &house.operator()).await.unwrap());
    assert_eq!(party.userinfo(&tokens.access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&party.renews(tokens.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
}

#[tokio::test]
async fn a_sign_in_of_another_person_in_this_browser_ends_what_the_first_ones_apps_had() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    house.account("eve", &[OTHER]).await;
    let party = Party::new(&house).await;
    let more = [("scope", "openid offline_access")];
    let back = party.sends(&mut browser, &more).await.app();
    let hers = party.redeems(&back).await;
    house.clock.pass_seconds(60);
    house.sign_in(&mut browser, ADA).await;
    assert_eq!(party.userinfo(&hers.access).await.status, StatusCode::OK, "her own new sign-in ends nothing");
    house.sign_in(&mut browser, "eve").await;
    assert_eq!(party.userinfo(&hers.access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&party.renews(hers.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
}

/// An app that may renew what it was given, a minute ago.
async fn stays_signed_in(party: &Party<'_>, browser: &mut Browser) -> Tokens {
    let tokens =
        party.redeems(&party.sends(browser, &[("scope", "openid offline_access")]).await.app()).await;
    party.house.clock.pass_seconds(60);
    tokens
}

#[tokio::test]
async fn a_sign_in_that_was_begun_in_its_place_and_not_finished_ends_what_a_sessions_apps_had() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let tokens = stays_signed_in(&party, &mut browser).await;
    browser.knock(ADA, PASSWORD).await;
    let clean = async || {
        house.store.clean(house.clock.now()).await.unwrap();
    };
    clean().await;
    assert_eq!(
        party.userinfo(&tokens.access).await.status,
        StatusCode::OK,
        "it may be her own, and be finished"
    );
    house.clock.pass_seconds(601);
    clean().await;
    assert_eq!(json(&party.renews(tokens.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");

    // One that was finished ends nothing, however long ago that is.
    let mut browser = house.signed_in(ADA).await;
    let tokens = stays_signed_in(&party, &mut browser).await;
    house.clock.pass_seconds(601);
    clean().await;
    assert_eq!(party.renews(tokens.refresh.as_ref().unwrap()).await.status, StatusCode::OK);
}

/// It begins another flow in the same half sign-in.
#[tokio::test]
async fn a_password_typed_again_in_the_middle_of_a_sign_in_ends_nothing_that_apps_had() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let tokens = stays_signed_in(&party, &mut browser).await;
    browser.knock(ADA, PASSWORD).await;
    house.clock.pass_seconds(400);
    browser.knock(ADA, PASSWORD).await;
    house.clock.pass_seconds(250);
    house.store.clean(house.clock.now()).await.unwrap();
    let renewed = json(&party.renews(tokens.refresh.as_ref().unwrap()).await);
    let refresh = renewed["refresh_token"].as_str().expect("she may still finish it");
    house.clock.pass_seconds(400);
    house.store.clean(house.clock.now()).await.unwrap();
    assert_eq!(json(&party.renews(refresh).await)["error"], "invalid_grant");
}

#[tokio::test]
async fn r115_a_code_from_before_the_last_number_was_removed_gives_no_lower_level() {
    let house = House::new().await;
    let ada_id = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    let party = Party::with(&house, "strict", |wanted| wanted.min_acr = Some("twilio_sms".to_owned())).await;
    let back = party.sends(&mut browser, &[]).await.app();
    let remove = format!("/security/phones/{}/remove", house.phones(&ada_id).await.remove(0).id);
    assert_eq!(browser.submit(&remove, &remove, &[]).await.location(), Some("/security"));
    assert_eq!(json(&party.shows(&back["code"]).await)["error"], "invalid_grant");
    assert_eq!(browser.get("/security").await.status, StatusCode::OK, "she stays signed in");
}
