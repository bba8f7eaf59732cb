//! A5: nobody gets past a step by asking for what lies behind it (R57).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, PASSWORD};
use http::Method;
use server::router::table;
use server::web::guard::GuardKind;

/// A path of the table with some id in it.
fn filled(path: &str, id: &str) -> String {
    path.replace("{id}", id)
}

async fn ask(browser: &mut Browser, method: &Method, path: &str) -> Answer {
    if *method == Method::POST {
        let fields = [("code", "000000"), ("phone", "+12015550111"), ("label", "x"), ("password", PASSWORD)];
        browser.post(path, &fields).await
    } else {
        browser.get(path).await
    }
}

fn is_turned_away(answer: &Answer, to: &[&str]) -> bool {
    answer.location().is_some_and(|location| to.contains(&location))
}

#[tokio::test]
async fn a05_who_is_not_signed_in_is_led_to_the_sign_in() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let phone = domain::ports::Phones::of(&house.store, &ada).await.unwrap().remove(0).id;
    let open = [GuardKind::Anyone, GuardKind::FromAnywhere];
    for route in table().iter().filter(|route| !open.contains(&route.guard)) {
        let mut browser = house.browser();
        browser.get("/login").await;
        let answer = ask(&mut browser, &route.method, &filled(route.path, phone.as_str())).await;
        assert!(is_turned_away(&answer, &["/login"]), "{} {}: {}", route.method, route.path, answer.status);
        assert!(answer.body.is_empty(), "{}", route.path);
    }
    assert_eq!(house.sent(), 0);
}

#[tokio::test]
async fn r57_a_half_sign_in_reaches_only_its_code() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER]).await;
    let phone = domain::ports::Phones::of(&house.store, &ada).await.unwrap().remove(0).id;
    let mut browser = house.half_signed_in(ADA).await;
    let before = browser.clone();
    let mut walked = 0;
    for route in table().iter().filter(|route| matches!(route.guard, GuardKind::SignedIn | GuardKind::Fresh))
    {
        browser.cookies.clone_from(&before.cookies);
        let answer = ask(&mut browser, &route.method, &filled(route.path, phone.as_str())).await;
        assert!(
            is_turned_away(&answer, &["/login/otp"]),
            "{} {}: {}",
            route.method,
            route.path,
            answer.status
        );
        assert!(answer.body.is_empty(), "{}", route.path);
        walked += 1;
    }
    assert!(walked > 15, "the table was walked");
    assert_eq!(house.sent(), 1, "only the code of the sign-in went out");
    let page = browser.get("/login/otp").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains(ADA), "not even the name is told");
}

#[tokio::test]
async fn a05_a_sign_in_begun_anew_still_needs_its_code() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.half_signed_in(ADA).await;
    for _ in 0..3 {
        let again = browser.knock(ADA, PASSWORD).await;
        assert_eq!(again.location(), Some("/login/otp"));
        assert_eq!(browser.get("/security").await.location(), Some("/login/otp"));
    }
    browser.get("/login/otp").await;
    assert_eq!(browser.post("/login/cancel", &[]).await.location(), Some("/login"));
    assert_eq!(browser.get("/security").await.location(), Some("/login"));
    assert_eq!(browser.get("/login/otp").await.location(), Some("/login"));
    assert_eq!(house.sent(), 1);
}

#[tokio::test]
async fn r71_a_method_that_is_not_in_the_table_changes_nothing() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.signed_in(ADA).await;
    let known: Vec<(Method, String)> =
        table().iter().map(|route| (route.method.clone(), filled(route.path, &"0".repeat(32)))).collect();
    let methods = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "POST", "GET", "BREW"];
    for (_, path) in &known {
        for name in methods {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            if known.iter().any(|(other, at)| *other == method && at == path) {
                continue;
            }
            let request = browser.request(method, path).body(axum::body::Body::empty()).unwrap();
            let answer = browser.clone().send(request).await;
            assert_eq!(answer.status, 405, "{name} {path}");
        }
    }
    assert_eq!(browser.get("/security").await.status, 200, "still signed in");
}
