//! Calls: what is asked of Twilio, what is made of each answer, and that the document that starts one holds no code (R22, R82–R85).
use super::stage::{REFERENCE, Stage, TO, UNKNOWN, message, options, refused, surroundings};
use ::fake_twilio::{Act, Document, Script};
use domain::delivery::{SendOutcome, SendProblem, SendReport, SmsMessage};
use domain::lang::Lang;
use domain::phone::E164;
use domain::ports::Sms as _;
use server::sms::twilio::{Twilio, TwilioOptions};

const BASE: &str = "https://id.example.org";
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";

async fn stage() -> Stage {
    Stage::with(|options| options.status_callback = Some(BASE.to_owned())).await
}

fn greeting(words: &str) -> SmsMessage {
    SmsMessage { body: words.to_owned().into(), ..message() }
}

async fn call(stage: &Stage) -> SendReport {
    stage.twilio.call(&greeting("This is Example. Press any key."), Lang::En).await
}

#[tokio::test]
async fn a_call_is_asked_for_as_twilio_wants_it() {
    let stage = stage().await;
    let report = call(&stage).await;
    assert_eq!(
        (report.outcome, report.provider, report.status.as_deref()),
        (SendOutcome::Taken, "twilio", Some("queued"))
    );
    let sid = report.provider_id.unwrap();
    assert!(sid.starts_with("CA"), "{sid}");
    let request = stage.fake.requests().pop().unwrap();
    assert!(request.target.ends_with("/Calls.json"), "{}", request.target);
    let token = message().callback_token;
    for (name, value) in [
        ("To", TO),
        ("From", "+15005550006"),
        ("Timeout", "25"),
        ("TimeLimit", "120"),
        ("StatusCallback", &*format!("{BASE}/webhooks/twilio/status/{token}")),
    ] {
        assert_eq!(request.field(name), Some(value), "{name}");
    }
    let events: Vec<_> = request
        .fields
        .iter()
        .filter(|(name, _)| name == "StatusCallbackEvent")
        .map(|(_, value)| &**value)
        .collect();
    assert_eq!(events, ["initiated", "ringing", "answered", "completed"]);
    let document = Document::read(request.field("Twiml").unwrap()).unwrap();
    assert_eq!(document.action(), Some(&*format!("{BASE}/webhooks/twilio/voice/{token}")));
    assert_eq!((document.verbs.len(), &*document.said.concat()), (3, "This is Example. Press any key."));
}

#[tokio::test]
async fn a_call_never_outlives_its_code() {
    let stage = stage().await;
    let short = SmsMessage { valid_for_seconds: 70, ..greeting("Hello") };
    stage.twilio.call(&short, Lang::Es).await;
    let request = stage.fake.requests().pop().unwrap();
    assert_eq!(request.field("TimeLimit"), Some("70"));
    assert!(request.field("Twiml").unwrap().contains("language=\"es-ES\""));
    let late = SmsMessage { valid_for_seconds: 9, ..greeting("Hello") };
    assert_eq!(stage.twilio.call(&late, Lang::En).await.outcome, refused(SendProblem::Late));
    assert_eq!(stage.posts(), 1);
}

#[tokio::test]
async fn the_number_calls_where_a_messaging_service_texts() {
    let stage = Stage::with(|options| {
        options.status_callback = Some(BASE.to_owned());
        options.messaging_service_sid = Some(SERVICE.to_owned());
    })
    .await;
    assert_eq!(stage.send().await.outcome, SendOutcome::Taken);
    assert_eq!(call(&stage).await.outcome, SendOutcome::Taken);
    let [text, called] = &stage.fake.requests()[..] else { panic!("two requests") };
    assert_eq!((text.field("From"), text.field("MessagingServiceSid")), (None, Some(SERVICE)));
    assert_eq!((called.field("From"), called.field("MessagingServiceSid")), (Some("+15005550006"), None));
}

#[tokio::test]
async fn d16_without_an_address_a_key_or_a_number_nobody_calls() {
    type Change = fn(&mut TwilioOptions);
    let changes: [(&str, Change); 5] = [
        ("no address", |options| options.status_callback = None),
        ("no key of signatures", |options| {
            options.auth_token = None;
            options.api_key_sid = Some("SK0123456789abcdef0123456789abcdef".to_owned());
            options.api_key_secret = Some(secrecy::SecretString::from("fake-api-key-secret").into());
        }),
        ("no number", |options| {
            options.from_number = None;
            options.messaging_service_sid = Some(SERVICE.to_owned());
        }),
        ("a short code", |options| options.from_number = Some("12345".to_owned())),
        ("a sender id", |options| options.from_number = Some("Example".to_owned())),
    ];
    for (what, change) in changes {
        let stage = Stage::with(|options| {
            options.status_callback = Some(BASE.to_owned());
            change(options);
        })
        .await;
        assert!(!stage.twilio.calls(), "{what}");
        assert_eq!(call(&stage).await.outcome, refused(SendProblem::Unavailable), "{what}");
        assert_eq!(stage.posts(), 0, "{what}");
    }
    // The settings say the same before anything is started: numbers of fixed lines depend on it.
    let mut options = options("http://127.0.0.1:9");
    assert!(!options.can_call());
    options.status_callback = Some(BASE.to_owned());
    assert!(options.can_call());
    assert!(Twilio::start(options, surroundings().2).ok().unwrap().calls());
}

#[tokio::test]
async fn r85_each_refusal_of_a_call_is_told_in_our_words() {
    for (to, problem) in [
        ("+15005550001", SendProblem::NoCall),
        ("+15005550002", SendProblem::NoCall),
        ("+15005550003", SendProblem::Country),
        ("+15005550004", SendProblem::NoCall),
    ] {
        let stage = stage().await;
        let to = SmsMessage { to: E164::parse(to).unwrap(), ..greeting("Hello") };
        let report = stage.twilio.call(&to, Lang::En).await;
        assert_eq!((report.outcome, report.marks_number), (refused(problem), false), "{:?}", report.code);
    }
    for (code, problem) in [
        (21201, SendProblem::NoCall),
        (21203, SendProblem::NoCall),
        (21205, SendProblem::NoCall),
        (21210, SendProblem::Unavailable),
        (21202, SendProblem::NoCall),
        (13227, SendProblem::Country),
        (13225, SendProblem::NoCall),
        (21219, SendProblem::Unavailable),
    ] {
        let stage = stage().await;
        stage.fake.script(Script::next(Act::Error { code, status: None }));
        let report = call(&stage).await;
        assert_eq!((report.outcome, report.code), (refused(problem), Some(code)));
    }
}

#[tokio::test]
async fn r83_what_may_have_begun_to_ring_is_not_asked_for_again() {
    for act in [Act::ResetAfterReading, Act::HalfBody, Act::Rubbish, Act::Empty, Act::Status { status: 503 }]
    {
        let stage = stage().await;
        stage.fake.script(Script::next(act.clone()));
        assert_eq!(call(&stage).await.outcome, UNKNOWN, "{act:?}");
        assert_eq!(stage.posts(), 1, "{act:?}");
    }
    let stage = stage().await;
    stage.fake.script(Script::next(Act::TooMany { retry_after: Some(1) }));
    assert_eq!(call(&stage).await.outcome, SendOutcome::Taken, "that was not processed, and is asked again");
    assert_eq!(stage.posts(), 2);
}

#[tokio::test]
async fn a_call_that_is_over_with_the_answer_was_not_made() {
    for status in ["busy", "no-answer", "failed", "canceled"] {
        let stage = stage().await;
        stage.fake.script(Script::next(Act::Taken { status: status.to_owned(), error_code: None }));
        assert!(matches!(call(&stage).await.outcome, SendOutcome::Refused(_)), "{status}");
    }
}

#[tokio::test]
async fn r12_the_log_of_a_call_holds_no_number_and_no_words() {
    let listening = crate::log::listen();
    let stage = stage().await;
    call(&stage).await;
    let log = listening.text();
    assert!(log.contains(REFERENCE) && !log.contains(&TO[1..]) && !log.contains("Press any key"), "{log}");
}
