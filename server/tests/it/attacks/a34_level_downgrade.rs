//! A34: asking for less, or again without the level, gives no app more than was reached (R113 to R115).
use crate::harness::{ADA, House, NUMBER};
use crate::oidc::party::{Party, Rest, ada, json};
use domain::level::Level;
use domain::ports::Methods;

#[tokio::test]
async fn a34_asking_again_without_the_level_or_for_no_page_gives_no_more_than_was_reached() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::with(&house, "strict", |wanted| wanted.min_acr = Some("twilio_sms".to_owned())).await;
    let low = Party::new(&house).await;
    let mut browser = house.browser();
    let page = low.sends(&mut browser, &[("acr_values", "simple_password_auth")]).await.page();
    house.finish(&mut browser, page, ADA).await.app();
    for more in [
        vec![],
        vec![("acr_values", "simple_password_auth")],
        vec![("claims", r#"{"id_token":{"acr":{"value":"simple_password_auth"}}}"#)],
        vec![("max_age", "100000")],
    ] {
        assert!(matches!(party.sends(&mut browser, &more).await, Rest::Page(_)), "{more:?}");
        let mut none = more.clone();
        none.push(("prompt", "none"));
        assert_eq!(party.sends(&mut browser, &none).await.app()["error"], "interaction_required", "{more:?}");
    }
    let essential = r#"{"id_token":{"acr":{"essential":true,"value":"simple_password_auth"}}}"#;
    let back = party.sends(&mut browser, &[("claims", essential)]).await.app();
    assert_eq!(back["error"], "unmet_authentication_requirements");
}

#[tokio::test]
async fn r112_a_level_that_was_switched_off_meanwhile_is_in_no_new_token() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let more = [("scope", "openid offline_access"), ("acr_values", "twilio_sms")];
    let first = party.redeems(&party.sends(&mut browser, &more).await.app()).await;
    assert_eq!(first.claims["acr"], "twilio_sms");
    let waiting = party.sends(&mut browser, &more).await.app();
    Methods::disable(&house.store, Level::TwilioSms, &house.operator()).await.unwrap();
    assert_eq!(json(&party.renews(first.refresh.as_ref().unwrap()).await)["error"], "invalid_grant");
    assert_eq!(json(&party.shows(&waiting["code"]).await)["error"], "invalid_grant");
    let now = party.redeems(&party.sends(&mut browser, &[]).await.app()).await;
    assert_eq!(now.claims["acr"], "simple_password_auth", "it asks anew and gets what is on");
}
