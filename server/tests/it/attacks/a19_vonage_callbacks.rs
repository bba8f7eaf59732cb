//! A19: callbacks in Vonage's name that Vonage did not send, or that come again, in another order, with other members (R80, R81). What
//! its token does not prove is refused before the database is asked; what it proves changes no more than what a page shows.
use crate::fake_vonage::callback::{Callback, HEADER, jwt};
use crate::fake_vonage::{API_KEY, API_SECRET, FROM, FakeVonage, SIGNATURE_SECRET};
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD, code_in};
use axum::body::Body;
use domain::delivery::SendProblem;
use domain::ports::Deliveries as _;
use domain::progress::Progress;
use domain::time::Clock as _;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

/// A house whose public address Vonage can reach, as far as it knows.
pub async fn house() -> (House, FakeVonage) {
    let fake = FakeVonage::start().await;
    let base = fake.base_url();
    let house = House::with(&[
        ("sms.providers", "[\"vonage\"]"),
        ("sms.vonage.api_key", API_KEY),
        ("sms.vonage.api_secret", API_SECRET),
        ("sms.vonage.signature_secret", SIGNATURE_SECRET),
        ("sms.vonage.from", FROM),
        ("sms.vonage.base_url", &base),
        ("sms.vonage.callbacks", "always"),
    ])
    .await;
    (house, fake)
}

/// A half sign-in, whose message is on its way.
pub async fn waiting(house: &House) -> Browser {
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
    browser
}

pub fn now(house: &House) -> i64 {
    house.clock.now().as_millis()
}

pub async fn send(house: &House, request: Request<Body>) -> StatusCode {
    house.browser().send(request).await.status
}

pub async fn heard(house: &House) -> Option<Progress> {
    let account = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap();
    let phone = house.phones(&account.id).await.remove(0);
    house.store.recent(&phone.id, 1).await.unwrap().remove(0).heard.map(|heard| heard.progress)
}

#[tokio::test]
async fn a19_what_vonage_did_not_sign_is_refused_and_asks_the_database_nothing() {
    let (house, fake) = house().await;
    waiting(&house).await;
    let now = now(&house);
    let good = fake.callback("delivered", None, now).unwrap();
    house.store.db().close().await;
    let with = |jwt: String| Callback { jwt, ..good.clone() }.posted();
    for (what, request) in [
        ("another secret", with(jwt(HEADER, &good.claims(now), "another-secret-of-enough-length"))),
        ("no signature", with(good.jwt.rsplit_once('.').unwrap().0.to_owned() + ".")),
        ("too old", with(jwt(HEADER, &good.claims(now - 301_000), SIGNATURE_SECRET))),
        ("from the future", with(jwt(HEADER, &good.claims(now + 62_000), SIGNATURE_SECRET))),
        ("not a token", with("delivered".to_owned())),
        (
            "another body",
            Callback { body: good.body.replace("delivered", "rejected"), ..good.clone() }.posted(),
        ),
        ("a space more", Callback { body: format!("{} ", good.body), ..good.clone() }.posted()),
    ] {
        assert_eq!(send(&house, request).await, StatusCode::FORBIDDEN, "{what}");
    }
    let proof = format!("Bearer {}", good.jwt);
    let twice = good.request().header("authorization", &proof).header("authorization", &proof);
    assert_eq!(send(&house, twice.body(Body::from(good.body.clone())).unwrap()).await, StatusCode::FORBIDDEN);
    for header in [None, Some("Basic YTpi"), Some(good.jwt.as_str()), Some("Bearer"), Some("")] {
        let request =
            header.into_iter().fold(good.request(), |request, proof| request.header("authorization", proof));
        let status = send(&house, request.body(Body::from(good.body.clone())).unwrap()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{header:?}");
    }
    let huge =
        good.request().header("authorization", &proof).body(Body::from("a".repeat(10_000_000))).unwrap();
    assert_eq!(send(&house, huge).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(send(&house, good.posted()).await.is_server_error(), "only a right one is looked up");
}

#[tokio::test]
async fn a19_other_methods_and_kinds_find_nothing() {
    let (house, fake) = house().await;
    waiting(&house).await;
    let good = fake.callback("delivered", None, now(&house)).unwrap();
    let proof = format!("Bearer {}", good.jwt);
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        let request = good.request().method(method.clone()).header("authorization", &proof);
        let status = send(&house, request.body(Body::empty()).unwrap()).await;
        assert!(status.is_client_error(), "{method}: {status}");
    }
    let form = Request::builder().method(Method::POST).uri(&good.path).header("host", "localhost:3000");
    let form =
        form.header("content-type", "application/x-www-form-urlencoded").header("authorization", &proof);
    assert_eq!(
        send(&house, form.body(Body::from(good.body.clone())).unwrap()).await,
        StatusCode::BAD_REQUEST
    );
    // Without the secret there is no such address.
    let (closed, _) = House::with_twilio(&[]).await;
    assert_eq!(send(&closed, good.posted()).await, StatusCode::NOT_FOUND);
    assert_eq!(heard(&house).await, None);
}

#[tokio::test]
async fn a19_signed_but_ill_formed_or_about_something_else_has_no_effect() {
    let (house, fake) = house().await;
    waiting(&house).await;
    let now = now(&house);
    let good = fake.callback("delivered", None, now).unwrap();
    let with = |name: &str, value: Value| {
        let mut body: Value = serde_json::from_str(&good.body).unwrap();
        let members = body.as_object_mut().unwrap();
        members.remove(name);
        if !value.is_null() {
            members.insert(name.to_owned(), value);
        }
        good.clone().saying(&body.to_string(), now)
    };
    let doubled = good.body.replacen('{', "{\"status\":\"rejected\",", 1);
    for (callback, status) in [
        // Members that are needed: exactly once, well-formed.
        (with("message_uuid", Value::Null), StatusCode::BAD_REQUEST),
        (with("message_uuid", json!("12")), StatusCode::BAD_REQUEST),
        (with("message_uuid", json!(12)), StatusCode::BAD_REQUEST),
        (with("status", Value::Null), StatusCode::BAD_REQUEST),
        (with("status", json!("Delivered!")), StatusCode::BAD_REQUEST),
        (with("channel", Value::Null), StatusCode::BAD_REQUEST),
        (good.clone().saying(&doubled, now), StatusCode::BAD_REQUEST),
        (good.clone().saying("[]", now), StatusCode::BAD_REQUEST),
        (good.clone().saying("", now), StatusCode::BAD_REQUEST),
        (good.clone().saying(&"[".repeat(10_000), now), StatusCode::BAD_REQUEST),
        // Well-formed, and not about a message of ours.
        (with("message_uuid", json!("ffffffff-ffff-4fff-8fff-ffffffffffff")), StatusCode::NO_CONTENT),
        (with("status", json!("teleported")), StatusCode::NO_CONTENT),
        (with("channel", json!("whatsapp")), StatusCode::NO_CONTENT),
        (Callback { path: format!("{}0", good.path), ..good.clone() }, StatusCode::NO_CONTENT),
        (Callback { path: format!("{}?a=1", good.path), ..good.clone() }, StatusCode::NO_CONTENT),
    ] {
        assert_eq!(send(&house, callback.posted()).await, status, "{} {:.80}", callback.path, callback.body);
        assert_eq!(heard(&house).await, None, "{:.80}", callback.body);
    }
    assert_eq!(send(&house, good.posted()).await, StatusCode::NO_CONTENT);
    assert_eq!(heard(&house).await, Some(Progress::Delivered));
}

#[tokio::test]
async fn a19_a_hundred_replays_in_any_order_leave_what_was_known() {
    let (house, fake) = house().await;
    let mut browser = waiting(&house).await;
    let words = ["submitted", "delivered", "rejected", "undeliverable"];
    for round in 0..100 {
        let word = words[(round * 7 + round / 4) % words.len()];
        let callback = fake.callback(word, (word == "rejected").then_some(1180), now(&house)).unwrap();
        assert_eq!(send(&house, callback.posted()).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(heard(&house).await, Some(Progress::Delivered));
    assert_eq!(house.count("SELECT COUNT(*) FROM delivery_steps", &[]).await, 4, "each step once");
    // And the sign-in goes on as if nothing had been told.
    let code = code_in(&fake.inbox()[0].text).unwrap();
    let done = browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"));
}

#[tokio::test]
async fn a19_news_of_a_message_opens_ends_and_unlocks_nothing() {
    let (house, fake) = house().await;
    let mut browser = waiting(&house).await;
    let state = "SELECT COALESCE(CAST(f.ended_at AS TEXT), '-') || f.tries || f.sends || \
        COALESCE(CAST(c.ended_at AS TEXT), '-') FROM flows f JOIN challenges c ON c.flow_id = f.id";
    let before = house.texts_in_database(state).await;
    for (word, code) in [("submitted", None), ("rejected", Some(1190)), ("undeliverable", None)] {
        let callback = fake.callback(word, code, now(&house)).unwrap();
        assert_eq!(send(&house, callback.posted()).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(house.texts_in_database(state).await, before);
    assert_eq!(browser.get("/security").await.location(), Some("/login/otp"));
    let account = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap();
    assert_eq!(house.phones(&account.id).await[0].attention, Some(SendProblem::Dead));
}

#[tokio::test]
async fn a19_neither_provider_tells_of_the_others_messages() {
    let (house, fake) = house().await;
    waiting(&house).await;
    let good = fake.callback("delivered", None, now(&house)).unwrap();
    house.meddle("UPDATE deliveries SET provider = 'twilio'").await;
    assert_eq!(send(&house, good.posted()).await, StatusCode::NO_CONTENT);
    assert_eq!(heard(&house).await, None);
}
