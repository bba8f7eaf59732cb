//! An address that only takes forms, looked at: a page was read again after an error, or the address was typed.
use crate::harness::{ADA, House, NUMBER};
use http::StatusCode;

#[tokio::test]
async fn the_address_of_a_form_leads_to_its_page() {
    let house = House::with(&[("otp.resend_after_seconds", "[30]")]).await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut half = house.half_signed_in(ADA).await;
    let early = half.submit("/login/otp", "/login/otp/resend", &[("channel", "sms")]).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    let again = half.get("/login/otp/resend").await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, Some("/login/otp")));
    assert_eq!(house.sent(), 1, "looking sends nothing");

    let mut browser = house.signed_in(ADA).await;
    let phone = house.phones(&ada).await.remove(0).id;
    let own = format!("/security/phones/{phone}");
    let sent = house.sent();
    for (path, page) in [
        ("/confirm-identity/send".to_owned(), "/confirm-identity"),
        ("/security/phones/confirm/resend".to_owned(), "/security/phones/confirm"),
        (format!("{own}/test"), &own),
        (format!("{own}/prefer"), &own),
        (format!("{own}/confirm"), &own),
    ] {
        let looked = browser.get(&path).await;
        assert_eq!((looked.status, looked.location()), (StatusCode::SEE_OTHER, Some(page)), "{path}");
    }
    assert_eq!(house.sent(), sent, "looking sends nothing");
}

#[tokio::test]
async fn the_address_of_a_form_asks_for_the_right_of_the_form() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let phone = house.phones(&ada).await.remove(0).id;
    let mut stranger = house.browser();
    for path in [
        "/login/otp/resend".to_owned(),
        "/confirm-identity/send".to_owned(),
        "/security/phones/confirm/resend".to_owned(),
        format!("/security/phones/{phone}/test"),
        format!("/security/phones/{phone}/prefer"),
    ] {
        assert_eq!(stranger.get(&path).await.location(), Some("/login"), "{path}");
    }
}
