//! An honest note where text messages do not get through: it comes, it goes, and nobody can make it come alone.
use crate::harness::{Browser, House, PASSWORD};
use crate::log;
use ::fake_twilio::{Act, FakeTwilio, Script};
use domain::delivery_health::DeliveryHealth;
use server::delivery_health::look;

const NOTE: &str = "Many text messages are not getting through at the moment";
const OUT_OF_ORDER: Act = Act::Error { code: 20005, status: None };

fn name(person: usize) -> String {
    format!("person{person}")
}

fn number(person: usize) -> String {
    format!("+1201555{:04}", 100 + person)
}

async fn house_of(people: usize) -> (House, FakeTwilio) {
    let (house, fake) = House::with_twilio(&[]).await;
    for person in 0..people {
        house.account(&name(person), &[&number(person)]).await;
    }
    (house, fake)
}

/// Somebody asks for a code, and after the pause for another.
async fn asks_twice(house: &House, person: usize) -> Browser {
    let mut browser = house.browser();
    browser.knock(&name(person), PASSWORD).await;
    house.clock.pass_seconds(30);
    browser.submit("/login/otp", "/login/otp/resend", &[]).await;
    browser
}

#[tokio::test]
async fn the_note_comes_and_goes_by_itself_in_both_languages() {
    let log = log::listen();
    let (house, fake) = house_of(3).await;
    assert_eq!(look(&house.app).await.unwrap(), DeliveryHealth::Well);
    fake.script(Script::times(6, OUT_OF_ORDER));
    let mut half = asks_twice(&house, 0).await;
    for person in 1..3 {
        asks_twice(&house, person).await;
    }
    let mut visitor = house.browser();
    let unseen = visitor.get("/login").await;
    assert!(!unseen.text().contains(NOTE), "the page itself looks nothing up");
    assert_eq!(look(&house.app).await.unwrap(), DeliveryHealth::Broken);
    let page = visitor.get("/login").await;
    assert!(page.text().contains(NOTE), "{}", page.text());
    assert!(!page.body.contains("<script"), "a plain page");
    for person in 0..3 {
        let digits = &number(person)[5..];
        assert!(!page.body.contains(&name(person)) && !page.body.contains(digits), "nothing of anybody");
    }
    let spanish = house.browser().speaking("es").get("/login").await.text();
    assert!(spanish.contains("Muchos mensajes de texto no están llegando en este momento"), "{spanish}");
    assert!(
        !half.get("/login/otp").await.text().contains(NOTE),
        "nothing was sent, so nothing is waited for"
    );
    assert!(house.app.metrics.text().unwrap().contains("latchkey_delivery_health 2\n"));

    // The provider is back: three people are sent a code, and for a minute nothing bad is heard of it.
    house.clock.pass_seconds(60);
    for person in 1..3 {
        house.browser().knock(&name(person), PASSWORD).await;
    }
    let mut waits = house.browser();
    waits.knock(&name(0), PASSWORD).await;
    assert!(waits.get("/login/otp").await.text().contains(NOTE), "where a code is waited for");
    assert_eq!(fake.inbox(None).len(), 3);
    assert_eq!(look(&house.app).await.unwrap(), DeliveryHealth::Broken, "nobody knows yet");
    house.clock.pass_seconds(61);
    assert_eq!(look(&house.app).await.unwrap(), DeliveryHealth::Well);
    assert!(!visitor.get("/login").await.text().contains(NOTE));
    assert!(!waits.get("/login/otp").await.text().contains(NOTE));
    assert!(house.app.metrics.text().unwrap().contains("latchkey_delivery_health 0\n"));
    look(&house.app).await.unwrap();

    let text = log.text();
    let told: Vec<&str> = text.lines().filter(|line| line.contains("text messages")).collect();
    assert_eq!(told.len(), 2, "told when it changes: {told:?}");
    assert!(told[0].contains("ERROR") && told[0].contains("is=\"broken\" was=\"well\""), "{}", told[0]);
    assert!(told[1].contains("INFO") && told[1].contains("is=\"well\" was=\"broken\""), "{}", told[1]);
}

#[tokio::test]
async fn one_account_alone_cannot_make_it_come() {
    let (house, fake) = house_of(1).await;
    fake.script(Script::times(5, OUT_OF_ORDER));
    let mut browser = house.browser();
    browser.knock(&name(0), PASSWORD).await;
    for pause in [30, 60, 120, 300] {
        house.clock.pass_seconds(pause);
        browser.submit("/login/otp", "/login/otp/resend", &[]).await;
        look(&house.app).await.unwrap();
        assert!(!house.browser().get("/login").await.text().contains(NOTE));
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM deliveries WHERE state = 'refused'", &[]).await, 5);
    assert_eq!(look(&house.app).await.unwrap(), DeliveryHealth::Well);
}

#[tokio::test]
async fn numbers_that_want_no_messages_do_not_make_it_come() {
    let (house, fake) = house_of(4).await;
    fake.script(Script::times(8, Act::Error { code: 21610, status: None }));
    for person in 0..4 {
        asks_twice(&house, person).await;
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM deliveries WHERE state = 'refused'", &[]).await, 8);
    assert_eq!(look(&house.app).await.unwrap(), DeliveryHealth::Well);
}

#[tokio::test]
async fn the_sign_in_page_shows_it_without_asking_the_database() {
    let (house, fake) = house_of(3).await;
    fake.script(Script::times(6, OUT_OF_ORDER));
    for person in 0..3 {
        asks_twice(&house, person).await;
    }
    look(&house.app).await.unwrap();
    house.store.db().close().await;
    assert!(look(&house.app).await.is_err());
    let page = house.browser().get("/login").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains(NOTE), "what was known last stays");
}
