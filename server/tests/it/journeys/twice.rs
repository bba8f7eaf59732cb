//! Forms that come twice, and pages that are come back to: whoever presses a button twice loses nothing by it.
use crate::harness::{ADA, House, NUMBER, PASSWORD};

#[tokio::test]
async fn the_right_code_sent_twice_signs_in_and_leaves_the_session_alone() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    browser.get("/login/otp").await;
    let mut again = browser.clone();
    let code = house.newest_code();
    assert_eq!(browser.post("/login/otp", &[("code", &code)]).await.location(), Some("/security"));
    // The browser shows the answer to the second, with what the first one gave it.
    let late = again.post("/login/otp", &[("code", &code)]).await;
    assert_eq!((late.status.as_u16(), late.location()), (303, Some("/")));
    assert!(again.cookies.contains_key("sid"), "a late answer takes no session away");
    assert_eq!(browser.get("/").await.location(), Some("/security"));
    assert_eq!(browser.get("/security").await.status, 200);
}

#[tokio::test]
async fn a_number_confirmed_twice_is_there_once_and_its_person_stays_signed_in() {
    let house = House::new().await;
    let ada = house.account(ADA, &[]).await;
    let mut browser = house.signed_in(ADA).await;
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER)]).await;
    browser.get("/security/phones/confirm").await;
    let mut again = browser.clone();
    let code = house.code_to(NUMBER);
    assert_eq!(
        browser.post("/security/phones/confirm", &[("code", &code)]).await.location(),
        Some("/security")
    );
    assert_eq!(again.post("/security/phones/confirm", &[("code", &code)]).await.location(), Some("/"));
    assert!(again.cookies.contains_key("sid"));
    assert_eq!(browser.get("/security").await.status, 200);
    assert_eq!(house.phones(&ada).await.len(), 1);
}

#[tokio::test]
async fn the_code_page_leads_whoever_is_signed_in_to_the_portal() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    assert_eq!(browser.get("/login/otp").await.location(), Some("/security"));
    let mut stranger = house.browser();
    assert_eq!(stranger.get("/login/otp").await.location(), Some("/login"));
}

#[tokio::test]
async fn r69_a_forged_form_is_refused_and_one_from_elsewhere_too_though_its_session_is_over() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    browser.get("/security").await;
    let left = browser.clone();
    browser.submit("/security", "/logout", &[]).await;
    let mut form = left.form("/logout", &[]);
    form.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(left.clone().send(form).await.status, 403);
    let mut live = house.signed_in(ADA).await;
    live.token = "0".repeat(32);
    assert_eq!(live.post("/security/phones/new", &[("phone", NUMBER)]).await.status, 403);
}

#[tokio::test]
async fn a_code_that_a_limit_held_back_is_told_as_such_when_the_page_is_looked_at_again() {
    let house = House::with(&[("limits.sends_per_minute", "1")]).await;
    house.account(ADA, &[NUMBER]).await;
    house.account("eve", &["+12015550187"]).await;
    house.half_signed_in("eve").await;
    let mut browser = house.browser();
    let held = browser.knock(ADA, PASSWORD).await;
    assert_eq!(held.status, 429);
    let page = browser.get("/login/otp").await;
    assert_eq!(page.h1(), "Your code was not sent");
    assert!(!page.text().contains("run out"), "{}", page.text());
    assert!(page.alert().unwrap().contains("Too many codes were asked for"), "{}", page.text());
    house.clock.pass_seconds(60);
    let sent = browser.submit("/login/otp", "/login/otp/resend", &[("channel", "sms")]).await;
    assert_eq!(sent.location(), Some("/login/otp"), "{}", sent.text());
    let code = house.code_to(NUMBER);
    assert_eq!(
        browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await.location(),
        Some("/security")
    );
}
