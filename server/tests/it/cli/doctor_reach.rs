//! `latchkey doctor` and who does not let us in: out of reach, reached and silent, reached and refusing; which key is wrong, and which was
//! not looked at.
use super::doctor::{Stage, flawed, said};
use ::fake_twilio::{Flaws, Settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_may_not_read_the_account_is_no_wrong_key() {
    let (sid, secret) = Settings::default().api_key.unwrap();
    let key = [("sms.twilio.api_key_sid", &*sid), ("sms.twilio.api_key_secret", &*secret)];
    let standard = flawed(Flaws { standard_key: true, ..Flaws::default() });
    let said = Stage::with(standard.clone(), &key).await.says().await;
    assert_eq!((said.code, said.named("warn")), (0, vec!["twilio.account"]), "{}", said.text);
    assert_eq!(said.of("twilio.sender")["outcome"], "ok");
    let wrong = [key[0], ("sms.twilio.api_key_secret", "wrong-token")];
    Stage::with(standard, &wrong).await.accuses("twilio.account").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_beside_an_api_key_is_asked_for_and_a_stale_one_told() {
    let (sid, secret) = Settings::default().api_key.unwrap();
    let key = [("sms.twilio.api_key_sid", &*sid), ("sms.twilio.api_key_secret", &*secret)];
    let said = Stage::with(Settings::default(), &key).await.says().await;
    assert_eq!(
        (said.code, said.of("twilio.auth_token")["outcome"].as_str()),
        (0, Some("ok")),
        "{}",
        said.text
    );
    assert!(said.words("twilio.auth_token").contains("primary"), "what is not seen is said: {}", said.text);
    let stale = [key[0], key[1], ("sms.twilio.auth_token", "wrong-token")];
    let said = Stage::with(Settings::default(), &stale).await.accuses("twilio.auth_token").await;
    assert!(said.words("twilio.auth_token").contains("it was changed there"), "{}", said.text);
    assert_eq!(said.of("twilio.account")["outcome"], "ok", "the key itself is right");
    let without = [key[0], key[1], ("sms.twilio.auth_token", "")];
    let said = Stage::with(Settings::default(), &without).await.says().await;
    assert!(said.checks().all(|check| check["check"] != "twilio.auth_token"), "{}", said.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_and_refuses_is_not_said_to_be_out_of_reach() {
    let stage = Stage::with(Settings::default(), &[("sms.twilio.auth_token", "wrong-token")]).await;
    let refused = stage.accuses("twilio.account").await;
    assert_eq!(refused.of("twilio.sender")["seen"], "Twilio is reached and does not let us in");
    assert!(!refused.text.contains("not reached"), "{}", refused.text);
    // Somebody takes the connection and says nothing that is HTTP.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", deaf.local_addr().unwrap());
    std::thread::spawn(move || while deaf.accept().is_ok() {});
    let public = format!("http://localhost:{}", address.rsplit(':').next().unwrap());
    let dumb = said(
        &stage.here,
        None,
        &[("LATCHKEY_SMS__TWILIO__BASE_URL", &address), ("LATCHKEY_SERVER__PUBLIC_URL", &public)],
    );
    assert_eq!(
        dumb.of("twilio.sender")["seen"],
        "Twilio is reached and does not answer as it should",
        "{}",
        dumb.text
    );
    assert!(dumb.words("twilio.callbacks").contains("is reached and breaks the connection"), "{}", dumb.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twilio_away_is_told_in_time() {
    let stage = Stage::new(Settings::default()).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let base = format!("http://{nobody}");
    let portal = stage.here.serve().await;
    let said = said(&stage.here, Some(&portal.origin), &[("LATCHKEY_SMS__TWILIO__BASE_URL", &base)]);
    assert_eq!(said.named("failed"), ["twilio.account"], "{}", said.text);
    let words = said.words("twilio.account");
    assert!(words.contains("nobody is reached there") && words.contains(&base), "{words}");
    assert!(words.contains("sms.twilio.base_url") && !words.contains("firewall"), "{words}");
}
