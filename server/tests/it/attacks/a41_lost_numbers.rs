//! A41: a SIM swap, a recycled number. What a provider says about a number marks it and never takes it away: otherwise who makes messages
//! fail would be asked for the password alone (R42, R14). And whoever has the number has one factor.
use crate::harness::{ADA, Browser, House, NUMBER, OTHER, PASSWORD};
use ::fake_twilio::{Act, Script};

/// The codes that say something about the number itself.
const ABOUT_THE_NUMBER: [u32; 4] = [21211, 21610, 21614, 21635];

#[tokio::test]
async fn a41_a_number_that_messages_do_not_reach_is_marked_and_stays() {
    for code in ABOUT_THE_NUMBER {
        let (house, fake) = House::with_twilio(&[]).await;
        let ada = house.account(ADA, &[NUMBER]).await;
        fake.script(Script::next(Act::Error { code, status: None }));
        let mut browser = house.browser();
        let knocked = browser.knock(ADA, PASSWORD).await;
        assert_eq!(knocked.location(), Some("/login/otp"), "{code}: {}", knocked.text());
        assert_eq!(browser.get("/security").await.location(), Some("/login/otp"), "{code}");
        let phones = house.phones(&ada).await;
        assert_eq!(phones.len(), 1, "{code}: it stays");
        assert!(phones[0].serves() && phones[0].attention.is_some(), "{code}: {:?}", phones[0]);
        // The next sign-in asks for a code all the same; a right one calms the mark.
        house.clock.pass_seconds(600);
        let mut browser = house.browser();
        assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/login/otp"), "{code}");
        browser.get("/login/otp").await;
        let text = fake.inbox(Some(NUMBER)).remove(0).body;
        let right = crate::harness::code_in(&text).unwrap();
        assert_eq!(browser.post("/login/otp", &[("code", &right)]).await.location(), Some("/security"));
        assert!(house.phones(&ada).await[0].attention.is_none(), "{code}");
    }
}

#[tokio::test]
async fn a41_who_has_a_number_of_the_account_has_nothing_without_the_password() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER, OTHER]).await;
    let mut thief = house.browser();
    for path in ["/login/otp", "/login/otp/resend", "/confirm-identity", "/confirm-identity/send"] {
        thief.get("/login").await;
        let fields = [("username", ADA), ("phone", NUMBER), ("channel", "sms"), ("code", "000000")];
        assert_eq!(thief.post(path, &fields).await.location(), Some("/login"), "{path}");
    }
    assert_eq!(house.sent(), 0, "not even a message can be caused");
}

#[tokio::test]
async fn a41_a_number_that_went_to_somebody_else_serves_him_and_leaves_the_account_alone() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    house.account("bob", &[]).await;
    let mut bob = house.signed_in("bob").await;
    bob.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER)]).await;
    bob.get("/security/phones/confirm").await;
    let code = house.code_to(NUMBER);
    assert_eq!(bob.post("/security/phones/confirm", &[("code", &code)]).await.location(), Some("/security"));
    let hers = house.phones(&ada).await;
    assert_eq!((hers.len(), hers[0].serves()), (1, true), "hers is as it was");
    // Her code goes to that number as before; in his browser it is worth nothing.
    house.clock.pass_seconds(60);
    let mut her = house.half_signed_in(ADA).await;
    let hers = house.code_to(NUMBER);
    house.clock.pass_seconds(301);
    bob.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
    bob.get("/confirm-identity").await;
    assert_eq!(bob.post("/confirm-identity", &[("code", &hers)]).await.status, 422);
    assert_eq!(her.get("/security").await.location(), Some("/login/otp"));
}

const YEAR: u64 = 365 * 86_400;

/// Signs in by this number's code.
async fn signs_in(house: &House, number: &str) -> Browser {
    let mut browser = house.half_signed_in(ADA).await;
    let code = house.code_to(number);
    assert_eq!(
        browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await.location(),
        Some("/security")
    );
    browser
}

#[tokio::test]
async fn a41_a_number_that_nobody_used_for_a_year_gets_no_codes_until_it_is_confirmed_anew() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let other = house.phones(&ada).await.iter().find(|phone| !phone.preferred).unwrap().id.to_string();
    house.clock.pass_seconds(YEAR - 86_400);
    signs_in(&house, NUMBER).await;
    let mut browser = house.half_signed_in(ADA).await;
    assert!(browser.get("/login/otp").await.body.contains(&other), "offered until then");
    house.clock.pass_seconds(86_400);
    let mut browser = house.half_signed_in(ADA).await;
    assert!(!browser.get("/login/otp").await.body.contains(&other), "and not any more");
    house.clock.pass_seconds(60);
    let asked = [("channel", "sms"), ("phone", other.as_str())];
    assert_eq!(browser.submit("/login/otp", "/login/otp/resend", &asked).await.status, 404);
    let mut browser = signs_in(&house, NUMBER).await;
    let page = browser.get("/security").await.text();
    assert!(page.contains("was not used for a year") && page.contains("Not in use"), "{page}");
    // A test shows that texts arrive, and not with whom.
    let test = browser.submit("/security", &format!("/security/phones/{other}/test"), &[]).await;
    let test = test.location().unwrap().to_owned();
    browser.submit(&test, &test, &[("code", &house.code_to(OTHER))]).await;
    assert!(browser.get("/security").await.text().contains("Not in use"));
    let again = format!("/security/phones/{other}/confirm");
    assert_eq!(browser.submit("/security", &again, &[]).await.location(), Some("/security/phones/confirm"));
    let (confirm, code) = ("/security/phones/confirm", house.code_to(OTHER));
    assert_eq!(browser.submit(confirm, confirm, &[("code", &code)]).await.location(), Some("/security"));
    assert!(!browser.get("/security").await.text().contains("Not in use"));
    house.clock.pass_seconds(60);
    let mut browser = house.half_signed_in(ADA).await;
    assert!(browser.get("/login/otp").await.body.contains(&other));
    assert_eq!(house.phones(&ada).await.len(), 2);
}

#[tokio::test]
async fn a41_the_preferred_number_rests_too_and_an_only_one_never_does() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let other = house.phones(&ada).await.iter().find(|phone| !phone.preferred).unwrap().id.to_string();
    house.clock.pass_seconds(YEAR - 60);
    // By the other one, a minute before the preferred one is unused for a year.
    let mut browser = house.half_signed_in(ADA).await;
    house.clock.pass_seconds(30);
    browser.submit("/login/otp", "/login/otp/resend", &[("channel", "sms"), ("phone", &other)]).await;
    let code = house.code_to(OTHER);
    assert_eq!(
        browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await.location(),
        Some("/security")
    );
    house.clock.pass_seconds(86_400);
    let sent = house.texts(NUMBER).len();
    signs_in(&house, OTHER).await;
    assert_eq!(house.texts(NUMBER).len(), sent, "codes go where they were typed");
    // Nobody was here for years: what is left is what there is.
    house.clock.pass_seconds(3 * YEAR);
    let mut browser = house.half_signed_in(ADA).await;
    assert!(browser.get("/login/otp").await.body.contains("name=\"code\""));
}
