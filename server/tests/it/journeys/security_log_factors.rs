//! The security log of what protects an account: numbers preferred, off and gone, proofs, limits, and all that an operator does (R128, P9).
use super::security_log::Log;
use crate::harness::process::Installation;
use crate::harness::{ADA, Browser, House, NUMBER, OTHER, PASSWORD};
use domain::id::AccountId;

/// With what was said besides; who acts, where it is not the person.
const LINES: &str = "SELECT kind || COALESCE(' ' || purpose, '') || CASE WHEN detail IS NULL OR kind = 'delivery_settled' THEN '' \
    ELSE ' ' || detail END || CASE WHEN actor = 'person' THEN '' ELSE ' by ' || actor END \
    FROM events WHERE kind <> 'key_made' ORDER BY id";

async fn scene(settings: &[(&str, &str)], numbers: &[&str]) -> (House, AccountId, Browser, Log) {
    let house = House::with(settings).await;
    let ada = house.account(ADA, numbers).await;
    let browser = house.signed_in(ADA).await;
    let log = Log::begun(&house, LINES).await;
    (house, ada, browser, log)
}

/// The page of one of her numbers.
async fn page_of(house: &House, ada: &AccountId, number: &str) -> String {
    let last = &number[number.len() - 2..];
    let phone = house.phones(ada).await.into_iter().find(|phone| phone.mask.last_digits == last).unwrap();
    format!("/security/phones/{}", phone.id)
}

#[tokio::test]
async fn r128_a_number_that_is_preferred_and_one_that_is_removed_are_written_down() {
    let (house, ada, mut browser, mut log) = scene(&[], &[NUMBER, OTHER]).await;
    let page = page_of(&house, &ada, OTHER).await;
    browser.submit(&page, &format!("{page}/prefer"), &[]).await;
    log.is(&house, "preferred", &["phone_preferred"]).await;
    let remove = format!("{page}/remove");
    browser.submit(&remove, &remove, &[]).await;
    // The others are told by text: when those are out, that is written down as well.
    let removed = log.since(&house).await;
    assert_eq!(removed.first().map(String::as_str), Some("phone_removed"));
    assert!(removed[1..].iter().all(|line| line == "delivery_settled"), "{removed:?}");
    let about =
        "SELECT COUNT(*) FROM events WHERE kind IN ('phone_preferred', 'phone_removed') AND phone_id = $1";
    let phone = page.rsplit('/').next().unwrap();
    assert_eq!(house.count(about, &[phone]).await, 2, "each by the number's own id");
}

#[tokio::test]
async fn r128_a_number_that_goes_off_and_is_let_on_again_is_written_down() {
    let (house, ada, _, mut log) = scene(&[("otp.failures_before_lock", "5")], &[NUMBER]).await;
    house.clock.pass_seconds(60);
    let mut half = house.half_signed_in(ADA).await;
    log.since(&house).await;
    let wrong = house.wrong_code();
    for _ in 0..4 {
        half.post("/login/otp", &[("code", &wrong)]).await;
        log.is(&house, "a wrong code", &["code_wrong sign_in"]).await;
    }
    half.post("/login/otp", &[("code", &wrong)]).await;
    log.is(&house, "the last one", &["code_wrong sign_in", "phone_locked sign_in"]).await;
    half.post("/login/otp", &[("code", &wrong)]).await;
    log.is(&house, "what is not compared is not told of", &[]).await;
    let phones = [house.phones(&ada).await.remove(0).id];
    for expected in [&["phone_unlocked by operator"][..], &[]] {
        house.store.unlock_numbers(&ada, &phones, &house.operator()).await.unwrap();
        log.is(&house, "let on again, once", expected).await;
    }
}

#[tokio::test]
async fn r128_fresh_proofs_and_their_mistakes_are_written_down() {
    const PAGE: &str = "/confirm-identity";
    let (house, _, mut browser, mut log) = scene(&[], &[NUMBER]).await;
    house.clock.pass_seconds(301);
    browser.submit(PAGE, "/confirm-identity/send", &[("channel", "sms")]).await;
    log.is(&house, "a code", &["code_issued fresh_proof", "delivery_settled fresh_proof"]).await;
    browser.submit(PAGE, PAGE, &[("code", &house.wrong_code())]).await;
    log.is(&house, "a wrong one", &["code_wrong fresh_proof"]).await;
    browser.submit(PAGE, PAGE, &[("code", &house.newest_code())]).await;
    log.is(&house, "the right one", &["code_right fresh_proof"]).await;

    let (house, _, mut browser, mut log) = scene(&[], &[]).await;
    house.clock.pass_seconds(301);
    browser.submit(PAGE, PAGE, &[("password", "a wrong one")]).await;
    log.is(&house, "a wrong password", &["password_wrong fresh_proof"]).await;
    browser.submit(PAGE, PAGE, &[("password", PASSWORD)]).await;
    log.is(&house, "the right one", &["password_right fresh_proof"]).await;
}

#[tokio::test]
async fn r128_a_limit_that_holds_is_written_down_once_a_minute() {
    let (house, _, _, mut log) = scene(&[], &[NUMBER]).await;
    for _ in 0..4 {
        house.browser().knock(ADA, PASSWORD).await;
        log.is(&house, "a code", &["code_issued sign_in", "delivery_settled sign_in"]).await;
    }
    // That the password was right is written down each time (R16).
    for expected in [&["limit_held sign_in number", "code_withheld sign_in"][..], &["code_withheld sign_in"]]
    {
        house.browser().knock(ADA, PASSWORD).await;
        log.is(&house, "the sixth and the seventh within the hour", expected).await;
    }
    house.clock.pass_seconds(60);
    house.browser().knock(ADA, PASSWORD).await;
    log.is(&house, "a minute later", &["limit_held sign_in number", "code_withheld sign_in"]).await;
}

/// The real commands: each leaves its line, and one that changes nothing leaves none.
#[test]
fn r128_what_an_operator_does_is_written_down() {
    let here = Installation::new(&[]);
    let mut seen = 0;
    let mut leaves = |arguments: &[&str], input: &str, expected: &[&str]| {
        let done = here.run(arguments, input);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let database = rusqlite::Connection::open(here.folder.path().join("data/latchkey.db")).unwrap();
        let mut lines = database.prepare(LINES).unwrap();
        let lines: Vec<String> = lines.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(&lines[seen..], expected, "{arguments:?}: {said}");
        seen = lines.len();
    };
    let ada = ["user", "add", "ada", "--password-stdin", "--phone", NUMBER];
    leaves(&ada, PASSWORD, &["account_added by operator", "phone_verified by operator"]);
    leaves(&ada, PASSWORD, &[]);
    let next = "another long pass phrase";
    leaves(&["user", "set-password", "ada", "--password-stdin"], next, &["password_set by operator"]);
    leaves(&["user", "set-password", "ada", "--password-stdin"], "short", &[]);
    leaves(&["user", "disable", "ada"], "", &["account_disabled by operator"]);
    leaves(&["user", "disable", "ada"], "", &[]);
    leaves(&["user", "enable", "ada"], "", &["account_enabled by operator"]);
    leaves(&["user", "enable", "ada"], "", &[]);
    leaves(&["user", "unlock-phone", "ada", "--all"], "", &[]);
    leaves(&["user", "remove-phone", "ada", "--phone", NUMBER], "", &["phone_removed by operator"]);
    leaves(&["user", "remove-phone", "ada", "--phone", NUMBER], "", &[]);
    leaves(&["user", "remove", "ada"], "", &["account_removed by operator"]);
    leaves(&["user", "remove", "ada"], "", &[]);
    leaves(&["sms", "stop"], "", &["sending_stopped by operator"]);
    leaves(&["sms", "stop"], "", &[]);
    leaves(&["sms", "resume"], "", &["sending_resumed by operator"]);
    leaves(&["sms", "resume"], "", &[]);
    let app = ["client", "add", "app", "--redirect-uri", "https://app.example/cb"];
    leaves(&app, "", &["client_added app by operator"]);
    leaves(&app, "", &[]);
    leaves(&["client", "update", "app", "--name", "The app"], "", &["client_updated app by operator"]);
    leaves(&["client", "rotate-secret", "app"], "", &["client_secret_rotated app by operator"]);
    leaves(&["client", "remove", "app"], "", &["client_removed app by operator"]);
    leaves(&["client", "remove", "app"], "", &[]);
    let low = "simple_password_auth";
    leaves(&["method", "disable", low], "", &["method_disabled simple_password_auth by operator"]);
    leaves(&["method", "disable", low], "", &[]);
    leaves(&["method", "enable", low], "", &["method_enabled simple_password_auth by operator"]);
    leaves(&["method", "default", low], "", &["method_default_set simple_password_auth by operator"]);
    leaves(
        &["method", "default", "--none"],
        "",
        &["method_default_removed simple_password_auth by operator"],
    );
    let ended = "backup_restored sessions 0, codes 0, messages 0 by operator";
    leaves(&["migrate", "--restored"], "", &[ended]);
}
