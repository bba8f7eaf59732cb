//! Log lines: those an operator looks for, and never a secret (R12, R84, R85, A20).
use super::stage::{Stage, options};
use crate::fake_vonage::{API_SECRET, Act, SIGNATURE_SECRET};
use crate::log;
use crate::twilio_client::stage::{BODY, REFERENCE, TO, message, surroundings};
use secrecy::SecretString;
use server::sms::vonage::{Vonage, VonageOptions};

#[tokio::test]
async fn r12_no_code_number_or_credential_is_in_the_log_at_the_finest_level() {
    let log = log::listen();
    let stage = Stage::with(|options| {
        options.signature_secret = Some(SecretString::from(SIGNATURE_SECRET).into());
        options.status_callback = Some("https://id.example.org".to_owned());
    })
    .await;
    stage.send().await;
    for act in [
        Act::problem(429, "throttled"),
        Act::problem(422, "1240"),
        Act::problem(401, "unauthorized"),
        Act::problem(500, "1030"),
        Act::Accepted("rubbish"),
        Act::HalfBody,
        Act::Cut,
        Act::Redirect("/elsewhere".to_owned()),
    ] {
        stage.send_into(&act).await;
    }
    stage.send_living(1).await;
    let text = log.text();
    for line in
        ["Vonage SMS. Taken", "Vonage SMS. Refused", "Vonage SMS. Outcome unknown", REFERENCE, "TRACE"]
    {
        assert!(text.contains(line), "the log was heard: {line}");
    }
    let login = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("{}:{API_SECRET}", crate::fake_vonage::API_KEY),
    );
    let token = message().callback_token;
    let digits = TO.trim_start_matches('+');
    let vonages = "Something that must never be shown";
    for secret in ["747723", digits, BODY, API_SECRET, SIGNATURE_SECRET, &login, &token, vonages] {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn r85_the_log_names_code_and_remedy() {
    let log = log::listen();
    let stage = Stage::new().await;
    stage.send_into(&Act::problem(422, "1420")).await;
    let text = log.text();
    let line = text.lines().find(|line| line.contains("Vonage SMS. Refused")).unwrap();
    for part in ["ERROR", "code=1420", "http=422", "check sms.vonage.from", "delivery.ref=K7Q2"] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn the_start_says_what_operators_look_for() {
    let start = |change: fn(&mut VonageOptions)| {
        let log = log::listen();
        let mut options = options("http://127.0.0.1:9");
        change(&mut options);
        let started = Vonage::start(options, surroundings().2).is_ok();
        (started, log.text())
    };
    let (started, text) = start(|_| {});
    assert!(started && text.contains("Vonage SMS. Initialized successfully\n"), "{text}");
    for (change, name) in [
        ((|options| options.api_key = None) as fn(&mut VonageOptions), "api_key"),
        (|options| options.api_secret = None, "api_secret"),
        (|options| options.from = None, "from"),
    ] {
        let (started, text) = start(change);
        assert!(!started);
        assert!(text.contains(&format!("Vonage SMS. Missing required property \"{name}\"\n")), "{text}");
    }
}
