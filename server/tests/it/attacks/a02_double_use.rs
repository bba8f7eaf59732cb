//! A2: a right code that arrives fifty times at once is used once (R3, P2).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, at_once};

const TIMES: usize = 50;

/// The same form from fifty tabs of one browser.
async fn fifty(browser: &Browser, path: &str, code: &str) -> Vec<(Browser, Answer)> {
    let form = || (browser.clone(), browser.form(path, &[("code", code)]));
    at_once((0..TIMES).map(|_| form()).collect()).await
}

/// How many of the browsers are shown a page.
async fn let_in(browsers: &mut [(Browser, Answer)], path: &str) -> usize {
    let mut shown = 0;
    for (browser, _) in browsers {
        shown += usize::from(browser.get(path).await.status == 200);
    }
    shown
}

async fn happened(house: &House, kind: &str) -> i64 {
    house.count("SELECT COUNT(*) FROM events WHERE kind = $1", &[kind]).await
}

async fn right_for(house: &House, purpose: &str) -> i64 {
    let sql = "SELECT COUNT(*) FROM events WHERE kind = 'code_right' AND purpose = $1";
    house.count(sql, &[purpose]).await
}

async fn live_sessions(house: &House) -> i64 {
    let sql = "SELECT COUNT(*) FROM sessions WHERE account_id IS NOT NULL AND retired_at IS NULL \
        AND ended_at IS NULL";
    house.count(sql, &[]).await
}

fn told(answers: &[(Browser, Answer)], news: &str) -> usize {
    let tells = |answer: &Answer| answer.cookies().iter().any(|line| line.contains(news));
    answers.iter().filter(|(_, answer)| tells(answer)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r03_fifty_parallel_right_codes_sign_in_once() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let browser = house.half_signed_in(ADA).await;
    let mut answers = fifty(&browser, "/login/otp", &house.newest_code()).await;
    let through = answers.iter().filter(|(_, answer)| answer.location() == Some("/security")).count();
    assert_eq!(through, 1);
    assert_eq!(let_in(&mut answers, "/security").await, 1, "one browser is in");
    assert_eq!(live_sessions(&house).await, 1);
    assert_eq!(right_for(&house, "sign_in").await, 1);
    assert_eq!(happened(&house, "signed_in").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r03_fifty_parallel_right_codes_prove_a_new_number_once() {
    let house = House::new().await;
    let ada = house.account(ADA, &[]).await;
    let mut browser = house.signed_in(ADA).await;
    let begun = browser.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER)]).await;
    assert_eq!(begun.location(), Some("/security/phones/confirm"), "{}", begun.text());
    let mut answers = fifty(&browser, "/security/phones/confirm", &house.code_to(NUMBER)).await;
    assert_eq!(told(&answers, "number-added"), 1);
    assert_eq!(let_in(&mut answers, "/security").await, 1, "its session goes on under one new id");
    assert_eq!(live_sessions(&house).await, 1);
    assert_eq!((right_for(&house, "new_phone").await, happened(&house, "phone_verified").await), (1, 1));
    let phones = house.phones(&ada).await;
    assert_eq!((phones.len(), phones[0].pending()), (1, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r03_fifty_parallel_right_codes_replace_a_number_once() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    let old = house.phones(&ada).await.remove(0).id;
    let page = format!("/security/phones/{old}/replace");
    let begun = browser.submit(&page, &page, &[("phone", OTHER)]).await;
    assert_eq!(begun.location(), Some("/security/phones/confirm"), "{}", begun.text());
    let answers = fifty(&browser, "/security/phones/confirm", &house.code_to(OTHER)).await;
    assert_eq!(told(&answers, "number-replaced"), 1);
    assert_eq!((right_for(&house, "replace_phone").await, happened(&house, "phone_replaced").await), (1, 1));
    let phones = house.phones(&ada).await;
    assert_eq!((phones.len(), phones[0].serves(), phones[0].id == old), (1, true, false));
    assert_eq!(live_sessions(&house).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r03_fifty_parallel_right_codes_prove_identity_once() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    house.clock.pass_seconds(301);
    assert_eq!(browser.get("/security/phones/new").await.location(), Some("/confirm-identity"));
    let sent = browser.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
    assert_eq!(sent.location(), Some("/confirm-identity"), "{}", sent.text());
    browser.get("/confirm-identity").await;
    let mut answers = fifty(&browser, "/confirm-identity", &house.newest_code()).await;
    let back = |answer: &Answer| answer.location() == Some("/security/phones/new");
    assert_eq!(answers.iter().filter(|(_, answer)| back(answer)).count(), 1);
    assert_eq!(right_for(&house, "fresh_proof").await, 1);
    assert_eq!(let_in(&mut answers, "/security/phones/new").await, 1, "one browser has the proof");
    assert_eq!(live_sessions(&house).await, 1);
}
