//! What is sent: exactly the promised members (R20).
use super::stage::Stage;
use crate::fake_vonage::SIGNATURE_SECRET;
use crate::twilio_client::stage::{BODY, REFERENCE, message};
use domain::delivery::{SendOutcome, SmsMessage};
use domain::ports::Sms as _;
use secrecy::SecretString;
use serde_json::json;

#[tokio::test]
async fn a_message_carries_the_promised_members_and_no_other() {
    let stage = Stage::new().await;
    let report = stage.send().await;
    assert_eq!((report.outcome, report.provider), (SendOutcome::Taken, "vonage"));
    assert_eq!(report.provider_id, stage.fake.inbox().first().map(|taken| taken.id.clone()));
    let requests = stage.fake.requests();
    assert_eq!((requests.len(), requests[0].refused.clone()), (1, None));
    let wanted = json!({
        "message_type": "text", "channel": "sms", "to": "12015550123", "from": "12015550199",
        "text": BODY, "client_ref": REFERENCE, "ttl": 300,
    });
    assert_eq!(requests[0].body, wanted);
    let head = requests[0].head.to_ascii_lowercase();
    assert!(head.contains("user-agent: latchkey/") && !head.contains("referer"), "{head}");
    assert!(!stage.vonage.is_asked(), "it has no address to ask at");
}

#[tokio::test]
async fn a_callback_is_asked_for_only_where_its_signature_can_be_checked() {
    let wanted = format!("https://id.example.org/webhooks/vonage/status/{}", message().callback_token);
    for (secret, url) in [(Some(SIGNATURE_SECRET), Some(wanted.as_str())), (None, None), (Some(" "), None)] {
        let stage = Stage::with(|options| {
            options.signature_secret = secret.map(|secret| SecretString::from(secret).into());
            options.status_callback = Some("https://id.example.org/".to_owned());
        })
        .await;
        assert_eq!(stage.send().await.outcome, SendOutcome::Taken);
        let request = &stage.fake.requests()[0];
        assert_eq!(request.field("webhook_url"), url);
        assert_eq!(request.field("webhook_version"), url.map(|_| "v1"));
        assert_eq!(stage.vonage.callbacks().is_some(), url.is_some());
    }
}

#[tokio::test]
async fn r20_the_time_to_live_is_what_the_code_has_left_within_what_vonage_takes() {
    let stage = Stage::new().await;
    for (seconds, sent) in [(10, 20), (20, 20), (299, 299), (700_000, 604_800)] {
        assert_eq!(stage.send_living(seconds).await.outcome, SendOutcome::Taken);
        assert_eq!(stage.fake.requests().last().unwrap().body["ttl"], sent);
    }
}

#[tokio::test]
async fn every_character_of_a_text_arrives() {
    let stage = Stage::new().await;
    let body = "a+b&c=d%e \"ñ\" \\ € é\n@id.example.org #123456";
    let report = stage.vonage.send(&SmsMessage { body: body.to_owned().into(), ..message() }).await;
    assert_eq!(report.outcome, SendOutcome::Taken);
    assert_eq!(stage.fake.inbox()[0].text, body);
}
