//! Signing in.
use crate::harness::{ADA, House, NUMBER, PASSWORD};

#[tokio::test]
async fn a_person_without_a_phone_is_in_by_password() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut browser = house.browser();
    assert_eq!(browser.get("/").await.location(), Some("/login"));
    assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/security"));
    let page = browser.get("/security").await;
    assert_eq!((page.status.as_u16(), page.h1()), (200, "Security".to_owned()));
    assert_eq!(house.sent(), 0);
}

#[tokio::test]
async fn r08_looking_never_sends() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    for _ in 0..20 {
        assert_eq!(browser.get("/login/otp").await.status, 200);
        house.clock.pass_seconds(20);
    }
    assert_eq!(house.sent(), 1);
}

#[tokio::test]
async fn a_browser_that_stays_signed_in_shows_a_sign_in_elsewhere_and_never_its_own() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut first = house.signed_in(ADA).await;
    assert!(
        first.get("/security").await.text().contains("This is your first sign-in"),
        "nothing else is there"
    );
    house.clock.pass_seconds(90);
    let mut second = house.signed_in(ADA).await;
    house.clock.pass_seconds(120);
    let page = first.get("/security").await.text();
    assert!(page.contains("Signed in elsewhere 2 minutes ago"), "{page}");
    let page = second.get("/security").await.text();
    assert!(page.contains("Last sign-in 3 minutes ago"), "{page}");
}
