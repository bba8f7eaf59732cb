//! A19: callbacks that no provider sent, or that come again, in another order, with other fields (R80, R81). None of them changes more
//! than what a page shows of a message, and those that Twilio did not sign are refused before the database is asked.
use crate::harness::{ADA, Browser, House, NUMBER, PASSWORD};
use ::fake_twilio::{Callback, FakeTwilio, Settings};
use axum::body::Body;
use domain::delivery::SendProblem;
use domain::ports::Deliveries as _;
use domain::progress::Progress;
use http::{Method, Request, StatusCode};

/// A house whose public address Twilio can reach, as far as it knows.
async fn house() -> (House, FakeTwilio) {
    House::with_twilio(&[("sms.twilio.callbacks", "always")]).await
}

/// A half sign-in, whose message is on its way.
async fn waiting(house: &House) -> Browser {
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
    browser
}

fn posted(callback: &Callback) -> http::request::Builder {
    Request::builder()
        .method(Method::POST)
        .uri(callback.path())
        .header("host", "localhost:3000")
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
}

fn body(callback: &Callback) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(&callback.fields).finish()
}

async fn send(house: &House, callback: &Callback) -> StatusCode {
    let request = posted(callback).header("x-twilio-signature", &callback.signature);
    house.browser().send(request.body(Body::from(body(callback))).unwrap()).await.status
}

async fn heard(house: &House) -> Option<Progress> {
    let account = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap();
    let phone = house.phones(&account.id).await.remove(0);
    house.store.recent(&phone.id, 1).await.unwrap().remove(0).heard.map(|heard| heard.progress)
}

#[tokio::test]
async fn a19_what_twilio_did_not_sign_is_refused_and_asks_the_database_nothing() {
    let (house, fake) = house().await;
    waiting(&house).await;
    let good = fake.callback(NUMBER, "delivered", None).unwrap();
    // Nothing of the store can be reached any more: whoever is refused still gets his answer.
    let closed = house.store.db().clone();

    let mut cases = vec![
        ("signed by another account", good.clone().signed("another-token"), StatusCode::FORBIDDEN),
        ("no signature in it", Callback { signature: String::new(), ..good.clone() }, StatusCode::FORBIDDEN),
        (
            "of another message",
            Callback { address: format!("{}x", good.address), ..good.clone() },
            StatusCode::FORBIDDEN,
        ),
        (
            "with a query",
            Callback { address: format!("{}?a=1", good.address), ..good.clone() },
            StatusCode::FORBIDDEN,
        ),
    ];
    let mut failed = good.clone();
    for field in &mut failed.fields {
        if field.0 == "MessageStatus" {
            field.1 = "failed".to_owned();
        }
    }
    cases.push(("with another status", failed, StatusCode::FORBIDDEN));
    closed.close().await;
    for (what, callback, status) in cases {
        assert_eq!(send(&house, &callback).await, status, "{what}");
    }
    let unsigned = posted(&good).body(Body::from(body(&good))).unwrap();
    assert_eq!(house.browser().send(unsigned).await.status, StatusCode::BAD_REQUEST);
    let twice = posted(&good)
        .header("x-twilio-signature", &good.signature)
        .header("x-twilio-signature", &good.signature)
        .body(Body::from(body(&good)))
        .unwrap();
    assert_eq!(house.browser().send(twice).await.status, StatusCode::FORBIDDEN);
    let broken = posted(&good).header("x-twilio-signature", &good.signature);
    let broken = broken.body(Body::from("MessageSid=%zz&MessageStatus=%ff")).unwrap();
    assert_eq!(house.browser().send(broken).await.status, StatusCode::BAD_REQUEST);
    let huge = posted(&good).header("x-twilio-signature", &good.signature);
    let huge = huge.body(Body::from("a".repeat(10_000_000))).unwrap();
    assert_eq!(house.browser().send(huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(send(&house, &good).await.is_server_error(), "only a right one is looked up");
}

#[tokio::test]
async fn a19_the_forms_other_than_a_post_find_nothing() {
    let (house, fake) = house().await;
    waiting(&house).await;
    let good = fake.callback(NUMBER, "delivered", None).unwrap();
    let asked = |method| {
        let request = Request::builder().method(method).header("host", "localhost:3000").uri(format!(
            "{}?{}",
            good.path(),
            body(&good)
        ));
        request.header("x-twilio-signature", &good.signature).body(Body::empty()).unwrap()
    };
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        let status = house.browser().send(asked(method.clone())).await.status;
        assert!(status.is_client_error(), "{method}: {status}");
    }
    let json = Request::builder()
        .method(Method::POST)
        .uri(good.path())
        .header("host", "localhost:3000")
        .header("content-type", "application/json");
    let json = json.header("x-twilio-signature", &good.signature).body(Body::from("{}")).unwrap();
    assert_eq!(house.browser().send(json).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(heard(&house).await, None);
}

#[tokio::test]
async fn a19_signed_but_for_another_reader_has_no_effect() {
    let (house, fake) = house().await;
    waiting(&house).await;
    let account = Settings::default();
    let good = fake.callback(NUMBER, "delivered", None).unwrap();
    let with = |name: &str, value: Option<&str>| {
        let mut callback = good.clone();
        callback.fields.retain(|(known, _)| known != name);
        callback.fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        callback.signed(&account.auth_token)
    };
    for (callback, status) in [
        // Fields that are needed: exactly once, well-formed.
        (with("MessageSid", None), StatusCode::BAD_REQUEST),
        (with("MessageSid", Some("SM12")), StatusCode::BAD_REQUEST),
        (with("AccountSid", None), StatusCode::BAD_REQUEST),
        (with("AccountSid", Some("ACx")), StatusCode::BAD_REQUEST),
        (with("MessageStatus", None), StatusCode::BAD_REQUEST),
        (with("MessageStatus", Some("Delivered!")), StatusCode::BAD_REQUEST),
        (with("ErrorCode", Some("30003From+1")), StatusCode::BAD_REQUEST),
        // Well-formed, and not about us.
        (with("AccountSid", Some("ACffffffffffffffffffffffffffffffff")), StatusCode::NO_CONTENT),
        (with("MessageSid", Some("SMffffffffffffffffffffffffffffffff")), StatusCode::NO_CONTENT),
        (with("MessageStatus", Some("teleported")), StatusCode::NO_CONTENT),
        (with("MessageStatus", Some("receiving")), StatusCode::NO_CONTENT),
    ] {
        assert_eq!(send(&house, &callback).await, status, "{:?}", callback.fields);
    }
    // The same field twice: signed over once.
    let mut twice = good.clone();
    let again = twice.fields.iter().find(|(name, _)| name == "MessageSid").cloned().unwrap();
    twice.fields.push(again);
    assert_eq!(send(&house, &twice).await, StatusCode::BAD_REQUEST);
    // A letter from a name into its value, a field from the body into the path: the signed text stays the same.
    let mut moved = good.clone();
    for field in &mut moved.fields {
        if field.0 == "AccountSid" {
            *field = ("AccountSi".to_owned(), format!("d{}", field.1));
        }
    }
    assert_eq!(send(&house, &moved).await, StatusCode::BAD_REQUEST);
    let mut swallowed = good.clone();
    let first = swallowed.fields.iter().position(|(name, _)| name == "AccountSid").unwrap();
    let (name, value) = swallowed.fields.remove(first);
    swallowed.address = format!("{}{name}{value}", swallowed.address);
    assert!(send(&house, &swallowed).await.is_client_error());
    assert_eq!(heard(&house).await, None);
    assert_eq!(send(&house, &good).await, StatusCode::NO_CONTENT);
    assert_eq!(heard(&house).await, Some(Progress::Delivered));
}

#[tokio::test]
async fn a19_a_hundred_replays_in_any_order_leave_what_was_known() {
    let (house, fake) = house().await;
    let mut browser = waiting(&house).await;
    let words = ["queued", "sending", "sent", "delivered", "accepted", "undelivered"];
    for round in 0..100 {
        let word = words[(round * 7 + round / 6) % words.len()];
        let callback = fake.callback(NUMBER, word, (word == "undelivered").then_some(30008)).unwrap();
        assert_eq!(send(&house, &callback).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(heard(&house).await, Some(Progress::Delivered));
    let told = house.count("SELECT COUNT(*) FROM delivery_steps", &[]).await;
    assert_eq!(told, 6, "each step once");
    let ended = house.count("SELECT COUNT(*) FROM events WHERE kind = 'delivery_ended'", &[]).await;
    assert_eq!(ended, 2, "one line for each of the two ends that were told");
    let theirs = "SELECT COUNT(*) FROM events WHERE kind = 'delivery_ended' AND actor = 'person'";
    assert_eq!(house.count(theirs, &[]).await, 0, "R41: what a provider tells is no deed of the person's");
    // And the sign-in goes on as if nothing had been told.
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
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
    for (word, code) in
        [("sent", None), ("failed", Some(30005)), ("undelivered", Some(30003)), ("read", None)]
    {
        let callback = fake.callback(NUMBER, word, code).unwrap();
        assert_eq!(send(&house, &callback).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(house.texts_in_database(state).await, before);
    assert_eq!(browser.get("/security").await.location(), Some("/login/otp"));
    // What was said about the number is seen by its owner alone, once signed in.
    let page = browser.get("/login/otp").await;
    assert!(!page.text().contains("not seem to be in service"), "{}", page.text());
    let account = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap();
    assert_eq!(house.phones(&account.id).await[0].attention, Some(SendProblem::Dead));
}
