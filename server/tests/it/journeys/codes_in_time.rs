//! Codes, pauses and sessions over time: the clock is the test's (R2, R5, R8, R57, R58).
use crate::harness::{ADA, House, NUMBER, PASSWORD};

#[tokio::test]
async fn r02_a_code_is_right_in_its_last_second_and_not_after() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    for (wait, right) in [(299, true), (300, false)] {
        let mut browser = house.half_signed_in(ADA).await;
        let code = house.newest_code();
        house.clock.pass_seconds(wait);
        let answer = browser.post("/login/otp", &[("code", &code)]).await;
        if right {
            assert_eq!(answer.location(), Some("/security"));
        } else {
            assert_eq!(answer.status, 422);
            assert!(answer.alert().unwrap().contains("The code has run out"), "{}", answer.text());
            assert_eq!(answer.value("code"), Some(""), "what was typed is not sent back");
        }
        house.clock.pass_seconds(600);
    }
}

#[tokio::test]
async fn r08_the_pause_survives_reload_back_and_a_second_tab() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let mut tab = browser.clone();
    for (pass, left) in [(0, 30), (10, 20), (19, 1)] {
        house.clock.pass_seconds(pass);
        for who in [&mut browser, &mut tab] {
            let page = who.get("/login/otp").await;
            assert!(
                page.text().contains(&format!("You can ask for a new code in {left} s")),
                "{}",
                page.text()
            );
            let early = who.post("/login/otp/resend", &[("channel", "sms")]).await;
            assert_eq!((early.status.as_u16(), early.retry_after()), (429, Some(left)));
            assert!(early.alert().unwrap().contains("It is too soon for that"));
        }
        assert_eq!(house.sent(), 1);
    }
    house.clock.pass_seconds(1);
    let sent = browser.submit("/login/otp", "/login/otp/resend", &[("channel", "sms")]).await;
    assert_eq!(sent.location(), Some("/login/otp"));
    let again = tab.post("/login/otp/resend", &[("channel", "sms")]).await;
    assert_eq!((again.status.as_u16(), again.retry_after()), (429, Some(60)), "the next pause is longer");
    assert_eq!(house.sent(), 2);
}

#[tokio::test]
async fn r08_after_a_new_code_the_old_one_is_dead_and_tries_begin_anew() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let old = house.newest_code();
    for _ in 0..4 {
        assert_eq!(browser.post("/login/otp", &[("code", &house.wrong_code())]).await.status, 422);
    }
    house.clock.pass_seconds(30);
    browser.submit("/login/otp", "/login/otp/resend", &[]).await;
    let page = browser.get("/login/otp").await;
    assert!(page.text().contains("5 tries left"), "{}", page.text());
    let refused = browser.post("/login/otp", &[("code", &old)]).await;
    assert!(refused.alert().unwrap().contains("That is not the code we sent"), "{}", refused.text());
    let done = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    assert_eq!(done.location(), Some("/security"));
}

#[tokio::test]
async fn r05_after_five_wrong_codes_the_answer_is_the_same_whatever_is_typed() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    for _ in 0..5 {
        browser.post("/login/otp", &[("code", &house.wrong_code())]).await;
    }
    let wrong = browser.post("/login/otp", &[("code", &house.wrong_code())]).await;
    let right = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    assert_eq!((wrong.status.as_u16(), right.status.as_u16()), (422, 422));
    assert_eq!(wrong.text(), right.text());
    assert!(right.alert().unwrap().contains("Too many wrong codes were typed"));
}

#[tokio::test]
async fn r02_codes_may_be_made_to_live_a_few_seconds() {
    let house = House::with(&[("otp.ttl_seconds", "3")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let code = house.newest_code();
    house.clock.pass_seconds(2);
    assert_eq!(
        browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await.location(),
        Some("/security")
    );
    let mut late = house.half_signed_in(ADA).await;
    let code = house.newest_code();
    house.clock.pass_seconds(3);
    let answer = late.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.alert().unwrap().contains("The code has run out"), "{}", answer.text());
}

#[tokio::test]
async fn r04_the_tries_that_are_told_are_those_before_the_number_is_off() {
    let house = House::with(&[("otp.failures_before_lock", "6")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    for left in [4, 3, 2] {
        let wrong = browser.submit("/login/otp", "/login/otp", &[("code", &house.wrong_code())]).await;
        assert!(wrong.alert().unwrap().contains(&format!("{left} tries left")), "{}", wrong.text());
    }
    browser.submit("/login/otp", "/login/otp", &[("code", &house.wrong_code())]).await;
    let mut browser = house.half_signed_in(ADA).await;
    assert!(browser.get("/login/otp").await.text().contains("2 tries left"));
    let wrong = browser.post("/login/otp", &[("code", &house.wrong_code())]).await;
    assert!(wrong.alert().unwrap().contains("1 try left"), "{}", wrong.text());
    let off = browser.post("/login/otp", &[("code", &house.wrong_code())]).await;
    assert!(off.alert().unwrap().contains("This number is locked"), "{}", off.text());
    let again = browser.submit("/login/otp", "/login/otp/resend", &[("channel", "sms")]).await;
    assert!(
        again.alert().unwrap().contains("This number is locked"),
        "not that it is too soon: {}",
        again.text()
    );
}

#[tokio::test]
async fn r57_a_half_sign_in_is_over_after_ten_minutes() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    house.clock.pass_seconds(599);
    assert_eq!(browser.get("/login/otp").await.status, 200);
    house.clock.pass_seconds(1);
    assert_eq!(browser.get("/login/otp").await.location(), Some("/login"));
    assert_eq!(browser.post("/login/otp/resend", &[]).await.location(), Some("/login"));
    assert_eq!(house.sent(), 1);
}

#[tokio::test]
async fn r58_a_session_ends_unused_after_an_hour_and_in_any_case_after_a_day() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    house.clock.pass_seconds(3599);
    assert_eq!(browser.get("/security").await.status, 200);
    house.clock.pass_seconds(3600);
    assert_eq!(browser.get("/security").await.location(), Some("/login"), "idle");

    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    for _ in 0..47 {
        house.clock.pass_seconds(1800);
        assert_eq!(browser.get("/security").await.status, 200);
    }
    house.clock.pass_seconds(1799);
    assert_eq!(browser.get("/security").await.status, 200);
    house.clock.pass_seconds(1);
    assert_eq!(browser.get("/security").await.location(), Some("/login"), "a day old");
}

#[tokio::test]
async fn r59_signing_out_ends_the_session_on_the_server() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    let kept = browser.cookies.clone();
    let out = browser.submit("/security", "/logout", &[]).await;
    assert_eq!(out.location(), Some("/login"));
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    browser.cookies = kept;
    assert_eq!(
        browser.get("/security").await.location(),
        Some("/login"),
        "the cookie alone is worth nothing"
    );
}
