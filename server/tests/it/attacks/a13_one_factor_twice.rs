//! A13: one factor counted twice (kratos #4317). A text message never stands for the password, the password never for the message, and one
//! code is worth one thing: one channel never serves as two factors (R43, R7).
use crate::harness::{ADA, Browser, House, NUMBER, OTHER, PASSWORD};
use http::Method;
use server::router::table;
use server::web::guard::GuardKind;

async fn levels(house: &House) -> (i64, i64) {
    let of = async |sql| house.count(sql, &[]).await;
    (
        of("SELECT COUNT(*) FROM sessions WHERE account_id IS NOT NULL").await,
        of("SELECT COUNT(*) FROM sessions WHERE level = 10 OR proof_level = 10").await,
    )
}

#[tokio::test]
async fn a13_a_code_alone_opens_no_session_at_any_door() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    house.half_signed_in(ADA).await;
    let code = house.newest_code();
    let doors = table().into_iter().filter(|route| route.method == Method::POST);
    let mut tried = 0;
    for door in doors.filter(|route| route.guard == GuardKind::Anyone) {
        let mut browser = house.browser();
        browser.get("/login").await;
        let fields =
            [("username", ADA), ("code", code.as_str()), ("phone", NUMBER), ("password", code.as_str())];
        let answer = browser.post(door.path, &fields).await;
        assert!(answer.location() != Some("/security"), "{}", door.path);
        assert_eq!(browser.get("/security").await.location(), Some("/login"), "{}", door.path);
        tried += 1;
    }
    assert!(tried >= 2, "there are doors to try");
    assert_eq!(levels(&house).await, (0, 0));
}

#[tokio::test]
async fn a13_two_codes_are_no_password_and_a_password_twice_is_no_code() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER, OTHER]).await;
    let ada = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap();
    let second = house.phones(&ada.id).await.into_iter().find(|phone| !phone.preferred).unwrap();
    let mut browser = house.half_signed_in(ADA).await;
    for _ in 0..2 {
        let refused = browser.post("/login/otp", &[("code", PASSWORD), ("password", PASSWORD)]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
        browser.get("/login/otp").await;
    }
    assert_eq!(levels(&house).await, (0, 0), "the password was right three times, and is one factor");
    // A code to the one number and a code to the other are the same factor: without the password neither is asked for.
    let first = house.code_to(NUMBER);
    house.clock.pass_seconds(30);
    browser.post("/login/otp/resend", &[("phone", second.id.as_str())]).await;
    let other = house.code_to(OTHER);
    for name in [first.as_str(), other.as_str()] {
        let mut stranger = house.browser();
        assert_eq!(stranger.knock(ADA, name).await.status, 422);
        assert_eq!(stranger.post("/login/otp", &[("code", &other)]).await.location(), Some("/login"));
    }
    assert_eq!(levels(&house).await, (0, 0));
}

async fn asks_for_identity(browser: &mut Browser) -> bool {
    browser.get("/security/phones/new").await.location() == Some("/confirm-identity")
}

#[tokio::test]
async fn a13_a_code_that_was_used_for_one_thing_is_worth_no_other() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let sign_in = house.newest_code();
    assert_eq!(browser.post("/login/otp", &[("code", &sign_in)]).await.location(), Some("/security"));
    house.clock.pass_seconds(301);
    assert!(asks_for_identity(&mut browser).await);
    // The very code that signed in, while a fresh one is awaited.
    browser.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
    browser.get("/confirm-identity").await;
    assert_eq!(browser.post("/confirm-identity", &[("code", &sign_in)]).await.status, 422);
    assert!(asks_for_identity(&mut browser).await, "it proves nothing a second time");
    // A test code, typed as proof.
    let proof = house.newest_code();
    let overview = browser.get("/security").await;
    let phone = overview.body.split("href=\"/security/phones/").skip(1);
    let phone = phone.filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 32).unwrap().to_owned();
    let at = format!("/security/phones/{phone}");
    house.clock.pass_seconds(60);
    let test = browser.submit(&at, &format!("{at}/test"), &[]).await;
    assert!(test.location().is_some_and(|to| to.starts_with("/security/tests/")), "{}", test.text());
    let tested = house.newest_code();
    assert_ne!(tested, proof);
    browser.get("/confirm-identity").await;
    assert_eq!(browser.post("/confirm-identity", &[("code", &tested)]).await.status, 422);
    assert!(asks_for_identity(&mut browser).await);
    // And the password, typed where the account has a second step.
    assert_eq!(browser.post("/confirm-identity", &[("password", PASSWORD)]).await.status, 422);
    assert!(asks_for_identity(&mut browser).await);
    browser.get("/confirm-identity").await;
    assert!(browser.post("/confirm-identity", &[("code", &proof)]).await.location().is_some());
    assert!(!asks_for_identity(&mut browser).await, "the right one is worth what it was sent for");
}
