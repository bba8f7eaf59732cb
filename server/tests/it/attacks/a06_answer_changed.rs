//! A6: who changes our answer on its way deceives only the own browser; the next request is judged anew.
use crate::harness::{ADA, Browser, House, NUMBER, OTHER};
use server::router::table;
use server::web::guard::GuardKind;

/// What a changed answer would make the browser do next: ask for what lies behind.
async fn goes_on_as_if_it_had_been_right(browser: &mut Browser, turned_away_to: &str) {
    let mut asked = 0;
    for route in table().iter().filter(|route| route.guard == GuardKind::SignedIn) {
        if route.method == http::Method::GET && !route.path.contains("{id}") {
            let answer = browser.get(route.path).await;
            assert_eq!(answer.location(), Some(turned_away_to), "{}", route.path);
            assert!(answer.body.is_empty(), "{}", route.path);
            asked += 1;
        }
    }
    assert!(asked >= 3, "{asked}");
}

#[tokio::test]
async fn a06_after_a_wrong_code_the_next_request_is_still_half_signed_in() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    let before = browser.cookies.clone();
    for nth in 1..=6 {
        let wrong = browser.post("/login/otp", &[("code", &house.wrong_code())]).await;
        assert_eq!(wrong.status, 422, "guess {nth}");
        goes_on_as_if_it_had_been_right(&mut browser, "/login/otp").await;
        assert_eq!(browser.cookies, before, "there is nothing in the cookies to be changed either");
        assert_eq!(browser.get("/login/otp").await.status, 200);
    }
    let sql = "SELECT COUNT(*) FROM sessions WHERE account_id IS NOT NULL";
    assert_eq!(house.count(sql, &[]).await, 0);
}

#[tokio::test]
async fn a06_after_a_code_that_has_run_out_the_next_request_is_still_half_signed_in() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    house.clock.pass_seconds(300);
    let late = browser.post("/login/otp", &[("code", &house.newest_code())]).await;
    assert_eq!(late.status, 422, "{}", late.text());
    goes_on_as_if_it_had_been_right(&mut browser, "/login/otp").await;
}

#[tokio::test]
async fn a06_after_a_wrong_password_the_next_request_is_nobodys() {
    let house = House::new().await;
    house.account(ADA, &[]).await;
    let mut browser = house.browser();
    assert_eq!(browser.knock(ADA, "not the right password").await.status, 422);
    goes_on_as_if_it_had_been_right(&mut browser, "/login").await;
    assert_eq!(browser.get("/login/otp").await.location(), Some("/login"));
}

#[tokio::test]
async fn a06_after_a_wrong_proof_of_identity_the_change_is_still_refused() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    house.clock.pass_seconds(300);
    browser.submit("/confirm-identity", "/confirm-identity/send", &[]).await;
    browser.get("/confirm-identity").await;
    let wrong = browser.post("/confirm-identity", &[("code", &house.wrong_code())]).await;
    assert_eq!(wrong.status, 422);
    let sent = house.sent();
    let next = browser.post("/security/phones/new", &[("phone", OTHER)]).await;
    assert_eq!(next.location(), Some("/confirm-identity"));
    assert_eq!(house.sent(), sent, "nothing goes to the number");
}

#[tokio::test]
async fn a06_after_a_wrong_confirmation_the_number_still_does_not_count() {
    let house = House::new().await;
    let ada = house.account(ADA, &[]).await;
    let mut browser = house.signed_in(ADA).await;
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER)]).await;
    browser.get("/security/phones/confirm").await;
    let wrong = browser.post("/security/phones/confirm", &[("code", &house.wrong_code())]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    let page = browser.get("/security").await;
    assert!(page.text().contains("Your password alone protects your account"), "{}", page.text());
    let phones = house.phones(&ada).await;
    assert_eq!((phones.len(), phones[0].pending()), (1, true));
}
