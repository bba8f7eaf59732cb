//! A number that waits for its confirmation can be gone on with, wherever its person is signed in (R28, R29).
use crate::harness::{ADA, House, NUMBER, OTHER, PASSWORD};
use domain::ports::Phones;

pub(super) async fn waiting(house: &House, name: &str) -> String {
    let account =
        house.store.find_user(&domain::password::NameKey::of(name).unwrap()).await.unwrap().unwrap();
    let phones = Phones::of(&house.store, &account.id).await.unwrap();
    phones.into_iter().find(domain::phone::Phone::pending).expect("a waiting number").id.to_string()
}

#[tokio::test]
async fn r29_a_number_begun_in_one_browser_is_confirmed_in_another() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut first = house.signed_in(ADA).await;
    let begun = first.submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER)]).await;
    assert_eq!(begun.location(), Some("/security/phones/confirm"));
    let id = waiting(&house, ADA).await;

    let mut elsewhere = house.signed_in(ADA).await;
    assert_eq!(elsewhere.get("/security/phones/confirm").await.location(), Some("/security"));
    elsewhere.get("/security").await;
    let sent = house.sent();
    let confirm = format!("/security/phones/{id}/confirm");
    assert_eq!(elsewhere.post(&confirm, &[]).await.location(), Some("/security/phones/confirm"));
    assert_eq!(house.sent(), sent + 1, "a code of its own");
    assert_eq!(elsewhere.post(&confirm, &[]).await.location(), Some("/security/phones/confirm"));
    assert_eq!(house.sent(), sent + 1, "pressed again it sends nothing");
    let code = house.newest_code();
    let done =
        elsewhere.submit("/security/phones/confirm", "/security/phones/confirm", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
    assert_eq!(
        first.get("/security").await.location(),
        Some("/login"),
        "other browsers are signed out (R32)"
    );
}

#[tokio::test]
async fn r28_going_on_needs_a_fresh_proof_and_leads_back_to_the_number() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER)]).await;
    let id = waiting(&house, ADA).await;
    house.clock.pass_seconds(301);
    browser.get("/security").await;
    let sent = house.sent();
    let asked = browser.post(&format!("/security/phones/{id}/confirm"), &[]).await;
    assert_eq!(asked.location(), Some("/confirm-identity"));
    assert_eq!(house.sent(), sent);
    browser.submit("/confirm-identity", "/confirm-identity/send", &[]).await;
    let code = house.newest_code();
    let proven = browser.submit("/confirm-identity", "/confirm-identity", &[("code", &code)]).await;
    assert_eq!(proven.location(), Some(&*format!("/security/phones/{id}")), "{}", proven.text());
}

#[tokio::test]
async fn r71_a_picture_in_another_page_does_not_change_where_the_person_goes_on() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    let id = house.phones(&ada).await.remove(0).id;
    house.clock.pass_seconds(301);
    assert_eq!(browser.get("/security/phones/new").await.location(), Some("/confirm-identity"));
    let mut picture = browser.clone();
    picture.headers.push(("sec-fetch-dest", "image".to_owned()));
    let removal = format!("/security/phones/{id}/remove");
    assert_eq!(picture.get(&removal).await.location(), Some("/confirm-identity"));
    let long = format!("/security/phones/{}/remove", "a".repeat(600));
    browser.get(&long).await;
    browser.submit("/confirm-identity", "/confirm-identity/send", &[]).await;
    let code = house.newest_code();
    let proven = browser.submit("/confirm-identity", "/confirm-identity", &[("code", &code)]).await;
    assert_eq!(proven.location(), Some("/security/phones/new"), "{}", proven.text());
}

#[tokio::test]
async fn r143_a_number_that_is_proven_or_anothers_is_not_gone_on_with() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    house.account("eve", &[]).await;
    let own = Phones::of(&house.store, &ada).await.unwrap().remove(0).id;
    let mut browser = house.signed_in(ADA).await;
    browser.get("/security").await;
    assert_eq!(browser.post(&format!("/security/phones/{own}/confirm"), &[]).await.status, 404);
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER)]).await;
    let id = waiting(&house, ADA).await;
    let sent = house.sent();
    let mut eve = house.browser();
    assert_eq!(eve.knock("eve", PASSWORD).await.location(), Some("/security"));
    eve.get("/security").await;
    assert_eq!(eve.post(&format!("/security/phones/{id}/confirm"), &[]).await.status, 404);
    assert_eq!(house.sent(), sent);
}
