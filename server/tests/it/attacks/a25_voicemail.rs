//! A25, A42: a code left on a voicemail. A call says nothing of its code before a key is pressed, and then says it once; no call begins a
//! code; what nobody signed, or what comes again, ends the call and no more (R22, R80).
use crate::harness::{ADA, Answer, Browser, House, LANDLINES, NUMBER, OTHER, PASSWORD};
use ::fake_twilio::{Callback, Document, FakeTwilio, Settings};
use axum::body::Body;
use domain::ports::Deliveries as _;
use domain::progress::Progress;
use http::{Method, Request, StatusCode};
use std::time::Duration;

const HUNG_UP: [&str; 2] = ["Response", "Hangup"];

async fn house(more: &[(&str, &str)]) -> (House, FakeTwilio) {
    let mut settings = vec![("sms.twilio.callbacks", "always")];
    settings.extend_from_slice(more);
    House::with_twilio(&settings).await
}

/// A half sign-in that has asked for a call after its text.
async fn called(house: &House, fake: &FakeTwilio) -> Browser {
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    assert_eq!(browser.knock(ADA, PASSWORD).await.location(), Some("/login/otp"));
    house.clock.pass(Duration::from_secs(30));
    let asked = browser.submit("/login/otp", "/login/otp/resend", &[("channel", "voice")]).await;
    assert_eq!(asked.location(), Some("/login/otp"), "{}", asked.text());
    assert_eq!(fake.calls(Some(NUMBER)).len(), 1);
    browser
}

async fn post(house: &House, callback: &Callback) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&callback.fields).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(callback.path())
        .header("host", "localhost:3000")
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
        .header("x-twilio-signature", &callback.signature);
    house.browser().send(request.body(Body::from(body)).unwrap()).await
}

/// What Twilio is told to do.
async fn told(house: &House, callback: &Callback) -> Document {
    let answer = post(house, callback).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.headers["content-type"], "text/xml; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "no-store");
    Document::read(&answer.body).expect("a document that Twilio reads")
}

/// The digits that are said, one by one.
fn digits(document: &Document) -> String {
    document.said.iter().filter(|said| said.len() == 1).map(String::as_str).collect()
}

async fn newest(house: &House) -> domain::delivery::Delivery {
    let account = house.store.find_user(&domain::password::NameKey::of(ADA).unwrap()).await.unwrap().unwrap();
    let phone = house.phones(&account.id).await.remove(0);
    house.store.recent(&phone.id, 1).await.unwrap().remove(0)
}

#[tokio::test]
async fn a25_a_call_asks_for_a_key_and_holds_no_code() {
    let (house, fake) = house(&[]).await;
    called(&house, &fake).await;
    let call = fake.calls(Some(NUMBER)).remove(0);
    let document = Document::read(&call.twiml).unwrap();
    assert_eq!(document.verbs, ["Response", "Gather", "Say"]);
    assert!(call.twiml.contains("numDigits=\"1\""), "{}", call.twiml);
    assert!(document.action().unwrap().starts_with("http://localhost:3000/webhooks/twilio/voice/"));
    assert!(!document.said.concat().bytes().any(|byte| byte.is_ascii_digit()), "{:?}", document.said);
    assert!(
        document.said.concat().contains("press any key") || document.said.concat().contains("Press any key")
    );
    let request = fake.requests().pop().unwrap();
    for (name, value) in [("Timeout", "25"), ("From", "+15005550006"), ("To", NUMBER)] {
        assert_eq!(request.field(name), Some(value), "{name}");
    }
    assert_eq!(request.field("Record"), None);
    assert_eq!(request.field("Url"), None);
}

#[tokio::test]
async fn a25_without_a_key_the_code_is_never_spoken() {
    let (house, fake) = house(&[]).await;
    let mut browser = called(&house, &fake).await;
    // It rings, a voicemail takes it, nobody presses a key, it ends.
    for word in ["initiated", "ringing", "in-progress", "completed"] {
        assert_eq!(
            post(&house, &fake.call_status(NUMBER, word).unwrap()).await.status,
            StatusCode::NO_CONTENT
        );
    }
    assert_eq!(newest(&house).await.heard.unwrap().progress, Progress::Undelivered);
    let page = browser.get("/login/otp").await.text();
    assert!(page.contains("before the code was read out"), "{page}");
    // No key in the request: as good as none.
    let mut silent = fake.press(NUMBER, "1").unwrap();
    silent.fields.retain(|(name, _)| name != "Digits");
    assert_eq!(told(&house, &silent.signed(&Settings::default().auth_token)).await.verbs, HUNG_UP);
    // And a key that comes after the end is too late.
    assert_eq!(told(&house, &fake.press(NUMBER, "5").unwrap()).await.verbs, HUNG_UP);
}

#[tokio::test]
async fn a25_with_a_key_the_code_is_spoken_once_and_signs_in() {
    let (house, fake) = house(&[]).await;
    let mut browser = called(&house, &fake).await;
    let pressed = fake.press(NUMBER, "#").unwrap();
    let document = told(&house, &pressed).await;
    let twice = digits(&document);
    let (code, again) = twice.split_at(6);
    assert_eq!((twice.len(), code), (12, again), "digit by digit, twice");
    assert_eq!(document.verbs.last().map(String::as_str), Some("Hangup"));
    assert!(document.verbs.iter().filter(|verb| *verb == "Pause").count() >= 12);
    for _ in 0..3 {
        assert_eq!(told(&house, &pressed).await.verbs, HUNG_UP, "a second time there is nothing to be said");
    }
    let page = browser.get("/login/otp").await.text();
    assert!(page.contains("The code was read out"), "{page}");
    let done = browser.submit("/login/otp", "/login/otp", &[("code", code)]).await;
    assert_eq!(done.location(), Some("/security"));
}

#[tokio::test]
async fn a25_of_fifty_replays_at_once_one_hears_it() {
    let (house, fake) = house(&[]).await;
    called(&house, &fake).await;
    let pressed = fake.press(NUMBER, "1").unwrap();
    let answers = futures::future::join_all((0..50).map(|_| told(&house, &pressed))).await;
    assert_eq!(answers.iter().filter(|document| document.verbs != HUNG_UP).count(), 1);
}

#[tokio::test]
async fn a25_a_dead_code_is_not_spoken() {
    let (house, fake) = house(&[]).await;
    let mut browser = called(&house, &fake).await;
    let pressed = fake.press(NUMBER, "1").unwrap();
    // A text has taken its place.
    house.clock.pass(Duration::from_secs(60));
    browser.submit("/login/otp", "/login/otp/resend", &[("channel", "sms")]).await;
    assert_eq!(told(&house, &pressed).await.verbs, HUNG_UP);
    // Given up.
    house.clock.pass(Duration::from_secs(120));
    browser.submit("/login/otp", "/login/otp/resend", &[("channel", "voice")]).await;
    let pressed = fake.press(NUMBER, "1").unwrap();
    browser.submit("/login/otp", "/login/cancel", &[]).await;
    assert_eq!(told(&house, &pressed).await.verbs, HUNG_UP);
}

#[tokio::test]
async fn a25_no_code_begins_with_a_call() {
    let (house, fake) = house(&[]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    house.clock.pass(Duration::from_secs(600));
    let first = browser.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "voice")]).await;
    assert_eq!(first.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(first.alert().unwrap().contains("We cannot tell you the code in a call"), "{}", first.text());
    assert!(fake.calls(None).is_empty());
    // After a text it is another thing.
    let text = browser.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
    assert_eq!(text.location(), Some("/confirm-identity"), "{}", text.text());
    house.clock.pass(Duration::from_secs(30));
    let page = browser.get("/confirm-identity").await.text();
    assert!(page.contains("Call me instead"), "{page}");
    let call = browser.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "voice")]).await;
    assert_eq!(call.location(), Some("/confirm-identity"), "{}", call.text());
    assert_eq!(fake.calls(None).len(), 1);
    for odd in ["fax", "VOICE", "voice "] {
        let odd = browser.submit("/confirm-identity", "/confirm-identity/send", &[("channel", odd)]).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a25_where_twilio_cannot_ask_us_no_call_is_offered_or_made() {
    // No address that Twilio reaches; no number of ours that calls.
    for settings in [
        &[("sms.twilio.callbacks", "never")][..],
        &[
            ("sms.twilio.callbacks", "always"),
            ("sms.twilio.from_number", ""),
            ("sms.twilio.messaging_service_sid", "MG0123456789abcdef0123456789abcdef"),
        ],
    ] {
        let (house, fake) = House::with_twilio(settings).await;
        house.account(ADA, &[NUMBER]).await;
        let mut browser = house.browser();
        browser.knock(ADA, PASSWORD).await;
        house.clock.pass(Duration::from_secs(30));
        let page = browser.get("/login/otp").await.text();
        assert!(!page.contains("Call me") && page.contains("Send a new code"), "{page}");
        let asked = browser.submit("/login/otp", "/login/otp/resend", &[("channel", "voice")]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.alert().unwrap().contains("We cannot tell you the code in a call"), "{}", asked.text());
        assert!(fake.calls(None).is_empty());
    }
}

#[tokio::test]
async fn a25_forged_requests_for_the_code_are_refused_before_anything_is_looked_up() {
    let (house, fake) = house(&[]).await;
    called(&house, &fake).await;
    let good = fake.press(NUMBER, "1").unwrap();
    let token = Settings::default().auth_token;
    let with = |name: &str, value: Option<&str>| {
        let mut callback = good.clone();
        callback.fields.retain(|(known, _)| known != name);
        callback.fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        callback.signed(&token)
    };
    let other_key = Callback { fields: vec![("Digits".to_owned(), "2".to_owned())], ..good.clone() };
    for (what, callback, status) in [
        ("another account's", good.clone().signed("another-token"), StatusCode::FORBIDDEN),
        ("no signature", Callback { signature: String::new(), ..good.clone() }, StatusCode::FORBIDDEN),
        ("other fields", other_key, StatusCode::FORBIDDEN),
        ("for the other address", elsewhere(&good), StatusCode::FORBIDDEN),
        ("no call", with("CallSid", None), StatusCode::BAD_REQUEST),
        ("a message", with("CallSid", Some("SM0123456789abcdef0123456789abcdef")), StatusCode::BAD_REQUEST),
        ("no account", with("AccountSid", None), StatusCode::BAD_REQUEST),
        ("no word", with("CallStatus", Some("In Progress")), StatusCode::BAD_REQUEST),
        ("no key of a telephone", with("Digits", Some("a")), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(post(&house, &callback).await.status, status, "{what}");
    }
    // Signed, well-formed, and not about this call.
    for (what, callback) in [
        ("another account", with("AccountSid", Some("ACffffffffffffffffffffffffffffffff"))),
        ("another call", with("CallSid", Some("CAffffffffffffffffffffffffffffffff"))),
        ("no key", with("Digits", Some(""))),
        ("no such call", Callback { address: format!("{}x", good.address), ..good.clone() }.signed(&token)),
    ] {
        assert_eq!(told(&house, &callback).await.verbs, HUNG_UP, "{what}");
    }
    let mut twice = good.clone();
    twice.fields.push(("Digits".to_owned(), "1".to_owned()));
    assert_eq!(post(&house, &twice).await.status, StatusCode::BAD_REQUEST);
    // None of it has used the code up.
    assert_eq!(digits(&told(&house, &good).await).len(), 12);
    // Who is refused is refused without the database.
    house.store.db().clone().close().await;
    let forged = good.clone().signed("another-token");
    assert_eq!(post(&house, &forged).await.status, StatusCode::FORBIDDEN);
    assert!(post(&house, &good).await.status.is_server_error(), "only a right one is looked up");
}

/// Signed for the news of the call, posted where its code is asked for.
fn elsewhere(good: &Callback) -> Callback {
    let address = good.address.replace("/voice/", "/status/");
    let signed = Callback { address, ..good.clone() }.signed(&Settings::default().auth_token);
    Callback { address: good.address.clone(), ..signed }
}

#[tokio::test]
async fn a42_the_installations_name_opens_no_verb_in_a_call() {
    let brand = "B</Say><Dial>+1900</Dial>";
    let (house, fake) = house(&[("brand.name", brand)]).await;
    called(&house, &fake).await;
    let call = fake.calls(Some(NUMBER)).remove(0);
    let document = Document::read(&call.twiml).unwrap();
    assert_eq!(document.verbs, ["Response", "Gather", "Say"]);
    assert!(document.said.concat().contains(brand), "said as a name: {:?}", document.said);
    assert_eq!(digits(&told(&house, &fake.press(NUMBER, "1").unwrap()).await).len(), 12);
}

#[tokio::test]
async fn r25_a_fixed_line_is_called_at_once() {
    let (house, fake) = house(&[("phones.allowed_countries", "[\"US\", \"DE\"]")]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    let landline = LANDLINES[0];
    let added = browser.submit("/security/phones/new", "/security/phones/new", &[("phone", landline)]).await;
    assert_eq!(added.location(), Some("/security/phones/confirm"), "{}", added.text());
    assert!(fake.inbox(Some(landline)).is_empty());
    let page = browser.get("/security/phones/confirm").await.text();
    assert!(page.contains("once you press a key") && !page.contains("text message"), "{page}");
    let spoken = digits(&told(&house, &fake.press(landline, "1").unwrap()).await);
    let done = browser
        .submit("/security/phones/confirm", "/security/phones/confirm", &[("code", &spoken[..6])])
        .await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
}

#[tokio::test]
async fn r25_where_nobody_can_call_a_fixed_line_is_not_taken() {
    let settings = [("sms.twilio.callbacks", "never"), ("phones.allowed_countries", "[\"US\", \"DE\"]")];
    let (house, fake) = House::with_twilio(&settings).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    let added =
        browser.submit("/security/phones/new", "/security/phones/new", &[("phone", LANDLINES[0])]).await;
    assert_eq!(added.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fake.inbox(None).len(), 1);
}

#[tokio::test]
async fn a_number_that_texts_do_not_reach_is_proven_by_a_call() {
    use ::fake_twilio::{Act, Script};
    let (house, fake) = house(&[]).await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await;
    fake.script(Script {
        to: Some(OTHER.to_owned()),
        times: 1,
        act: Act::Error { code: 21614, status: None },
    });
    let added = browser.submit("/security/phones/new", "/security/phones/new", &[("phone", OTHER)]).await;
    assert_eq!(added.location(), Some("/security/phones/confirm"), "{}", added.text());
    house.clock.pass(Duration::from_secs(30));
    let page = browser.get("/security/phones/confirm").await.text();
    assert!(
        page.contains("You can choose a call or use another number") && page.contains("Call me"),
        "{page}"
    );
    let asked = browser
        .submit("/security/phones/confirm", "/security/phones/confirm/resend", &[("channel", "voice")])
        .await;
    assert_eq!(asked.location(), Some("/security/phones/confirm"), "{}", asked.text());
    let spoken = digits(&told(&house, &fake.press(OTHER, "1").unwrap()).await);
    let done = browser
        .submit("/security/phones/confirm", "/security/phones/confirm", &[("code", &spoken[..6])])
        .await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
}
