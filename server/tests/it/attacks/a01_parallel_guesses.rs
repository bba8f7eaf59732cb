//! A1: guessing one code over many connections at once buys no more guesses than guessing slowly (R4, R5, R6).
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD, at_once};
use axum::body::Body;
use domain::id::AccountId;
use http::Request;
use std::sync::Arc;
use tokio::sync::Semaphore;

const HELD: u32 = 500;

/// Where the right code stands among the guesses.
const RIGHT_AT: u32 = 400;

/// Codes that all differ: the one that is `RIGHT_AT` steps ahead is the right one, if it is among them.
fn guesses(right: &str, with_right: bool) -> Vec<String> {
    let right: u32 = right.parse().unwrap();
    let first = right + 1_000_000 - RIGHT_AT;
    let all = first..first + HELD;
    let wanted = all.filter(|guess| with_right || *guess != right + 1_000_000);
    wanted.map(|guess| format!("{:06}", guess % 1_000_000)).collect()
}

/// Guesses that were compared with a code, right or wrong.
async fn compared(house: &House, account: &AccountId) -> i64 {
    let sql = "SELECT COUNT(*) FROM events WHERE account_id = $1 AND kind IN ('code_wrong', 'code_right')";
    house.count(sql, &[account.as_str()]).await
}

async fn failures(house: &House, account: &AccountId) -> i64 {
    house
        .count(
            "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM failures WHERE account_id = $1",
            &[account.as_str()],
        )
        .await
}

async fn signed_in(house: &House, account: &AccountId) -> i64 {
    let sql = "SELECT COUNT(*) FROM sessions WHERE account_id = $1 AND ended_at IS NULL";
    house.count(sql, &[account.as_str()]).await
}

fn posts(browser: &Browser, codes: &[String]) -> Vec<(Browser, Request<Body>)> {
    codes.iter().map(|code| (browser.clone(), browser.form("/login/otp", &[("code", code)]))).collect()
}

fn number(nth: usize) -> String {
    format!("+120155501{nth:02}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r06_500_parallel_wrong_guesses_spend_five_tries_and_the_code_is_dead() {
    let house = House::new().await;
    for round in 0..2 {
        let (name, number) = (format!("person-{round}"), number(round));
        let account = house.account(&name, &[&number]).await;
        let mut browser = house.half_signed_in(&name).await;
        let right = house.code_to(&number);
        let wrong = guesses(&right, false);
        assert_eq!(wrong.len(), 499);
        for (_, answer) in at_once(posts(&browser, &wrong)).await {
            assert_eq!(answer.status, 422, "{}", answer.text());
        }
        assert_eq!(compared(&house, &account).await, 5);
        assert_eq!(failures(&house, &account).await, 5);
        let late = browser.post("/login/otp", &[("code", &right)]).await;
        assert_eq!(late.status, 422, "the right code is refused now");
        assert!(late.alert().unwrap().contains("Too many wrong codes"), "{}", late.text());
        assert_eq!(signed_in(&house, &account).await, 0);
        assert_eq!(compared(&house, &account).await, 5, "and was not even compared");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a01_the_right_code_among_500_parallel_guesses_is_one_guess_of_five() {
    let house = House::new().await;
    for round in 0..2 {
        let (name, number) = (format!("person-{round}"), number(round));
        let account = house.account(&name, &[&number]).await;
        let mut browser = house.half_signed_in(&name).await;
        let right = house.code_to(&number);
        let all = guesses(&right, true);
        assert_eq!((all.len(), all.get(400)), (500, Some(&right)));
        let answers = at_once(posts(&browser, &all)).await;
        let through = answers.iter().filter(|(_, answer)| answer.location() == Some("/security")).count();
        assert!(through <= 1, "{through}");
        assert_eq!(signed_in(&house, &account).await, i64::try_from(through).unwrap());
        let spent = compared(&house, &account).await;
        assert!((1..=5).contains(&spent), "{spent}");
        assert!(through == 1 || spent == 5, "without the right one all five are spent");
        let late = browser.post("/login/otp", &[("code", &right)]).await;
        assert_ne!(late.location(), Some("/security"), "the code is dead, whoever was first");
        assert_eq!(compared(&house, &account).await, spent);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r06_in_no_round_is_the_right_code_through_that_comes_behind_five_answers() {
    let house = House::new().await;
    for round in 0..10 {
        let (name, number) = (format!("person-{round}"), number(round));
        let account = house.account(&name, &[&number]).await;
        let browser = house.half_signed_in(&name).await;
        let answered = Arc::new(Semaphore::new(0));
        let guesses = posts(&browser, &guesses(&house.code_to(&number), true)).into_iter().zip(0..HELD);
        let guesses: Vec<_> = guesses
            .map(|((mut browser, guess), nth)| {
                let answered = Arc::clone(&answered);
                tokio::spawn(async move {
                    if nth == RIGHT_AT {
                        answered.acquire_many(5).await.unwrap().forget();
                    }
                    let answer = browser.send(guess).await;
                    answered.add_permits(1);
                    answer.status
                })
            })
            .collect();
        for guess in guesses {
            assert_eq!(guess.await.unwrap(), 422, "round {round}");
        }
        assert_eq!(compared(&house, &account).await, 5, "round {round}");
        assert_eq!((failures(&house, &account).await, signed_in(&house, &account).await), (5, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r04_500_parallel_guesses_over_20_sign_ins_are_20_guesses_and_the_number_is_off() {
    let house = House::with(&[
        ("otp.sends_per_number_per_hour", "50"),
        ("otp.sends_per_number_per_day", "50"),
        ("otp.sends_per_account_per_day", "50"),
    ])
    .await;
    let account = house.account(ADA, &[NUMBER]).await;
    let mut browsers = Vec::new();
    let mut requests = Vec::new();
    for _ in 0..20 {
        let browser = house.half_signed_in(ADA).await;
        let right = house.code_to(NUMBER);
        requests.extend(posts(&browser, &guesses(&right, false)[..25]));
        browsers.push((browser, right));
    }
    assert_eq!(requests.len(), 500);
    for (_, answer) in at_once(requests).await {
        assert_eq!(answer.status, 422);
    }
    assert_eq!(compared(&house, &account).await, 20);
    assert_eq!(failures(&house, &account).await, 20);
    let most = "SELECT MAX(tries) FROM flows WHERE account_id = $1";
    assert!(house.count(most, &[account.as_str()]).await <= 5);
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'phone_locked' AND account_id = $1";
    assert_eq!(house.count(told, &[account.as_str()]).await, 1, "and the alarm is raised once");
    for (mut browser, right) in browsers {
        let late = browser.post("/login/otp", &[("code", &right)]).await;
        assert_eq!(late.status, 422, "no right code of the twenty is worth anything");
        assert!(late.alert().unwrap().contains("This number is locked"), "{}", late.text());
    }
    assert_eq!(signed_in(&house, &account).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a01_twenty_honest_sign_ins_pass_while_500_guesses_are_made() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    for nth in 0..20 {
        house.account(&format!("person-{nth}"), &[&number(30 + nth)]).await;
    }
    let attacker = house.half_signed_in(ADA).await;
    let right = house.code_to(NUMBER);
    let attack = at_once(posts(&attacker, &guesses(&right, false)));
    let honest: Vec<_> = (0..20)
        .map(|nth| {
            let (mut browser, number) = (house.browser(), number(30 + nth));
            let outbox = house.app.outbox.clone().unwrap();
            tokio::spawn(async move {
                let knocked = browser.knock(&format!("person-{nth}"), PASSWORD).await;
                assert_eq!(knocked.location(), Some("/login/otp"), "{}", knocked.text());
                let text = outbox.list(Some(&number)).remove(0).body;
                let code = crate::harness::code_in(&text).unwrap();
                let done = browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
                assert_eq!(done.location(), Some("/security"), "{}", done.text());
                browser.get("/security").await.status
            })
        })
        .collect();
    let attacked = attack.await;
    for person in honest {
        assert_eq!(person.await.unwrap(), 200);
    }
    assert!(attacked.iter().all(|(_, answer)| answer.status == 422));
}
