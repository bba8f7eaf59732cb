//! `latchkey user`: what an operator does for somebody who has called.
use super::{json, run};
use crate::harness::process::Installation;
use crate::harness::{PASSWORD, code_in, other_code};
use serde_json::json as value;

const NUMBER: &str = "+12015550123";

#[tokio::test]
async fn a_locked_number_is_shown_and_let_on_again_and_the_second_step_stays() {
    let here = Installation::new(&[("otp.failures_before_lock", "2")]);
    run(&here, &["user", "add", "ada", "--password-stdin", "--phone", NUMBER], PASSWORD);
    let (_, shown, _) = run(&here, &["user", "show", "ada"], "");
    assert!(shown.contains("last sign-in: none yet") && shown.contains("+1 …23: preferred"), "{shown}");
    assert_eq!(run(&here, &["user", "unlock-phone", "ada", "--all"], "").0, 1, "it is not off");
    let portal = here.serve().await;
    let mut browser = portal.browser();
    browser.knock("ada", PASSWORD).await;
    let wrong = other_code(&code_in(&portal.texts().await[0]).unwrap());
    for _ in 0..2 {
        browser.submit("/login/otp", "/login/otp", &[("code", &wrong)]).await;
    }
    let (_, shown, _) = run(&here, &["user", "show", "ada"], "");
    assert!(shown.contains("+1 …23: locked: off after wrong codes"), "{shown}");
    let (code, told, err) = run(&here, &["user", "unlock-phone", "ada", "--phone", NUMBER], "");
    assert!(code == 0 && told.contains("On again: 1"), "{told}{err}");
    let user = json(&here, &["user", "show", "ada", "--json"]);
    assert_eq!(user["second_step"], true);
    let log = json(&here, &["user", "log", "ada", "--json"]);
    let unlocked = log.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&unlocked["kind"], &unlocked["phone"]), (&value!("phone_unlocked"), &value!("+1 …23")));
}

#[test]
fn removing_the_last_number_says_that_the_password_alone_opens_the_account() {
    let here = Installation::new(&[]);
    let add = ["user", "add", "ada", "--password-stdin", "--phone", NUMBER];
    run(&here, &add, PASSWORD);
    let (code, told, err) = run(&here, &["user", "remove-phone", "ada", "--all"], "");
    assert!(code == 0 && told.contains("set-password"), "{told}{err}");
}

#[tokio::test]
async fn a_removed_account_is_gone_and_its_person_signed_out() {
    let here = Installation::new(&[]);
    run(&here, &["user", "add", "ada", "--password-stdin"], PASSWORD);
    let portal = here.serve().await;
    let mut browser = portal.browser();
    browser.knock("ada", PASSWORD).await;
    assert_eq!(browser.get("/security").await.status, 200);
    let (code, _, err) = run(&here, &["user", "remove", "ada"], "");
    assert_eq!(code, 0, "{err}");
    assert_eq!(browser.get("/security").await.status, 303);
    assert_eq!(json(&here, &["user", "list", "--json"]), value!([]));
    let (code, _, err) = run(&here, &["user", "remove", "ada"], "");
    assert!(code == 1 && err.contains("there is no account of this name"), "{err}");
    run(&here, &["user", "add", "ada", "--password-stdin"], PASSWORD);
    assert_eq!(browser.get("/security").await.status, 303, "the name's next owner is somebody else");
}

#[tokio::test]
async fn r39_a_password_set_by_an_operator_takes_no_second_step_away_and_leaves_nobody_in() {
    const NEXT: &str = "another horse battery staple";
    let here = Installation::new(&[("otp.resend_after_seconds", "[1]")]);
    run(&here, &["user", "add", "ada", "--password-stdin", "--phone", NUMBER], PASSWORD);
    let portal = here.serve().await;
    let (mut inside, mut half) = (portal.browser(), portal.browser());
    inside.knock("ada", PASSWORD).await;
    let code = code_in(&portal.texts().await[0]).unwrap();
    assert_eq!(
        inside.submit("/login/otp", "/login/otp", &[("code", &code)]).await.location(),
        Some("/security")
    );
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(half.knock("ada", PASSWORD).await.location(), Some("/login/otp"));
    half.get("/login/otp").await;
    let waiting = code_in(&portal.texts().await[0]).unwrap();

    let (code, _, err) = run(&here, &["user", "set-password", "ada", "--password-stdin"], NEXT);
    assert_eq!(code, 0, "{err}");
    assert_eq!(inside.get("/security").await.location(), Some("/login"), "no session is left");
    half.post("/login/otp", &[("code", &waiting)]).await;
    assert_eq!(half.get("/security").await.location(), Some("/login"), "nor a sign-in under way");
    let mut browser = portal.browser();
    assert_eq!(browser.knock("ada", PASSWORD).await.status, 422, "the old one is none");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(browser.knock("ada", NEXT).await.location(), Some("/login/otp"), "the code is asked for");
    assert_eq!(browser.get("/security").await.location(), Some("/login/otp"));
    browser.get("/login/otp").await;
    let stale = browser.post("/login/otp", &[("code", &waiting)]).await;
    assert_eq!(stale.status, 422, "{}", stale.text());
    let texts = portal.texts().await;
    let fresh = texts.iter().find_map(|text| code_in(text)).unwrap();
    assert_eq!(browser.post("/login/otp", &[("code", &fresh)]).await.location(), Some("/security"));
    assert_eq!(browser.get("/security").await.status, 200);
}
