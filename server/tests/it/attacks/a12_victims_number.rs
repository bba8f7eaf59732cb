//! A12: who adds somebody else's number gains nothing by it, and changes nothing for its owner (R29, R34).
use crate::harness::{ADA, Browser, House, NUMBER, OTHER, PASSWORD};
use domain::id::AccountId;

const NEW: &str = "/security/phones/new";
const CONFIRM: &str = "/security/phones/confirm";

/// Mallory, signed in, with ada's number added but not proven.
async fn mallory_adds(house: &House, number: &str) -> Browser {
    let mut mallory = house.signed_in("mallory").await;
    let begun = mallory.submit(NEW, NEW, &[("phone", number)]).await;
    assert_eq!(begun.location(), Some(CONFIRM), "{}", begun.text());
    mallory.get(CONFIRM).await;
    mallory
}

/// All that is kept of an account's phones.
async fn phones(house: &House, account: &AccountId) -> Vec<String> {
    house.phones(account).await.iter().map(|phone| format!("{phone:?}")).collect()
}

#[tokio::test]
async fn r34_adding_a_number_leaves_its_owners_account_as_it_was() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    house.account("mallory", &[]).await;
    let mut inside = house.signed_in(ADA).await;
    let mut half = house.half_signed_in(ADA).await;
    let code = house.code_to(NUMBER);
    let before = phones(&house, &ada).await;
    let notices = "SELECT COUNT(*) FROM notices WHERE account_id = $1";

    let mut mallory = mallory_adds(&house, NUMBER).await;
    for _ in 0..5 {
        mallory.post(CONFIRM, &[("code", &house.wrong_code())]).await;
    }
    let own = house.code_to(NUMBER);
    assert_ne!(own, code);
    assert_eq!(mallory.post(CONFIRM, &[("code", &code)]).await.status, 422, "ada's code is not mallory's");
    let not_hers = half.post("/login/otp", &[("code", &own)]).await;
    assert_eq!(not_hers.status, 422, "and mallory's is not ada's");

    assert_eq!(phones(&house, &ada).await, before);
    assert_eq!(inside.get("/security").await.status, 200, "her session goes on");
    let done = half.post("/login/otp", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"), "her code still counts: {}", done.text());
    assert_eq!(house.count(notices, &[ada.as_str()]).await, 0);
    let failures = "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM failures WHERE account_id = $1";
    assert_eq!(house.count(failures, &[ada.as_str()]).await, 0, "mallory's guesses are not counted as hers");
}

#[tokio::test]
async fn r34_even_a_number_that_is_proven_in_another_account_changes_nothing_for_its_owner() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let other = house.account("mallory", &[]).await;
    let mut inside = house.signed_in(ADA).await;
    let mut half = house.half_signed_in(ADA).await;
    let code = house.code_to(NUMBER);
    let before = phones(&house, &ada).await;
    let mut mallory = mallory_adds(&house, NUMBER).await;
    let done = mallory.post(CONFIRM, &[("code", &house.code_to(NUMBER))]).await;
    assert_eq!(done.location(), Some("/security"));
    assert!(house.phones(&other).await[0].serves(), "a number may serve several accounts");
    assert_eq!(phones(&house, &ada).await, before);
    assert_eq!(inside.get("/security").await.status, 200);

    let id = house.phones(&other).await.remove(0).id;
    let remove = format!("/security/phones/{id}/remove");
    house.clock.pass_seconds(31);
    mallory.submit("/confirm-identity", "/confirm-identity/send", &[]).await;
    mallory.get("/confirm-identity").await;
    mallory.post("/confirm-identity", &[("code", &house.code_to(NUMBER))]).await;
    assert_eq!(mallory.submit(&remove, &remove, &[]).await.location(), Some("/security"));
    assert!(house.phones(&other).await.is_empty());
    assert_eq!(phones(&house, &ada).await, before, "nor does its removal there");
    assert_eq!(inside.get("/security").await.status, 200);
    let done = half.post("/login/otp", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
}

#[tokio::test]
async fn r29_a_number_that_is_not_proven_gets_no_sign_in_codes_and_guards_nothing() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let other = house.account("mallory", &[]).await;
    let mut mallory = mallory_adds(&house, NUMBER).await;
    let sent = house.texts(NUMBER).len();
    let knocked = house.browser().knock("mallory", PASSWORD).await;
    assert_eq!(knocked.location(), Some("/security"), "the account is as it was before");
    let id = house.phones(&other).await.remove(0).id;
    mallory.get("/security").await;
    for path in ["prefer", "test", "replace"] {
        let answer = mallory.post(&format!("/security/phones/{id}/{path}"), &[("phone", OTHER)]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let asked = mallory.post("/confirm-identity/send", &[("phone", id.as_str())]).await;
    assert_eq!(asked.status, 404);
    assert_eq!(house.texts(NUMBER).len(), sent, "no text but the one that asks for the proof");
}

#[tokio::test]
async fn a12_nothing_that_a_form_can_say_makes_a_number_proven() {
    let house = House::new().await;
    let other = house.account("mallory", &[]).await;
    let mut mallory = house.signed_in("mallory").await;
    let claims = [
        ("phone", NUMBER),
        ("verified", "true"),
        ("verified_at", "1"),
        ("is_verified", "on"),
        ("preferred", "true"),
        ("state", "verified"),
        ("code", "000000"),
        ("account", "1"),
    ];
    let begun = mallory.submit(NEW, NEW, &claims).await;
    assert_eq!(begun.location(), Some(CONFIRM));
    mallory.get(CONFIRM).await;
    let mut claims: Vec<_> = claims.into_iter().filter(|(name, _)| *name != "code").collect();
    for code in ["", "null", "true", "000000' OR 1=1", "undefined"] {
        claims.push(("code", code));
        assert_eq!(mallory.post(CONFIRM, &claims).await.status, 422, "{code:?}");
        claims.pop();
    }
    let phones = house.phones(&other).await;
    assert_eq!((phones.len(), phones[0].pending(), phones[0].preferred), (1, true, false));
}

#[tokio::test]
async fn a12_another_way_to_write_the_path_gets_no_more_tries() {
    let house = House::new().await;
    let other = house.account("mallory", &[]).await;
    let mut mallory = mallory_adds(&house, NUMBER).await;
    let right = house.code_to(NUMBER);
    for path in [
        "//security/phones/confirm",
        "/security//phones/confirm",
        "/security/phones/confirm/",
        "/security%2fphones/confirm",
        "/security/phones/%63onfirm",
        "/security/./phones/confirm",
        "/security/phones/x/../confirm",
        "/SECURITY/phones/confirm",
        "/security/phones/confirm;x=1",
    ] {
        let answer = mallory.clone().post(path, &[("code", &right)]).await;
        assert!(matches!(answer.status.as_u16(), 404 | 405), "{path}: {}", answer.status);
    }
    assert!(house.phones(&other).await[0].pending());
    for path in [CONFIRM, "/security/phones/confirm?x=1", "/security/phones/confirm?code=1"] {
        for _ in 0..2 {
            mallory.post(path, &[("code", &house.wrong_code())]).await;
        }
    }
    let late = mallory.post(CONFIRM, &[("code", &right)]).await;
    assert!(late.alert().unwrap().contains("Too many wrong codes"), "{}", late.text());
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE kind = 'code_wrong'", &[]).await, 5);
}
