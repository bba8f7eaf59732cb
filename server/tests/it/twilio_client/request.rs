//! What is sent: exactly the promised fields, nothing that is forbidden (R20).
use super::stage::{BODY, Stage, TO, message};
use ::fake_twilio::Settings;
use domain::delivery::{SendOutcome, SmsMessage};
use domain::ports::Sms as _;
use secrecy::SecretString;

fn names(stage: &Stage) -> Vec<String> {
    stage.fake.requests()[0].fields.iter().map(|(name, _)| name.clone()).collect()
}

#[tokio::test]
async fn a_message_carries_the_promised_fields_and_no_other() {
    let stage = Stage::new().await;
    let report = stage.send().await;
    assert_eq!(report.outcome, SendOutcome::Taken);
    assert_eq!(report.provider, "twilio");
    assert_eq!(report.status.as_deref(), Some("queued"));
    assert_eq!(report.segments, Some(1));
    assert!(report.provider_id.is_some_and(|sid| sid.starts_with("SM") && sid.len() == 34));

    let requests = stage.fake.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    let account = Settings::default().account_sid;
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, format!("/2010-04-01/Accounts/{account}/Messages.json"));
    assert_eq!(request.user.as_deref(), Some(account.as_str()));
    assert_eq!(request.content_type.as_deref(), Some("application/x-www-form-urlencoded"));
    assert_eq!(names(&stage), ["To", "From", "Body", "ValidityPeriod"]);
    assert_eq!(request.field("To"), Some(TO));
    assert_eq!(request.field("From"), Some("+15005550006"));
    assert_eq!(request.field("Body"), Some(BODY));
    assert_eq!(request.field("ValidityPeriod"), Some("300"));
    assert_eq!(stage.fake.inbox(Some(TO))[0].body, BODY);
}

#[tokio::test]
async fn a_messaging_service_sends_in_place_of_the_number() {
    let stage =
        Stage::with(|options| options.messaging_service_sid = Settings::default().services.first().cloned())
            .await;
    let report = stage.send().await;
    assert_eq!(report.status.as_deref(), Some("accepted"));
    assert_eq!(report.segments, None, "it has not counted yet");
    assert_eq!(names(&stage), ["To", "MessagingServiceSid", "Body", "ValidityPeriod"]);
}

#[tokio::test]
async fn an_api_key_logs_in_under_the_accounts_path() {
    let (sid, secret) = Settings::default().api_key.unwrap();
    let user = sid.clone();
    let stage = Stage::with(|options| {
        options.auth_token = None;
        options.api_key_sid = Some(sid);
        options.api_key_secret = Some(SecretString::from(secret).into());
    })
    .await;
    assert_eq!(stage.send().await.outcome, SendOutcome::Taken);
    let request = &stage.fake.requests()[0];
    assert_eq!(request.user.as_deref(), Some(user.as_str()));
    assert!(request.target.contains(&Settings::default().account_sid));
}

#[tokio::test]
async fn a_callback_names_the_message_by_its_own_token() {
    let stage =
        Stage::with(|options| options.status_callback = Some("https://id.example.org/".to_owned())).await;
    assert_eq!(stage.send().await.outcome, SendOutcome::Taken);
    let wanted = format!("https://id.example.org/webhooks/twilio/status/{}", message().callback_token);
    assert_eq!(stage.fake.requests()[0].field("StatusCallback"), Some(wanted.as_str()));
}

#[tokio::test]
async fn r20_the_validity_period_is_never_beyond_what_twilio_takes() {
    let stage = Stage::new().await;
    for (seconds, sent) in [(10, "10"), (36_000, "36000"), (90_000, "36000")] {
        assert_eq!(stage.send_living(seconds).await.outcome, SendOutcome::Taken);
        assert_eq!(stage.fake.requests().last().unwrap().field("ValidityPeriod"), Some(sent));
    }
}

#[tokio::test]
async fn every_character_of_a_text_arrives() {
    let stage = Stage::new().await;
    let body = "a+b&c=d%e ñ€ é\n@id.example.org #123456";
    let report = stage.twilio.send(&SmsMessage { body: body.to_owned().into(), ..message() }).await;
    assert_eq!(report.outcome, SendOutcome::Taken);
    assert_eq!(stage.fake.inbox(None)[0].body, body);
}
