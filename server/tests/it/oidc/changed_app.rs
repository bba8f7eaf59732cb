//! What an operator changes of an app counts at once, for what is under way too (R93, R114).
use super::party::{Party, json};
use crate::harness::{ADA, House, PASSWORD};
use domain::client::ClientId;
use domain::client_change::{Change, ClientChange};
use domain::ports::Clients as _;

async fn change(house: &House, change: ClientChange) {
    let app = ClientId::parse("app").unwrap();
    let before = house.store.find(&app).await.unwrap().unwrap();
    assert!(house.store.update(&change.of(&before).unwrap(), &house.operator()).await.unwrap());
}

#[tokio::test]
async fn a_code_on_its_way_to_an_address_that_was_taken_away_and_a_grant_below_the_new_least_are_worth_nothing()
 {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let party = Party::new(&house).await;
    let granted = party.sends(&mut browser, &[("scope", "openid offline_access")]).await.app();
    let tokens = party.redeems(&granted).await;
    assert_eq!(tokens.claims["acr"], "simple_password_auth");
    let (kept, lost) =
        (party.sends(&mut browser, &[]).await.app(), party.sends(&mut browser, &[]).await.app());
    change(&house, ClientChange { name: Some("Another name".to_owned()), ..ClientChange::default() }).await;
    party.redeems(&kept).await;
    let renewed = house.tokens(&party.renews(tokens.refresh.as_ref().unwrap()).await).await;
    let elsewhere = Some(vec!["https://elsewhere.example/cb".to_owned()]);
    change(&house, ClientChange { redirect_uris: elsewhere, ..ClientChange::default() }).await;
    assert_eq!(json(&party.shows(&lost["code"]).await)["error"], "invalid_grant");
    let least = Change::To("twilio_sms".to_owned());
    change(&house, ClientChange { min_acr: least, ..ClientChange::default() }).await;
    assert_eq!(json(&party.renews(renewed.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
}
