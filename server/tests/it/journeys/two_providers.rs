//! Two providers in their order: sign-ins go on while the first is down, nothing that may have gone out is sent twice, and nobody is
//! reached past his own STOP (R8, R82).
use crate::fake_vonage::{API_KEY, API_SECRET, Act as VonageAct, FROM, FakeVonage};
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD, code_in, other_code};
use ::fake_twilio::{Act, FakeTwilio, Script};
use domain::testing::ManualClock;

/// Twilio first, Vonage second.
async fn house() -> (House, FakeTwilio, FakeVonage) {
    let vonage = FakeVonage::start().await;
    let base = vonage.base_url();
    let (house, twilio) = House::with_twilio(&[
        ("sms.providers", "[\"twilio\", \"vonage\"]"),
        ("sms.vonage.api_key", API_KEY),
        ("sms.vonage.api_secret", API_SECRET),
        ("sms.vonage.from", FROM),
        ("sms.vonage.base_url", &base),
    ])
    .await;
    (house, twilio, vonage)
}

fn pass(clock: &ManualClock, seconds: u64) {
    clock.pass_seconds(seconds);
}

async fn knocks(house: &House, name: &str) -> Browser {
    let mut browser = house.browser();
    let knocked = browser.knock(name, PASSWORD).await;
    assert_eq!(knocked.location(), Some("/login/otp"), "{}", knocked.text());
    browser
}

async fn enters(mut browser: Browser, text: &str) {
    let code = code_in(text).unwrap();
    let done = browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
}

const OUT_OF_ORDER: Act = Act::Error { code: 20005, status: None };

#[tokio::test]
async fn r82_sign_ins_go_on_while_the_first_provider_is_down_and_go_back_to_it() {
    let (house, twilio, vonage) = house().await;
    // Five refusals open its breaker; each minute one message tries it again.
    let (opening, minutes) = (5, 10);
    twilio.script(Script::times(opening + minutes, OUT_OF_ORDER));
    let mut people = 0;
    let mut next = async || {
        people += 1;
        let (name, number) = (format!("person{people}"), format!("+1201555{:04}", 100 + people));
        house.account(&name, &[&number]).await;
        (knocks(&house, &name).await, number)
    };
    for _ in 0..opening {
        let (browser, _) = next().await;
        enters(browser, &vonage.inbox()[0].text).await;
    }
    let asked = twilio.requests().len();
    let (browser, _) = next().await;
    enters(browser, &vonage.inbox()[0].text).await;
    assert_eq!((asked, twilio.requests().len()), (5, 5), "passed over at once");
    for minute in 1..=minutes {
        pass(&house.clock, 60);
        let (browser, _) = next().await;
        enters(browser, &vonage.inbox()[0].text).await;
        assert_eq!(twilio.requests().len(), usize::try_from(opening + minute).unwrap(), "one trial");
    }
    let by_vonage = vonage.inbox().len();
    assert_eq!((by_vonage, twilio.inbox(None).len()), (16, 0));
    pass(&house.clock, 60);
    for _ in 0..2 {
        let (browser, number) = next().await;
        enters(browser, &twilio.inbox(Some(&number))[0].body).await;
    }
    assert_eq!((vonage.inbox().len(), twilio.inbox(None).len()), (by_vonage, 2), "back at the first");
}

#[tokio::test]
async fn what_the_first_refuses_goes_out_by_the_second_with_the_same_code_in_the_same_row() {
    let (house, twilio, vonage) = house().await;
    house.account(ADA, &[NUMBER]).await;
    twilio.script(Script::next(OUT_OF_ORDER));
    let mut browser = knocks(&house, ADA).await;
    let (refused, taken) = (twilio.requests().remove(0), vonage.inbox().remove(0));
    assert_eq!(refused.field("Body"), Some(taken.text.as_str()), "one code");
    assert_eq!(vonage.inbox().len(), 1);
    let rows = house.texts_in_database("SELECT provider || ' ' || state FROM deliveries").await;
    assert_eq!(rows, ["vonage taken"]);
    let settled = "SELECT COUNT(*) FROM events WHERE kind = 'delivery_settled'";
    assert_eq!(house.count(settled, &[]).await, 1);
    // One budget of tries, as if the first had sent it.
    let code = code_in(&taken.text).unwrap();
    browser.get("/login/otp").await;
    for _ in 0..5 {
        let wrong = browser.post("/login/otp", &[("code", &other_code(&code))]).await;
        assert_eq!(wrong.status, 422);
    }
    assert_eq!(browser.post("/login/otp", &[("code", &code)]).await.status, 422, "no tries left");
}

#[tokio::test]
async fn r08_what_may_have_gone_out_is_not_given_to_the_second() {
    for act in [Act::Rubbish, Act::Status { status: 503 }, Act::ResetAfterReading, Act::HalfBody] {
        let (house, twilio, vonage) = house().await;
        house.account(ADA, &[NUMBER]).await;
        twilio.script(Script::next(act.clone()));
        let mut browser = knocks(&house, ADA).await;
        assert!(vonage.requests().is_empty(), "{act:?}");
        let page = browser.get("/login/otp").await.text();
        assert!(page.contains("We do not know whether it went out"), "{act:?}: {page}");
        let rows = house.texts_in_database("SELECT provider || ' ' || state FROM deliveries").await;
        assert_eq!(rows, ["twilio unknown"]);
    }
}

#[tokio::test]
async fn the_second_is_no_way_around_what_the_first_says_of_the_number() {
    for code in [21610, 21211, 21614, 21408, 30450] {
        let (house, twilio, vonage) = house().await;
        house.account(ADA, &[NUMBER]).await;
        twilio.script(Script::next(Act::Error { code, status: None }));
        knocks(&house, ADA).await;
        assert!(vonage.requests().is_empty(), "{code}");
    }
}

#[tokio::test]
async fn where_both_are_down_the_page_says_so_and_nobody_gets_in() {
    let (house, twilio, vonage) = house().await;
    house.account(ADA, &[NUMBER]).await;
    twilio.script(Script::next(OUT_OF_ORDER));
    vonage.script(1, &VonageAct::problem(401, "unauthorized"));
    let mut browser = knocks(&house, ADA).await;
    let page = browser.get("/login/otp").await;
    assert_eq!((page.status.as_u16(), page.h1().as_str()), (200, "Your code was not sent"));
    assert!(page.text().contains("We cannot send codes right now"), "{}", page.text());
    for inner in ["Twilio", "Vonage", "20005", "never be shown"] {
        assert!(!page.body.contains(inner), "{inner}");
    }
    assert_eq!(browser.get("/security").await.location(), Some("/login/otp"));
    let rows =
        house.texts_in_database("SELECT provider || ' ' || state || ' ' || problem FROM deliveries").await;
    assert_eq!(rows, ["vonage refused unavailable"]);
    // Both back: a new code, by the first.
    pass(&house.clock, 30);
    let again = browser.submit("/login/otp", "/login/otp/resend", &[]).await;
    assert_eq!(again.location(), Some("/login/otp"), "{}", again.text());
    enters(browser, &twilio.inbox(Some(NUMBER))[0].body).await;
}
