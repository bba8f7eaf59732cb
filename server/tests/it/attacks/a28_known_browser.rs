//! A28: the cookie of a known browser forged, moved, kept (vaultwarden PR 7682). It says whose wrong passwords are counted together, and is
//! never a factor, a level or a right (D4, R49, R122).
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD};
use http::Method;
use server::router::table;
use server::web::guard::GuardKind;

const KNOWN: &str = "known";
const WRONG: &str = "a guess of a stranger";

fn with(house: &House, cookie: &str) -> Browser {
    let mut browser = house.browser();
    browser.cookies.insert(KNOWN.to_owned(), cookie.to_owned());
    browser
}

/// Six wrong ones from elsewhere: from now on strangers wait.
async fn hammered(house: &House, name: &str) {
    for _ in 0..6 {
        house.browser().from([198, 51, 100, 1]).knock(name, WRONG).await;
    }
    assert_eq!(house.browser().knock(name, PASSWORD).await.status, 429);
}

#[tokio::test]
async fn a28_the_cookie_opens_no_page_and_skips_no_step() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let phone = house.phones(&ada).await.remove(0).id.to_string();
    let cookie = house.signed_in(ADA).await.cookies[KNOWN].clone();
    for age in [0, 86_400, 179 * 86_400] {
        house.clock.pass_seconds(age);
        for route in
            table().iter().filter(|route| !matches!(route.guard, GuardKind::Anyone | GuardKind::FromAnywhere))
        {
            let mut browser = with(&house, &cookie);
            browser.get("/login").await;
            let path = route.path.replace("{id}", &phone);
            let answer = match route.method {
                Method::POST => browser.post(&path, &[("code", "000000"), ("password", PASSWORD)]).await,
                _ => browser.get(&path).await,
            };
            assert_eq!(answer.location(), Some("/login"), "{path} after {age} s");
        }
        let mut browser = with(&house, &cookie);
        assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/login/otp"), "after {age} s");
        assert_eq!(browser.get("/security").await.location(), Some("/login/otp"));
        assert_eq!(browser.get("/confirm-identity").await.location(), Some("/login/otp"));
    }
    let raised = "SELECT COUNT(*) FROM sessions WHERE level = 10 OR proof_level = 10";
    assert_eq!(house.count(raised, &[]).await, 1, "the one that had typed its code");
}

#[tokio::test]
async fn a28_forged_or_moved_to_another_name_it_is_nothing() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    house.account("eve", &[]).await;
    let ada = house.signed_in(ADA).await.cookies[KNOWN].clone();
    house.clock.pass_seconds(1);
    let eve = house.signed_in("eve").await.cookies[KNOWN].clone();
    hammered(&house, ADA).await;
    let (id, entry) = ada.split_once('.').unwrap();
    let (since, tag) = entry.split_once('-').unwrap();
    let (eves, hers) = eve.split_once('.').unwrap();
    let mut forged = vec![
        eve.clone(),
        format!("{eves}.{entry}"),
        format!("{id}.{hers}"),
        format!("{id}.{since}-{}", "0".repeat(32)),
        format!("{id}.0-{tag}"),
        format!("{id}.7fffffffffffffff-{tag}"),
        format!("{id}.-{tag}"),
        format!("{id}.{since}-{}", tag.to_uppercase()),
        format!("{}.{entry}", id.to_uppercase()),
        format!("{id}.{}", [hers; 5].join(".")) + &format!(".{entry}"),
        "x".repeat(4000),
        ".".repeat(4000),
        String::new(),
    ];
    // One digit of the tag changed, at each place.
    for at in 0..tag.len() {
        let digit = if tag.as_bytes()[at] == b'0' { "1" } else { "0" };
        forged.push(format!("{id}.{since}-{}{digit}{}", &tag[..at], &tag[at + 1..]));
    }
    let before = house.passwords.compared();
    for cookie in forged {
        let answer = with(&house, &cookie).knock(ADA, PASSWORD).await;
        assert_eq!(answer.status, 429, "{cookie}");
    }
    assert_eq!(house.passwords.compared(), before, "no password was looked at");
    assert_eq!(with(&house, &ada).knock(ADA, PASSWORD).await.location(), Some("/login/otp"), "the real one");
}

#[tokio::test]
async fn a28_kept_too_long_or_from_before_a_new_password_it_is_nothing() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let cookie = house.signed_in(ADA).await.cookies[KNOWN].clone();
    house.clock.pass_seconds(180 * 86_400);
    hammered(&house, ADA).await;
    assert_eq!(with(&house, &cookie).knock(ADA, PASSWORD).await.status, 429, "half a year old");
    house.clock.pass_seconds(3600);
    let cookie = house.signed_in(ADA).await.cookies[KNOWN].clone();
    house.clock.pass_seconds(1);
    let next = domain::password::Password::typed("quite another password");
    let next = domain::ports::Passwords::hash(&*house.passwords, next).await.unwrap();
    assert!(house.store.set_password(&ada, &next, &[], &house.operator()).await.unwrap());
    hammered(&house, ADA).await;
    assert_eq!(with(&house, &cookie).knock(ADA, WRONG).await.status, 429, "of an old password");
}

#[tokio::test]
async fn a28_stolen_it_gives_guesses_that_are_counted_and_end() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let cookie = house.signed_in(ADA).await.cookies[KNOWN].clone();
    let mut told = 0;
    for _ in 0..20 {
        told += usize::from(with(&house, &cookie).knock(ADA, WRONG).await.status == 422);
    }
    assert_eq!(told, 6, "as many as a stranger gets");
}
