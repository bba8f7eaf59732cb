//! A7: factors are changed by who has just proven identity at the highest level the account has; nothing less will do (R28).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD};
use crate::oidc::party::Party;
use domain::id::AccountId;
use domain::phone::Phone;
use http::Method;
use server::router::table;
use server::web::guard::GuardKind;

const THIRD: &str = "+12015550168";

/// A page and its form: there is something to confirm only once a number was begun (see the story of its own below).
const CONFIRM: &str = "/security/phones/confirm";

/// Method and path of every route that changes factors or shows the form for it.
fn guarded(phone: &str) -> Vec<(Method, String)> {
    let fresh = table().into_iter().filter(|route| route.guard == GuardKind::Fresh);
    let all: Vec<_> = fresh.map(|route| (route.method, route.path.replace("{id}", phone))).collect();
    assert!(all.len() >= 7, "{all:?}");
    all
}

async fn ask(browser: &mut Browser, method: &Method, path: &str) -> Answer {
    if *method == Method::POST {
        browser.post(path, &[("phone", THIRD), ("password", PASSWORD), ("code", "000000")]).await
    } else {
        browser.get(path).await
    }
}

/// All that a change of factors would change.
async fn factors(house: &House, account: &AccountId) -> Vec<(String, bool, bool)> {
    let phones = house.phones(account).await.into_iter();
    phones.map(|phone| (phone.id.to_string(), phone.pending(), phone.preferred)).collect()
}

/// Nothing guarded is shown or done; each way leads to `to`.
async fn is_kept_out(house: &House, account: &AccountId, mut browser: Browser, to: &str) {
    // Counted where messages are written: what went before may still be on its way out.
    let written = async || house.count("SELECT COUNT(*) FROM deliveries", &[]).await;
    let (before, sent) = (factors(house, account).await, written().await);
    let phone = before[1].0.clone();
    for (method, path) in guarded(&phone) {
        let answer = ask(&mut browser, &method, &path).await;
        assert_eq!(answer.location(), Some(to), "{method} {path}: {}", answer.status);
        assert!(answer.body.is_empty(), "{method} {path}");
    }
    assert_eq!(factors(house, account).await, before);
    assert_eq!(written().await, sent, "and nothing was sent");
}

/// A code at `/confirm-identity`, as a person asks for it and types it.
async fn prove(house: &House, browser: &mut Browser) -> Answer {
    let sent = browser.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
    assert_eq!(sent.location(), Some("/confirm-identity"), "{}", sent.text());
    browser.get("/confirm-identity").await;
    browser.post("/confirm-identity", &[("code", &house.newest_code())]).await
}

#[tokio::test]
async fn r28_a_proof_that_is_too_old_opens_nothing() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let mut browser = house.signed_in(ADA).await;
    house.clock.pass_seconds(299);
    assert_eq!(browser.get("/security/phones/new").await.status, 200, "a second before");
    house.clock.pass_seconds(1);
    assert_eq!(browser.get("/security").await.status, 200, "still signed in");
    is_kept_out(&house, &ada, browser, "/confirm-identity").await;
}

#[tokio::test]
async fn r28_a_session_by_password_alone_opens_nothing_where_the_account_has_a_phone() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let mut browser = house.signed_in(ADA).await;
    // No page makes such a session; the guard does not rely on that.
    let lower = "UPDATE sessions SET level = 0, proof_level = 0 WHERE ended_at IS NULL";
    assert!(house.meddle(lower).await > 0);
    assert_eq!(browser.get("/security").await.status, 200);
    is_kept_out(&house, &ada, browser.clone(), "/confirm-identity").await;
    browser.get("/confirm-identity").await;
    let by_password = browser.post("/confirm-identity", &[("password", PASSWORD)]).await;
    assert_eq!(by_password.status, 422, "the password proves nothing");
    is_kept_out(&house, &ada, browser, "/confirm-identity").await;
}

#[tokio::test]
async fn r28_a_session_that_an_app_wanted_by_the_password_alone_is_let_into_no_page_and_no_form() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let party = Party::new(&house).await;
    let mut browser = house.browser();
    let by_password = [("acr_values", "simple_password_auth")];
    let page = party.sends(&mut browser, &by_password).await.page();
    house.finish(&mut browser, page, ADA).await.app();
    // Its forms are believed: what keeps it out is that it may not.
    browser.get("/login").await;
    let phone = house.phones(&ada).await.remove(1).id.to_string();
    let open = [GuardKind::Anyone, GuardKind::FromAnywhere, GuardKind::ForApps];
    let before = factors(&house, &ada).await;
    let (mut pages, mut forms) = (0, 0);
    for route in table().iter().filter(|route| !open.contains(&route.guard)) {
        let id = if route.path.starts_with("/security/apps") { &*party.id } else { &phone };
        let path = route.path.replace("{id}", id);
        let answer = ask(&mut browser.clone(), &route.method, &path).await;
        assert_eq!(answer.location(), Some("/login"), "{} {path}: {}", route.method, answer.status);
        assert!(answer.body.is_empty(), "{} {path}", route.method);
        pages += usize::from(route.method == Method::GET);
        forms += usize::from(route.method == Method::POST);
    }
    assert!(pages >= 15 && forms >= 15, "{pages} pages, {forms} forms");
    assert_eq!(factors(&house, &ada).await, before);
    let apps = "SELECT COUNT(*) FROM oidc_grants WHERE ended_at IS NULL";
    assert_eq!((house.count(apps, &[]).await, house.sent()), (1, 0));
    let again = party.sends(&mut browser, &by_password).await.app();
    assert!(again.contains_key("code"), "it is a session all the while");
}

#[tokio::test]
async fn r28_half_signed_in_or_not_at_all_opens_nothing() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let half = house.half_signed_in(ADA).await;
    is_kept_out(&house, &ada, half, "/login/otp").await;
    let mut nobody = house.browser();
    nobody.get("/login").await;
    is_kept_out(&house, &ada, nobody, "/login").await;
}

#[tokio::test]
async fn r28_a_number_begun_with_a_fresh_proof_is_not_bound_with_a_stale_one() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    house.clock.pass_seconds(299);
    let new = "/security/phones/new";
    browser.submit(new, new, &[("phone", THIRD)]).await;
    let code = house.code_to(THIRD);
    house.clock.pass_seconds(1);
    assert_eq!(browser.get(CONFIRM).await.status, 200, "looking is free");
    assert_eq!(browser.post(CONFIRM, &[("code", &code)]).await.location(), Some("/confirm-identity"));
    assert!(house.phones(&ada).await.iter().any(Phone::pending), "nothing is bound, nothing lost");
    assert_eq!(prove(&house, &mut browser).await.location(), Some(CONFIRM), "and then back to the code");
    browser.get(CONFIRM).await;
    assert_eq!(browser.post(CONFIRM, &[("code", &code)]).await.location(), Some("/security"));
    assert!(!house.phones(&ada).await.iter().any(Phone::pending));
}

#[tokio::test]
async fn r32_a_session_by_password_alone_ends_when_a_phone_is_proven_elsewhere() {
    let house = House::new().await;
    let ada = house.account(ADA, &[]).await;
    let mut elsewhere = house.signed_in(ADA).await;
    elsewhere.get("/security").await;
    let mut browser = house.signed_in(ADA).await;
    for (nth, number) in [NUMBER, OTHER].iter().enumerate() {
        let new = "/security/phones/new";
        assert_eq!(elsewhere.get("/security").await.status == 200, nth == 0, "before the first number only");
        if nth == 1 {
            assert_eq!(prove(&house, &mut browser).await.location(), Some("/security"));
        }
        browser.submit(new, new, &[("phone", number)]).await;
        browser.get(CONFIRM).await;
        let done = browser.post(CONFIRM, &[("code", &house.code_to(number))]).await;
        assert_eq!(done.location(), Some("/security"), "{}", done.text());
    }
    // Its forms are worth nothing any more either; those of a new page lead to the sign-in.
    assert_eq!(elsewhere.post("/security/phones/new", &[("phone", THIRD)]).await.location(), Some("/"));
    elsewhere.get("/login").await;
    is_kept_out(&house, &ada, elsewhere, "/login").await;
}

#[tokio::test]
async fn r28_a_fresh_proof_at_the_highest_level_opens_everything() {
    let house = House::new().await;
    let new_account = async |nth: usize| {
        let name = format!("person-{nth}");
        let numbers = [format!("+120155501{nth:02}"), format!("+120155501{:02}", nth + 20)];
        let account = house.account(&name, &[&numbers[0], &numbers[1]]).await;
        let phone = house.phones(&account).await.into_iter().find(|phone| !phone.preferred).unwrap();
        (account, house.signed_in(&name).await, phone.id.to_string())
    };
    for (nth, (method, pattern)) in guarded("{id}").into_iter().enumerate() {
        let (account, mut browser, phone) = new_account(nth).await;
        let path = pattern.replace("{id}", &phone);
        let before = factors(&house, &account).await;
        browser.get("/security").await;
        let answer = ask(&mut browser, &method, &path).await;
        if method == Method::GET {
            // That of a mere button has no page of its own.
            match path.strip_suffix("/prefer").or(path.strip_suffix("/confirm")).filter(|_| path != CONFIRM) {
                Some(page) => assert_eq!(answer.location(), Some(page), "{path}"),
                None => assert_eq!(answer.status, 200, "{path}"),
            }
            assert_eq!(factors(&house, &account).await, before);
        } else if pattern == CONFIRM {
            assert_eq!(answer.location(), Some("/security"), "nothing was begun");
        } else if pattern.ends_with("/confirm") {
            assert_eq!(answer.status, 404, "a number that is proven has nothing to confirm");
        } else {
            assert_ne!(answer.location().unwrap_or_default(), "/confirm-identity", "{path}");
            assert!(answer.location().is_some(), "{path}: {}", answer.text());
            assert_ne!(factors(&house, &account).await, before, "{path} did its work");
        }
    }
}

#[tokio::test]
async fn r28_after_the_proof_one_is_where_one_was() {
    let house = House::with(&[
        ("otp.sends_per_number_per_hour", "50"),
        ("otp.sends_per_number_per_day", "50"),
        ("otp.sends_per_account_per_day", "50"),
    ])
    .await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let phone = house.phones(&ada).await.remove(1).id;
    let mut browser = house.signed_in(ADA).await;
    for (method, path) in guarded(phone.as_str()) {
        house.clock.pass_seconds(301);
        browser.get("/security").await;
        assert_eq!(ask(&mut browser, &method, &path).await.location(), Some("/confirm-identity"));
        let done = prove(&house, &mut browser).await;
        // What was posted is not done behind one's back: its page is shown, and that of a mere button is the phone's.
        let button = path.strip_suffix("/prefer").or(path.strip_suffix("/confirm"));
        let page = button.filter(|_| path != CONFIRM).unwrap_or(&path);
        assert_eq!(done.location(), Some(page), "{method} {path}: {}", done.text());
        let shown = browser.get(page).await;
        assert!(shown.status == 200 || (page == CONFIRM && shown.location() == Some("/security")), "{page}");
    }
    assert!(house.phones(&ada).await.iter().all(Phone::serves), "nothing was changed on the way");
    house.clock.pass_seconds(301);
    assert_eq!(prove(&house, &mut browser).await.location(), Some("/security"), "where nothing waits");
}

#[tokio::test]
async fn r28_the_password_never_proves_enough_where_the_account_has_a_proven_phone() {
    let house = House::with(&[("otp.failures_before_lock", "3")]).await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    house.clock.pass_seconds(301);
    for state in ["no code is out", "a code is out", "the number is off"] {
        match state {
            "a code is out" => drop(browser.submit("/confirm-identity", "/confirm-identity/send", &[]).await),
            "the number is off" => {
                for _ in 0..3 {
                    browser.post("/confirm-identity", &[("code", &house.wrong_code())]).await;
                }
                assert!(house.phones(&ada).await[0].locked);
            }
            _ => {}
        }
        let page = browser.get("/confirm-identity").await;
        assert_eq!(page.value("code").is_some(), state != "no code is out", "{state}: {}", page.text());
        assert!(page.value("password").is_none(), "{state}: the page asks for no password");
        let compared = house.passwords.compared();
        let answer = browser.post("/confirm-identity", &[("password", PASSWORD)]).await;
        assert_eq!(answer.status, 422, "{state}: {}", answer.text());
        assert_eq!(house.passwords.compared(), compared, "{state}: it is not even looked at");
        assert_eq!(browser.get("/security/phones/new").await.location(), Some("/confirm-identity"));
    }
}

#[tokio::test]
async fn r28_the_password_is_enough_where_no_number_is_proven() {
    let house = House::new().await;
    let ada = house.account(ADA, &[]).await;
    let mut browser = house.signed_in(ADA).await;
    browser.submit("/security/phones/new", "/security/phones/new", &[("phone", NUMBER)]).await;
    assert!(house.phones(&ada).await[0].pending(), "a number that is not proven changes nothing here");
    house.clock.pass_seconds(301);
    let new = "/security/phones/new";
    assert_eq!(browser.get(new).await.location(), Some("/confirm-identity"));
    let page = browser.get("/confirm-identity").await;
    assert!(page.value("password").is_some());
    let wrong = browser.post("/confirm-identity", &[("password", "not the right password")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(browser.get(new).await.location(), Some("/confirm-identity"));
    browser.get("/confirm-identity").await;
    let right = browser.post("/confirm-identity", &[("password", PASSWORD)]).await;
    assert_eq!(right.location(), Some(new), "{}", right.text());
    assert_eq!(browser.get(new).await.status, 200);
}
