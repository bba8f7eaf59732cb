//! On the way to an app its name is on every page, and so is the way back to it without signing in.
use super::party::{Party, handed_over};
use crate::harness::{ADA, Answer, Browser, House, NUMBER, PASSWORD};

/// Presses "Cancel and go back to App" on a page; where that leads.
async fn goes_back(browser: &mut Browser, page: &Answer) -> String {
    let resume = page.hidden("resume").expect("the page names the request").to_owned();
    let answer = browser.post("/oidc/decline", &[("resume", &resume)]).await;
    handed_over(&answer).unwrap_or_else(|| panic!("{}", answer.text()))
}

fn names_the_app(page: &Answer, what: &str) {
    assert!(page.text().contains("Cancel and go back to The app"), "{what}: {}", page.text());
}

async fn sent_to_sign_in(house: &House, party: &Party<'_>) -> (Browser, Answer) {
    let mut browser = house.browser();
    let page = party.sends(&mut browser, &[("state", "back")]).await.page();
    (browser, page)
}

async fn knocks(browser: &mut Browser, page: &Answer) -> Option<String> {
    let resume = page.hidden("resume").unwrap().to_owned();
    let fields = [("username", ADA), ("password", PASSWORD), ("resume", &*resume)];
    browser.post("/login", &fields).await.location().map(str::to_owned)
}

#[tokio::test]
async fn the_app_is_told_that_its_person_turned_back_at_the_password() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let (mut browser, page) = sent_to_sign_in(&house, &party).await;
    names_the_app(&page, "sign-in page");
    let to = goes_back(&mut browser, &page).await;
    assert!(to.contains("error=access_denied") && to.contains("state=back"), "{to}");
    let resume = page.hidden("resume").unwrap();
    let again = browser.post("/oidc/decline", &[("resume", resume)]).await;
    assert_eq!(again.status, 400, "answered once");
}

#[tokio::test]
async fn or_at_the_code_and_the_code_is_dead() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let (mut browser, page) = sent_to_sign_in(&house, &party).await;
    assert_eq!(knocks(&mut browser, &page).await.as_deref(), Some("/login/otp"));
    let page = browser.get("/login/otp").await;
    names_the_app(&page, "code page");
    let (code, mut left) = (house.newest_code(), browser.clone());
    let to = goes_back(&mut browser, &page).await;
    assert!(to.contains("error=access_denied"), "{to}");
    let late = left.post("/login/otp", &[("code", &code)]).await;
    assert_eq!(late.location(), Some("/"), "the session of that form is over: {}", late.text());
    assert_eq!(house.count("SELECT COUNT(*) FROM flows WHERE ended_at IS NULL", &[]).await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE kind = 'signed_in'", &[]).await, 0);
}

#[tokio::test]
async fn or_at_the_number_and_adding_one_later_leads_to_no_app() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let party = Party::with(&house, "app", |wanted| {
        wanted.waive_pkce = true;
        wanted.min_acr = Some("twilio_sms".to_owned());
    })
    .await;
    let (mut browser, page) = sent_to_sign_in(&house, &party).await;
    let next = knocks(&mut browser, &page).await.unwrap();
    let on = browser.get(&next).await;
    assert_eq!(on.location(), Some("/security/phones/new"));
    let page = browser.get("/security/phones/new").await;
    names_the_app(&page, "adding a number");
    assert!(page.text().contains("asks for a code at sign-in"), "{}", page.text());
    let to = goes_back(&mut browser, &page).await;
    assert!(to.contains("error=access_denied"), "{to}");

    let page = browser.get("/security/phones/new").await;
    assert!(!page.text().contains("go back to The app"), "{}", page.text());
    browser.post("/security/phones/new", &[("phone", NUMBER), ("label", "")]).await;
    browser.get("/security/phones/confirm").await;
    let done = browser.post("/security/phones/confirm", &[("code", &house.code_to(NUMBER))]).await;
    assert_eq!(done.location(), Some("/security"));
}

#[tokio::test]
async fn nobody_declines_for_another_browser() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let party = Party::new(&house).await;
    let (mut browser, page) = sent_to_sign_in(&house, &party).await;
    let resume = page.hidden("resume").unwrap().to_owned();
    let mut stranger = house.browser();
    stranger.get("/login").await;
    assert_eq!(stranger.post("/oidc/decline", &[("resume", &resume)]).await.status, 400);
    let page = browser.get(&format!("/login?resume={resume}")).await;
    names_the_app(&page, "it still waits");
}
