//! Open pages hear that there is news of their message, and nothing more.
use super::delivery_news::{send, signed_in};
use super::unconfirmed::waiting;
use crate::harness::{ADA, Browser, Heard, House, NUMBER, OTHER, PASSWORD};
use std::time::Duration;

const CALLED_BACK: &[(&str, &str)] = &[("sms.twilio.callbacks", "always")];
const NEWS: &str = "event: moved\ndata: look\n\n";

/// Where the page says that its news comes from.
async fn address(browser: &mut Browser, page: &str) -> Option<String> {
    let page = browser.get(page).await.body;
    let address = page.split("data-from=\"").nth(1)?.split('"').next()?;
    Some(address.to_owned())
}

async fn listen(browser: &mut Browser, page: &str) -> Heard {
    let address = address(browser, page).await.expect("a page that may move");
    browser.listen(&address).await.expect("a stream")
}

#[tokio::test]
async fn a_code_page_hears_of_each_step_within_a_second_and_of_nothing_else() {
    let (house, fake) = House::with_twilio(CALLED_BACK).await;
    house.account(ADA, &[NUMBER]).await;
    house.account("bob", &[OTHER]).await;
    let mut ada = house.browser();
    ada.knock(ADA, PASSWORD).await;
    let mut bob = house.browser();
    bob.knock("bob", PASSWORD).await;
    let mut line = listen(&mut ada, "/login/otp").await;
    assert!(line.is_quiet(Duration::from_millis(700)).await);
    for word in ["sent", "delivered"] {
        send(&house, &fake.callback(NUMBER, word, None).unwrap()).await;
        let within = tokio::time::timeout(Duration::from_secs(1), line.next());
        assert_eq!(within.await.expect("within a second").as_deref(), Some(NEWS), "{word}");
        let page = ada.get("/login/otp").await.text();
        assert_eq!(page.contains("Delivered"), word == "delivered", "{page}");
    }
    send(&house, &fake.callback(OTHER, "sent", None).unwrap()).await;
    assert!(line.is_quiet(Duration::from_millis(700)).await, "the message of somebody else");
    assert_eq!(address(&mut ada, "/login/otp").await, None, "nothing more is to be heard");
}

#[tokio::test]
async fn the_pages_of_the_portal_hear_of_their_messages() {
    let (house, fake) = House::with_twilio(CALLED_BACK).await;
    let (mut browser, phone) = signed_in(&house, &fake).await;
    house.clock.pass(Duration::from_secs(60));
    let sent = browser.submit(&phone, &format!("{phone}/test"), &[]).await;
    let test = sent.location().unwrap().to_owned();
    let mut lines = [listen(&mut browser, &test).await, listen(&mut browser, &phone).await];
    send(&house, &fake.callback(NUMBER, "sent", None).unwrap()).await;
    for line in &mut lines {
        assert_eq!(line.next().await.as_deref(), Some(NEWS));
    }
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER)]).await;
    let mut line = listen(&mut browser, "/security/phones/confirm").await;
    send(&house, &fake.callback(OTHER, "undelivered", Some(30003)).unwrap()).await;
    assert_eq!(line.next().await.as_deref(), Some(NEWS));
}

#[tokio::test]
async fn a_page_that_is_behind_is_told_at_once_and_one_that_knows_all_is_not_kept_waiting() {
    let (house, fake) = House::with_twilio(CALLED_BACK).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let before = address(&mut browser, "/login/otp").await.unwrap();
    send(&house, &fake.callback(NUMBER, "delivered", None).unwrap()).await;
    let mut late = browser.listen(&before).await.expect("a stream");
    assert_eq!(late.next().await.as_deref(), Some(NEWS));
    let now = format!("{}d", before.strip_suffix('s').expect("sent out"));
    let answer = browser.get(&now).await;
    assert_eq!(answer.status, 204, "{now}: the browser does not ask again");
}

#[tokio::test]
async fn r143_a_line_is_opened_by_whom_its_page_is_open_to() {
    let (house, fake) = House::with_twilio(CALLED_BACK).await;
    let (mut browser, phone) = signed_in(&house, &fake).await;
    house.clock.pass(Duration::from_secs(60));
    let sent = browser.submit(&phone, &format!("{phone}/test"), &[]).await;
    let test = sent.location().unwrap().to_owned();
    house.account("bob", &[OTHER]).await;
    let mut bob = house.browser();
    bob.knock("bob", PASSWORD).await;
    for page in [&test, &phone] {
        assert_eq!(bob.get(&format!("{page}/live")).await.location(), Some("/login/otp"));
    }
    let code = crate::harness::code_in(&fake.inbox(Some(OTHER))[0].body).unwrap();
    bob.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    for page in [&test, &phone] {
        assert_eq!(bob.get(&format!("{page}/live")).await.status, 404);
        assert_eq!(house.browser().get(&format!("{page}/live")).await.location(), Some("/login"));
    }
    assert_eq!(bob.get("/security/phones/confirm/live").await.status, 404);
}

#[tokio::test]
async fn lines_end_when_their_node_stops_and_are_counted_while_they_are_open() {
    let (house, _fake) = House::with_twilio(CALLED_BACK).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let mut first = listen(&mut browser, "/login/otp").await;
    let second = listen(&mut browser, "/login/otp").await;
    assert_eq!(house.app.lines.count(), 2);
    drop(second);
    assert_eq!(house.app.lines.count(), 1);
    house.app.lines.end();
    assert_eq!(first.next().await, None);
    drop(first);
    assert_eq!(house.app.lines.count(), 0);
}

#[tokio::test]
async fn a29_a_line_is_quiet_once_the_right_it_was_opened_with_is_gone() {
    let (house, fake) = House::with_twilio(CALLED_BACK).await;
    let (mut browser, phone) = signed_in(&house, &fake).await;
    house.clock.pass(Duration::from_secs(60));
    let sent = browser.submit(&phone, &format!("{phone}/test"), &[]).await;
    let test = sent.location().unwrap().to_owned();
    let mut line = listen(&mut browser, &test).await;
    browser.submit("/security", "/logout", &[]).await;
    send(&house, &fake.callback(NUMBER, "sent", None).unwrap()).await;
    assert_eq!(line.next().await, None, "it ends and tells nothing");

    house.account("bob", &[OTHER]).await;
    let mut half = house.browser();
    half.knock("bob", PASSWORD).await;
    let mut line = listen(&mut half, "/login/otp").await;
    half.post("/login/cancel", &[]).await;
    send(&house, &fake.callback(OTHER, "sent", None).unwrap()).await;
    assert_eq!(line.next().await, None);
}

#[tokio::test]
async fn one_session_holds_a_handful_of_lines() {
    let (house, _fake) = House::with_twilio(CALLED_BACK).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let address = address(&mut browser, "/login/otp").await.unwrap();
    let mut open = Vec::new();
    while let Some(line) = browser.listen(&address).await {
        open.push(line);
        assert!(open.len() < 100);
    }
    assert_eq!(open.len(), 8);
    assert_eq!(browser.get(&address).await.status, 204, "the page stays still");
    open.pop();
    assert!(browser.listen(&address).await.is_some());
}

#[tokio::test]
async fn a39_one_account_does_not_take_the_lines_of_a_node_by_many_sessions() {
    let (house, _fake) = House::with_twilio(CALLED_BACK).await;
    house.account(ADA, &[]).await;
    let mut first = house.browser();
    first.knock(ADA, PASSWORD).await;
    first.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER)]).await;
    let page = format!("/security/phones/{}/live?seen=x", waiting(&house, ADA).await);
    let mut open = Vec::new();
    for _ in 0..6 {
        let mut browser = house.browser();
        browser.knock(ADA, PASSWORD).await;
        for _ in 0..8 {
            open.extend(browser.listen(&page).await);
        }
    }
    assert_eq!(open.len(), 32);
}

#[tokio::test]
async fn where_nothing_moves_any_more_a_page_that_is_behind_is_told_once() {
    let (house, fake) = House::with_twilio(CALLED_BACK).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    send(&house, &fake.callback(NUMBER, "delivered", None).unwrap()).await;
    let mut line = browser.listen("/login/otp/live?seen=old").await.unwrap();
    assert_eq!(line.next().await.as_deref(), Some(NEWS));
    assert_eq!(line.next().await, None);
}
