//! How far a message got: told by its provider, or asked for where that cannot reach us, and seen by its person.
use crate::harness::{ADA, Browser, House, NUMBER};
use ::fake_twilio::{Callback, FakeTwilio, StatusChange};
use axum::body::Body;
use domain::ports::Deliveries as _;
use domain::progress::Progress;
use http::{Method, Request};
use std::time::Duration;

pub async fn send(house: &House, callback: &Callback) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&callback.fields).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(callback.path())
        .header("host", "localhost:3000")
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
        .header("x-twilio-signature", &callback.signature);
    let answer = house.browser().send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

/// Somebody signed in whose code came by the fake, and her phone's page.
pub async fn signed_in(house: &House, fake: &FakeTwilio) -> (Browser, String) {
    let account = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, crate::harness::PASSWORD).await;
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    let done = browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"));
    let phone = house.phones(&account).await.remove(0).id;
    (browser, format!("/security/phones/{phone}"))
}

#[tokio::test]
async fn a_test_shows_each_step_with_its_time() {
    let (house, fake) = House::with_twilio(&[("sms.twilio.callbacks", "always")]).await;
    let (mut browser, phone) = signed_in(&house, &fake).await;
    house.clock.pass(Duration::from_secs(60));
    let sent = browser.submit(&phone, &format!("{phone}/test"), &[]).await;
    let test = sent.location().unwrap().to_owned();
    let page = browser.get(&test).await.text();
    assert!(!page.contains("The phone network has it") && !page.contains("Delivered"), "{page}");
    for (word, passed) in [("sent", 2), ("delivered", 3)] {
        house.clock.pass(Duration::from_secs(passed));
        send(&house, &fake.callback(NUMBER, word, None).unwrap()).await;
    }
    let page = browser.get(&test).await.text();
    let (handed, arrived) = (page.find("network"), page.rfind("elivered"));
    assert!(handed.is_some() && handed < arrived, "{page}");
    let listed = browser.get(&phone).await.text();
    assert!(listed.contains("elivered") && listed.contains("5 s"), "{listed}");
}

#[tokio::test]
async fn a_test_that_was_closed_stays_to_be_seen() {
    let (house, fake) = House::with_twilio(&[("sms.twilio.callbacks", "always")]).await;
    let (mut browser, phone) = signed_in(&house, &fake).await;
    house.clock.pass(Duration::from_secs(60));
    let sent = browser.submit(&phone, &format!("{phone}/test"), &[]).await;
    let test = sent.location().unwrap().to_owned();
    house.clock.pass(Duration::from_secs(3));
    send(&house, &fake.callback(NUMBER, "delivered", None).unwrap()).await;
    house.clock.pass(Duration::from_secs(9));
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    let closed = browser.submit(&test, &test, &[("code", &code)]).await;
    assert_eq!(closed.location(), Some(&*test));
    let whole = browser.get(&test).await.text();
    assert!(whole.contains("12 s") && whole.contains("Carried by Twilio"), "{whole}");

    house.clock.pass(Duration::from_secs(2 * 86_400));
    house.store.clean(house.app.core.clock.now()).await.unwrap();
    let mut later = house.browser();
    later.knock(ADA, crate::harness::PASSWORD).await;
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    later.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    let listed = later.get(&phone).await;
    assert!(listed.body.contains(&format!("href=\"{test}\"")), "{}", listed.body);
    assert!(listed.text().contains("12 s after it was made"), "{}", listed.text());
    let kept = later.get(&test).await.text();
    let times =
        |text: &str| text.split("after ").map(|rest| rest.chars().take(4).collect()).collect::<Vec<String>>();
    assert_eq!(times(&kept)[1..], times(&whole)[1..], "{kept}");
}

#[tokio::test]
async fn what_did_not_arrive_says_why_and_what_helps() {
    let (house, fake) = House::with_twilio(&[("sms.twilio.callbacks", "always")]).await;
    let (mut browser, phone) = signed_in(&house, &fake).await;
    house.clock.pass(Duration::from_secs(60));
    let sent = browser.submit(&phone, &format!("{phone}/test"), &[]).await;
    let test = sent.location().unwrap().to_owned();
    send(&house, &fake.callback(NUMBER, "undelivered", Some(21610)).unwrap()).await;
    let page = browser.get(&test).await.text();
    assert!(page.contains("opted out") && page.contains("START"), "{page}");
}

#[tokio::test]
async fn before_the_second_step_no_more_is_told_than_that_it_did_not_get_through() {
    let (house, fake) = House::with_twilio(&[("sms.twilio.callbacks", "always")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, crate::harness::PASSWORD).await;
    send(&house, &fake.callback(NUMBER, "undelivered", Some(21610)).unwrap()).await;
    let page = browser.get("/login/otp").await.text();
    assert!(!page.contains("opted out") && !page.contains("START"), "{page}");
    assert!(page.contains("t reach this number"), "{page}");
}

#[tokio::test]
async fn where_no_callback_reaches_us_the_provider_is_asked_until_it_is_known() {
    let (house, fake) = House::with_twilio(&[]).await;
    let account = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, crate::harness::PASSWORD).await;
    assert_eq!(fake.callback(NUMBER, "sent", None), None, "none was asked for");
    let sid = fake.newest_sid(NUMBER).unwrap();
    assert!(fake.set_status(&StatusChange { sid, status: "delivered".to_owned(), error_code: None }));
    let phone = house.phones(&account).await.remove(0).id;
    let looks = || fake.requests().iter().filter(|request| request.method == "GET").count();
    let heard = async || house.store.recent(&phone, 1).await.unwrap().remove(0).heard;
    for _ in 0..100 {
        if heard().await.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(heard().await.unwrap().progress, Progress::Delivered);
    // The second question would come five seconds after the message.
    tokio::time::sleep(Duration::from_millis(3500)).await;
    assert_eq!(looks(), 1, "what is final is not asked for again");
}
