//! A11: an expiry that is not enforced, or longer than what is shown (GHSA-xmmm-jw76-q7vg). A code of each purpose is dead at its
//! end, also the code of a resend, also in a copy of the database; and neither page nor message promises more than that (R2). From
//! then on no answer tells whether it was the right one (R10).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, other_code, take_alike};
use std::time::Duration;

const TTL: u64 = 300;
const PURPOSES: [&str; 5] = ["sign-in", "new", "replace", "test", "identity"];

async fn roomy() -> House {
    House::with(&[
        ("otp.sends_per_number_per_hour", "50"),
        ("otp.sends_per_number_per_day", "50"),
        ("otp.sends_per_account_per_day", "50"),
        ("session.fresh_seconds", "900"),
    ])
    .await
}

/// The path where a code of this purpose is typed, after one went out.
async fn begin(house: &House, purpose: &str, phone: &str) -> (Browser, String) {
    let mut browser = if purpose == "sign-in" { house.browser() } else { house.signed_in(ADA).await };
    house.clock.pass_seconds(60);
    let (page, path, field) = match purpose {
        "sign-in" => return (house.half_signed_in(ADA).await, "/login/otp".to_owned()),
        "new" => ("/security/phones/new".to_owned(), "/security/phones/new".to_owned(), OTHER),
        "replace" => {
            let at = format!("/security/phones/{phone}/replace");
            (at.clone(), at, OTHER)
        }
        "test" => (format!("/security/phones/{phone}"), format!("/security/phones/{phone}/test"), ""),
        _ => ("/confirm-identity".to_owned(), "/confirm-identity/send".to_owned(), ""),
    };
    let sent = browser.submit(&page, &path, &[("phone", field)]).await;
    let to = sent.location().unwrap_or_else(|| panic!("{purpose}: {}", sent.text())).to_owned();
    browser.get(&to).await;
    (browser, to)
}

/// Codes that turned out right, of all purposes.
async fn right(house: &House) -> i64 {
    house.count("SELECT COUNT(*) FROM events WHERE kind = 'code_right'", &[]).await
}

#[tokio::test]
async fn a11_a_code_of_each_purpose_is_dead_at_its_end() {
    for purpose in PURPOSES {
        for (age, counts) in [(TTL - 1, 1), (TTL, 0)] {
            let house = roomy().await;
            let ada = house.account(ADA, &[NUMBER]).await;
            let phone = house.phones(&ada).await.remove(0).id.to_string();
            let (mut browser, path) = begin(&house, purpose, &phone).await;
            let (code, before) = (house.newest_code(), right(&house).await);
            house.clock.pass_seconds(age);
            let answer = browser.post(&path, &[("code", &code)]).await;
            assert_eq!(right(&house).await - before, counts, "{purpose} after {age} s: {}", answer.text());
            assert!(answer.status.as_u16() < 500, "{purpose}");
        }
    }
}

#[tokio::test]
async fn a11_a_resend_gives_the_new_code_its_time_and_the_old_one_none() {
    let house = roomy().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let old = house.newest_code();
    house.clock.pass_seconds(290);
    assert!(browser.submit("/login/otp", "/login/otp/resend", &[]).await.location().is_some());
    house.clock.pass_seconds(5);
    browser.get("/login/otp").await;
    assert_eq!(browser.post("/login/otp", &[("code", &old)]).await.status, 422, "the old one died with it");
    let new = house.newest_code();
    house.clock.pass_seconds(TTL - 5);
    let late = browser.post("/login/otp", &[("code", &new)]).await;
    assert_eq!(late.status, 422, "{}", late.text());
    assert!(late.alert().unwrap().contains("The code has run out"), "{}", late.text());
}

#[tokio::test]
async fn a11_a_code_never_outlives_the_sign_in_it_is_for_and_says_so() {
    let house = roomy().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    // Ten minutes are all a half sign-in has: with two and a half left, a code has no five.
    house.clock.pass_seconds(450);
    assert!(browser.submit("/login/otp", "/login/otp/resend", &[]).await.location().is_some());
    let (text, code) = (house.texts(NUMBER).remove(0), house.newest_code());
    assert!(text.contains("2 min"), "no more than there is is promised: {text}");
    let page = browser.get("/login/otp").await.text();
    assert!(page.contains("2 min") || page.contains("150"), "{page}");
    house.clock.pass_seconds(150);
    let late = browser.post("/login/otp", &[("code", &code)]).await;
    assert_eq!(late.location(), Some("/login"), "{}", late.text());
    assert_eq!(right(&house).await, 0);
}

#[tokio::test]
async fn a11_rows_put_back_as_they_were_do_not_make_a_code_live_longer() {
    let house = roomy().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let code = house.newest_code();
    house.clock.pass_seconds(TTL);
    assert_eq!(browser.post("/login/otp", &[("code", &code)]).await.status, 422);
    // As a backup from within its life would have it: unused, not ended, no try spent.
    house.meddle("UPDATE challenges SET used_at = NULL, ended_at = NULL").await;
    house.meddle("UPDATE flows SET finished_at = NULL, ended_at = NULL, tries = 0").await;
    house.meddle("DELETE FROM failures").await;
    let again = browser.post("/login/otp", &[("code", &code)]).await;
    assert_eq!(again.status, 422, "its end is a moment, not a count-down: {}", again.text());
    assert_eq!(right(&house).await, 0);
}

/// All of an answer but what is new in each.
fn told(answer: &Answer) -> (u16, String, Option<u64>, usize, String) {
    let to = answer.header("location").to_owned();
    (answer.status.as_u16(), to, answer.retry_after(), answer.cookies().len(), answer.bare())
}

/// Guesses that were compared with a code.
async fn compared(house: &House) -> i64 {
    house.count("SELECT COUNT(*) FROM events WHERE kind IN ('code_right', 'code_wrong')", &[]).await
}

#[tokio::test]
async fn r10_a_dead_code_is_answered_alike_whether_it_was_right_or_wrong() {
    for purpose in PURPOSES {
        for end in ["tries spent", "too old", "used"] {
            let house = roomy().await;
            let ada = house.account(ADA, &[NUMBER]).await;
            let phone = house.phones(&ada).await.remove(0).id.to_string();
            let (mut browser, path) = begin(&house, purpose, &phone).await;
            let code = house.newest_code();
            let mut tabs = vec![browser.clone()];
            match end {
                "too old" => house.clock.pass_seconds(TTL),
                "used" => {
                    let before = right(&house).await;
                    browser.post(&path, &[("code", &code)]).await;
                    assert_eq!(right(&house).await, before + 1, "{purpose}");
                    browser.get("/security").await;
                    tabs.push(browser);
                }
                _ => {
                    for _ in 0..5 {
                        browser.post(&path, &[("code", &other_code(&code))]).await;
                    }
                }
            }
            let before = compared(&house).await;
            for tab in tabs {
                let mut answers = Vec::new();
                for typed in [&code, &other_code(&code), &code] {
                    answers.push(told(&tab.clone().post(&path, &[("code", typed)]).await));
                }
                assert!(answers.iter().all(|answer| *answer == answers[0]), "{purpose}, {end}: {answers:#?}");
            }
            assert_eq!(compared(&house).await, before, "{purpose}, {end}: nor is it looked at");
        }
    }
}

#[tokio::test]
async fn r10_a_dead_code_is_answered_in_the_same_time_whether_it_was_right_or_wrong() {
    let house = roomy().await;
    house.account(ADA, &[NUMBER]).await;
    for end in ["tries spent", "too old"] {
        let mut browser = house.half_signed_in(ADA).await;
        let codes = [house.newest_code(), other_code(&house.newest_code())];
        match end {
            "too old" => house.clock.pass_seconds(TTL),
            _ => {
                for _ in 0..5 {
                    browser.post("/login/otp", &[("code", &codes[1])]).await;
                }
            }
        }
        let within = |least, most| most - least < Duration::from_millis(1);
        let alike = take_alike(2, 300, within, async |which| {
            assert_eq!(browser.post("/login/otp", &[("code", &codes[which])]).await.status, 422);
        });
        assert_eq!(alike.await, Ok(()), "{end}");
    }
}
