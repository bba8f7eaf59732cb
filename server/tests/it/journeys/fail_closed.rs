//! What fails gives nobody anything: no session, no half-made change, an honest page (R14, R134, R136).
use crate::harness::{ADA, House, NUMBER, OTHER, PASSWORD};
use ::fake_twilio::{Act, FakeTwilio, Script};

#[tokio::test]
async fn r14_without_its_database_nobody_gets_in_and_the_page_says_so() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut half = house.half_signed_in(ADA).await;
    let mut person = house.browser();
    person.get("/login").await;
    let code = house.newest_code();
    assert_eq!(person.get("/readyz").await.status, 200);
    house.store.db().close().await;
    let tries = [
        half.post("/login/otp", &[("code", &code)]).await,
        half.get("/login/otp").await,
        person.post("/login", &[("username", ADA), ("password", PASSWORD)]).await,
        half.get("/security").await,
    ];
    for answer in tries {
        // Not a fault of what was asked: the same may go well in a moment.
        assert_eq!((answer.status.as_u16(), answer.retry_after()), (503, Some(5)), "{}", answer.text());
        assert_eq!(answer.h1(), "We are not ready at the moment");
        let number = answer.text().split("give this reference: ").nth(1).map(|rest| rest[..16].to_owned());
        assert!(number.is_some_and(|id| id.bytes().all(|b| b.is_ascii_hexdigit())), "{}", answer.text());
        assert!(!answer.body.contains("sqlite") && !answer.body.contains("closed"), "no inner words");
    }
    let ready = person.get("/readyz").await;
    assert_eq!((ready.status.as_u16(), ready.retry_after()), (503, Some(5)));
    assert_eq!(person.get("/healthz").await.status, 200, "the process is alive");
    assert_eq!(person.get("/login").await.status, 200, "the page needs no database");
}

fn code_of(fake: &FakeTwilio) -> String {
    crate::harness::code_in(&fake.inbox(None)[0].body).unwrap()
}

#[tokio::test]
async fn r08_a_refused_resend_leaves_the_old_code_and_an_unknown_one_leaves_both() {
    let (house, fake) = House::with_twilio(&[]).await;
    house.account(ADA, &[NUMBER]).await;
    for (act, both) in [(Act::Error { code: 21610, status: None }, false), (Act::Rubbish, true)] {
        let mut browser = house.browser();
        assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
        let old = code_of(&fake);
        house.clock.pass_seconds(30);
        fake.script(Script::next(act));
        let again = browser.submit("/login/otp", "/login/otp/resend", &[]).await;
        if both {
            assert_eq!(again.location(), Some("/login/otp"), "{}", again.text());
            assert_ne!(code_of(&fake), old, "it was taken, though the answer said nothing");
        } else {
            assert_eq!(again.status, 422);
            // Before the second step nothing is told of the phone.
            assert!(
                again.alert().unwrap().contains("We cannot reach this number at the moment"),
                "{}",
                again.text()
            );
        }
        browser.get("/login/otp").await;
        let done = browser.post("/login/otp", &[("code", &old)]).await;
        assert_eq!(done.location(), Some("/security"), "{}", done.text());
        house.clock.pass_seconds(600);
    }
}

#[tokio::test]
async fn r08_an_old_code_that_ran_out_after_a_refused_resend_is_told_as_one_that_ran_out() {
    let (house, fake) = House::with_twilio(&[("otp.ttl_seconds", "60")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    house.clock.pass_seconds(30);
    fake.script(Script::next(Act::Error { code: 21610, status: None }));
    assert_eq!(browser.submit("/login/otp", "/login/otp/resend", &[]).await.status, 422);
    assert!(browser.get("/login/otp").await.text().contains("still works"));
    house.clock.pass_seconds(31);
    let over = browser.get("/login/otp").await;
    assert_eq!(over.h1(), "Enter your code");
    assert!(over.text().contains("The code has run out"), "{}", over.text());
    assert!(!over.text().contains("was not sent"), "one was: {}", over.text());
}

#[tokio::test]
async fn r08_a_refused_call_is_told_as_one_and_the_text_before_it_still_counts() {
    let (house, fake) = House::with_twilio(&[("sms.twilio.callbacks", "always")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let (old, reference) = (code_of(&fake), reference_in(&browser.get("/login/otp").await.text()));
    house.clock.pass_seconds(30);
    fake.script(Script::next(Act::Error { code: 21215, status: None }));
    let path = "/login/otp/resend";
    let refused = browser.submit("/login/otp", path, &[("channel", "voice")]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let told = refused.alert().unwrap();
    assert!(told.contains("You were not called") && !told.contains("No code was sent"), "{told}");
    for page in [refused.text(), browser.get("/login/otp").await.text()] {
        assert!(page.contains(&format!("The code in the message with {reference} still works")), "{page}");
        assert_eq!(page.matches("We cannot call numbers in this country").count(), 1, "{page}");
        assert!(!page.contains("another number") && !page.contains("tells you a"), "{page}");
    }
    let wrong = if old == "000000" { "111111" } else { "000000" };
    let wrong = browser.submit("/login/otp", "/login/otp", &[("code", wrong)]).await;
    assert!(
        wrong.alert().unwrap().contains(&format!("Check the message with {reference}")),
        "{}",
        wrong.text()
    );
    let done = browser.post("/login/otp", &[("code", &old)]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
}

/// `ref K7Q2`, as a page shows it.
fn reference_in(page: &str) -> String {
    let (_, rest) = page.split_once("ref ").unwrap();
    format!("ref {}", &rest[..4])
}

#[tokio::test]
async fn r14_a_number_that_twilio_refuses_is_not_added() {
    let (house, fake) = House::with_twilio(&[]).await;
    house.account(ADA, &[]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    for (code, words) in [
        (21211, "This number cannot receive our codes"),
        (21614, "Text messages cannot reach this number"),
        (21408, "We cannot send codes to this country"),
        (20003, "We cannot send codes right now"),
    ] {
        fake.script(Script::next(Act::Error { code, status: None }));
        let path = "/security/phones/new";
        let refused = browser.submit(path, path, &[("phone", OTHER), ("label", "Mine")]).await;
        assert_eq!(refused.status, 422, "{code}");
        assert!(refused.alert().unwrap().contains(words), "{code}: {}", refused.text());
        assert_eq!(
            (refused.value("phone"), refused.value("label")),
            (Some(OTHER), Some("Mine")),
            "what was typed is kept"
        );
        assert!(
            browser.get("/security").await.text().contains("Your password alone"),
            "{code}: nothing was added"
        );
        house.clock.pass_seconds(60);
    }
}
