//! A code that is called in: from the button to the spoken digits, and what pages, records and logs tell of it.
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD, code_in};
use ::fake_twilio::{Callback, Document, FakeTwilio};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use std::time::Duration;

/// Half signed in, and thirty seconds later.
async fn half(house: &House) -> Browser {
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    house.clock.pass(Duration::from_secs(30));
    browser
}

async fn asks(browser: &mut Browser, channel: &str) {
    let asked = browser.submit("/login/otp", "/login/otp/resend", &[("channel", channel)]).await;
    assert_eq!(asked.location(), Some("/login/otp"), "{}", asked.text());
}

async fn post(house: &House, callback: &Callback) -> String {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&callback.fields).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(callback.path())
        .header("host", "localhost:3000")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", &callback.signature);
    let answer = house.browser().send(request.body(Body::from(body)).unwrap()).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    answer.body
}

async fn with_twilio() -> (House, FakeTwilio) {
    House::with_twilio(&[("sms.twilio.callbacks", "always")]).await
}

#[tokio::test]
async fn a_first_look_shows_the_whole_way_of_a_call() {
    let house = House::new().await;
    let mut browser = half(&house).await;
    let page = browser.get("/login/otp").await.text();
    assert!(page.contains("Call me instead") && page.contains("Send a new code"), "{page}");
    asks(&mut browser, "voice").await;
    let page = browser.get("/login/otp").await.text();
    assert!(page.contains("The code was read out") && page.contains("Call me again"));
    let inbox = house.app.outbox.as_ref().unwrap().list(Some(NUMBER));
    assert_eq!((inbox[0].channel, inbox[1].channel), ("voice", "sms"));
    assert!(
        inbox[0].body.contains("Press any key") && inbox[0].body.contains("Once more"),
        "all that is spoken"
    );
    let mut stranger = house.browser();
    let shown = stranger.get("/dev/phone").await.text();
    assert!(shown.contains("Call to") && shown.contains("To +1"), "{shown}");
    let code = code_in(&inbox[0].body).unwrap();
    let done = browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
    let overview = browser.get("/security").await.text();
    assert!(overview.contains("code read out"), "{overview}");
}

#[tokio::test]
async fn r15_a_call_waits_for_the_same_pause() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let page = browser.get("/login/otp").await.text();
    assert!(page.contains("You can ask for a new code in 30 s"), "{page}");
    let early = browser.submit("/login/otp", "/login/otp/resend", &[("channel", "voice")]).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(early.header("retry-after"), "30");
    assert_eq!(house.sent(), 1);
}

#[tokio::test]
async fn each_step_of_a_call_is_told_as_it_comes() {
    let (house, fake) = with_twilio().await;
    let mut browser = half(&house).await;
    asks(&mut browser, "voice").await;
    let mut page = browser.get("/login/otp").await.text();
    assert!(page.contains("The call is on its way"), "{page}");
    for (word, told) in [("ringing", "Ringing"), ("in-progress", "Answered")] {
        post(&house, &fake.call_status(NUMBER, word).unwrap()).await;
        page = browser.get("/login/otp").await.text();
        assert!(page.contains(told), "{told}: {page}");
    }
    post(&house, &fake.press(NUMBER, "1").unwrap()).await;
    post(&house, &fake.call_status(NUMBER, "completed").unwrap()).await;
    page = browser.get("/login/otp").await.text();
    assert!(page.contains("The code was read out"), "a call that was read out ends like any other: {page}");
}

#[tokio::test]
async fn before_the_second_step_no_more_is_told_than_that_the_code_was_not_read_out() {
    let (house, fake) = with_twilio().await;
    let mut browser = half(&house).await;
    asks(&mut browser, "voice").await;
    post(&house, &fake.call_status(NUMBER, "busy").unwrap()).await;
    let page = browser.get("/login/otp").await.text();
    assert!(page.contains("ended before the code was read out") && !page.contains("busy"), "{page}");
    // Signed in, its person is told.
    let code = code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    house.clock.pass(Duration::from_secs(60));
    asks(&mut browser, "sms").await;
    let newer = code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    assert_ne!(code, newer);
    browser.submit("/login/otp", "/login/otp", &[("code", &newer)]).await;
    let account = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap();
    let phone = house.phones(&account.id).await.remove(0).id;
    let page = browser.get(&format!("/security/phones/{phone}")).await.text();
    assert!(page.contains("the line was busy"), "{page}");
}

#[tokio::test]
async fn what_went_by_call_says_so_in_the_security_log() {
    let (house, fake) = with_twilio().await;
    let mut browser = half(&house).await;
    asks(&mut browser, "voice").await;
    post(&house, &fake.press(NUMBER, "1").unwrap()).await;
    let lines =
        house.texts_in_database("SELECT kind || ' ' || COALESCE(detail, '-') FROM events ORDER BY id").await;
    let lines: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .filter(|line| line.starts_with("code_") || line.starts_with("deliv"))
        .collect();
    assert_eq!(
        lines,
        [
            "code_issued -",
            "delivery_settled taken",
            "code_issued voice",
            "delivery_settled taken",
            "delivery_ended voice:read_out"
        ]
    );
}

#[tokio::test]
async fn r12_no_log_line_holds_what_a_call_says() {
    let listening = crate::log::listen();
    let (house, fake) = with_twilio().await;
    let mut browser = half(&house).await;
    asks(&mut browser, "voice").await;
    for word in ["ringing", "in-progress"] {
        post(&house, &fake.call_status(NUMBER, word).unwrap()).await;
    }
    let spoken = post(&house, &fake.press(NUMBER, "1").unwrap()).await;
    let document = Document::read(&spoken).unwrap();
    let digits: String =
        document.said.iter().filter(|said| said.len() == 1).take(6).map(String::as_str).collect();
    browser.submit("/login/otp", "/login/otp", &[("code", &digits)]).await;
    let log = listening.text();
    assert!(log.contains("read_out") && log.contains("voice"), "it is told that it was read out");
    let spaced: Vec<String> = digits.chars().map(String::from).collect();
    for secret in [digits.clone(), spaced.join(" "), "2015550123".to_owned()] {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
    assert!(!log.contains("<Say"), "no document is in the log");
}
