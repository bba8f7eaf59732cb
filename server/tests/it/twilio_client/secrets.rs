//! Log lines: those an operator looks for, and never a secret (R12, R84, R85, A20).
use super::stage::{BODY, REFERENCE, Stage, TO, message, options, surroundings};
use crate::log;
use ::fake_twilio::{Act, Script, Settings};
use domain::ports::Sms as _;
use server::sms::outbox::Outbox;
use server::sms::twilio::{Twilio, TwilioOptions};
use std::sync::Arc;

#[tokio::test]
async fn r12_no_code_number_or_credential_is_in_the_log_at_the_finest_level() {
    let log = log::listen();
    let account = Settings::default();
    let (key, key_secret) = account.api_key.unwrap();
    let stage = Stage::with(|options| {
        options.api_key_sid = Some(key);
        options.api_key_secret = Some(secrecy::SecretString::from(key_secret.clone()).into());
        options.status_callback = Some("https://id.example.org".to_owned());
    })
    .await;
    stage.send().await;
    for act in [
        Act::TooMany { retry_after: None },
        Act::Error { code: 21610, status: None },
        Act::Error { code: 20003, status: None },
        Act::Status { status: 500 },
        Act::Rubbish,
        Act::HalfBody,
        Act::ResetAfterReading,
        Act::Redirect { location: None },
    ] {
        stage.fake.script(Script::next(act));
        stage.send().await;
    }
    stage.send_living(1).await;
    Outbox::new(Arc::<super::stage::HandClock>::clone(&stage.clock)).send(&message()).await;

    let text = log.text();
    for line in
        ["Twilio SMS. Taken", "Twilio SMS. Refused", "Twilio SMS. Outcome unknown", REFERENCE, "TRACE"]
    {
        assert!(text.contains(line), "the log was heard: {line}");
    }
    let login = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("SK0123456789abcdef0123456789abcdef:{key_secret}"),
    );
    let token = message().callback_token;
    let digits = TO.trim_start_matches('+');
    for secret in
        ["747723", digits, BODY, &key_secret, &account.auth_token, &login, &token, "The request was refused"]
    {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn r85_the_log_names_code_and_remedy() {
    let log = log::listen();
    let stage = Stage::new().await;
    stage.fake.script(Script::next(Act::Error { code: 21606, status: None }));
    stage.send().await;
    let text = log.text();
    let line = text.lines().find(|line| line.contains("Twilio SMS. Refused")).unwrap();
    for part in ["ERROR", "code=21606", "http=400", "check from_number", "delivery.ref=K7Q2"] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn the_start_says_what_operators_look_for() {
    let start = |change: fn(&mut TwilioOptions)| {
        let log = log::listen();
        let mut options = options("http://127.0.0.1:9");
        change(&mut options);
        let started = Twilio::start(options, surroundings().2).is_ok();
        (started, log.text())
    };
    let (started, text) = start(|_| {});
    assert!(
        started
            && text.contains("Twilio SMS. Initialization\n")
            && text.contains("Twilio SMS. Initialized successfully\n")
    );
    for (change, name) in [
        ((|options| options.account_sid = None) as fn(&mut TwilioOptions), "twilio_sid"),
        (|options| options.auth_token = None, "twilio_token"),
        (|options| options.from_number = None, "from_number"),
    ] {
        let (started, text) = start(change);
        assert!(!started);
        assert!(text.contains(&format!("Twilio SMS. Missing required property \"{name}\"\n")), "{text}");
    }
}
