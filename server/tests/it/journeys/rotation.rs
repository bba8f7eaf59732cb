//! A provider's key is changed there and here, and nobody is signed out or waits for it (R84).
use crate::harness::{ADA, House, NUMBER, PASSWORD};
use ::fake_twilio::{FakeTwilio, Settings};

#[tokio::test]
async fn r84_a_token_that_changes_in_its_file_is_used_without_a_restart() {
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let account = Settings::default();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "the-token-of-before").unwrap();
    let house = House::with(&[
        ("sms.providers", "[\"twilio\"]"),
        ("sms.twilio.account_sid", &account.account_sid),
        ("sms.twilio.auth_token_file", file.to_str().unwrap()),
        ("sms.twilio.from_number", &account.senders[0]),
        ("sms.twilio.base_url", &fake.base_url()),
    ])
    .await;
    house.account(ADA, &[NUMBER]).await;
    let mut browser = house.browser();
    browser.knock(ADA, PASSWORD).await;
    assert!(fake.inbox(Some(NUMBER)).is_empty(), "Twilio takes another token by now");
    std::fs::write(&file, format!("{}\n", account.auth_token)).unwrap();
    house.app.secrets.iter().for_each(server::sms::live_secret::LiveSecret::look);
    house.clock.pass_seconds(60);
    let sent = browser.submit("/login/otp", "/login/otp/resend", &[("channel", "sms")]).await;
    assert_eq!(sent.location(), Some("/login/otp"), "{}", sent.text());
    let code = crate::harness::code_in(&fake.inbox(Some(NUMBER))[0].body).unwrap();
    assert_eq!(
        browser.submit("/login/otp", "/login/otp", &[("code", &code)]).await.location(),
        Some("/security")
    );
}
