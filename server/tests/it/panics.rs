//! A panic in a handler of each class: a 500 that tells nothing, a line in the log, and the next request is served (R136).
use crate::harness::fuse::{Fuse, INSIDE};
use crate::harness::{ADA, Answer, House, NUMBER, PASSWORD};
use crate::log::listen;
use crate::oidc::party::{Party, SECRET, ada};
use axum::body::Body;
use http::{Method, Request, StatusCode};

/// The request after which `fuse` has broken, and what the log said meanwhile.
async fn broken(house: &House, fuse: &Fuse, request: Request<Body>) -> (Answer, String) {
    let heard = listen();
    fuse.light();
    let answer = house.browser().send(request).await;
    assert!(!fuse.is_lit(), "it broke: {}", answer.status);
    (answer, heard.text())
}

/// No word of the panic anywhere, the headers of every answer, and one line for the operator.
fn tells_nothing_of_it((answer, log): &(Answer, String)) {
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    for told in [&answer.body, &format!("{:?}", answer.headers), log] {
        assert!(!told.contains(INSIDE) && !told.contains(".rs"), "{told}");
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(log.matches("a request panicked").count(), 1, "{log}");
    assert_eq!(log.matches("ERROR").count(), 1, "{log}");
}

/// The page that a fault has, with the id of the request.
fn is_the_page_of_a_fault(answer: &Answer) -> String {
    let text = answer.text();
    let id = |word: &&str| word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let ids: Vec<&str> = text.split_whitespace().filter(id).collect();
    assert_eq!(ids.len(), 1, "{text}");
    assert_eq!(answer.h1(), "Something went wrong on our side");
    assert_eq!(answer.header("cache-control"), "no-store");
    ids[0].to_owned()
}

#[tokio::test]
async fn r136_a_page_that_panics_shows_an_id_and_nothing_else() {
    let house = House::new().await;
    let browser = ada(&house).await;
    let request = || browser.request(Method::GET, "/security").body(Body::empty()).unwrap();
    let had = broken(&house, &house.fuses.1, request()).await;
    tells_nothing_of_it(&had);
    is_the_page_of_a_fault(&had.0);
    assert_eq!(browser.clone().send(request()).await.status, 200, "her session is as it was");
}

#[tokio::test]
async fn r136_a_form_that_panics_in_the_middle_shows_an_id_and_nothing_else() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.get("/login").await;
    let form = || browser.form("/login", &[("username", ADA), ("password", PASSWORD)]);
    let had = broken(&house, &house.fuses.1, form()).await;
    tells_nothing_of_it(&had);
    is_the_page_of_a_fault(&had.0);
    assert!(!had.0.body.contains(ADA) && had.0.cookies().is_empty(), "{}", had.0.body);
    assert_eq!(house.sent(), 0, "it broke before there was a code");
    assert_eq!(browser.clone().send(form()).await.location(), Some("/login/otp"));
}

#[tokio::test]
async fn r136_a_call_of_an_app_that_panics_tells_nothing() {
    let house = House::new().await;
    let mut browser = ada(&house).await;
    let party = Party::new(&house).await;
    let back = party.sends(&mut browser, &[("scope", "openid offline_access")]).await.app();
    let refresh = party.redeems(&back).await.refresh.unwrap();
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh),
        ("client_id", "app"),
        ("client_secret", SECRET),
    ];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = house.browser().request(Method::POST, "/oidc/token");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let had = broken(&house, &house.fuses.1, request.body(Body::from(body)).unwrap()).await;
    tells_nothing_of_it(&had);
    assert!(!had.0.body.contains(&refresh) && !had.0.body.contains(SECRET));
    assert_eq!(party.renews(&refresh).await.status, 200, "nothing was used up");
    let discovery = "/.well-known/openid-configuration";
    let request = house.browser().request(Method::GET, discovery).body(Body::empty()).unwrap();
    tells_nothing_of_it(&broken(&house, &house.fuses.0, request).await);
    assert_eq!(house.browser().get(discovery).await.status, 200);
}

#[tokio::test]
async fn r136_a_callback_that_panics_tells_nothing_and_may_come_again() {
    let (house, fake) = House::with_twilio(&[("sms.twilio.callbacks", "always")]).await;
    house.account(ADA, &[NUMBER]).await;
    assert_eq!(house.browser().knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
    let callback = fake.callback(NUMBER, "delivered", None).unwrap();
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&callback.fields).finish();
    let request = || {
        let request = house.browser().request(Method::POST, callback.path());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("x-twilio-signature", &callback.signature);
        request.body(Body::from(body.clone())).unwrap()
    };
    tells_nothing_of_it(&broken(&house, &house.fuses.0, request()).await);
    let heard = "SELECT COUNT(*) FROM delivery_steps";
    assert_eq!(house.count(heard, &[]).await, 0);
    assert_eq!(house.browser().send(request()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.count(heard, &[]).await, 1);
}

/// Who asks for help gives the id that the page shows: an operator finds the line by it.
#[tokio::test]
async fn r136_the_line_of_a_panic_names_the_request_that_its_page_shows() {
    let house = House::new().await;
    let browser = ada(&house).await;
    let request = browser.request(Method::GET, "/security").body(Body::empty()).unwrap();
    let (answer, log) = broken(&house, &house.fuses.1, request).await;
    let id = is_the_page_of_a_fault(&answer);
    let line = log.lines().find(|line| line.contains("a request panicked")).unwrap();
    assert!(line.contains(&format!("request.id=\"{id}\"")), "{line}");
}
