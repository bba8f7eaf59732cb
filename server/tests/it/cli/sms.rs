//! `latchkey sms …`: what holds for a test message, and what is said where nobody can tell what became of it.
use super::{NUMBER, json, run};
use crate::harness::process::Installation;
use ::fake_twilio::{Act, FakeTwilio, Script, Settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_holds_for_a_test_message_too() {
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let here = with(&fake);
    assert_eq!(run(&here, &["migrate"], "").0, 0);
    assert_eq!(run(&here, &["sms", "stop"], "").0, 0);
    let since = json(&here, &["sms", "status", "--json"])["stopped_since"].as_str().unwrap().to_owned();
    let (code, out, err) = run(&here, &["sms", "test", NUMBER], "");
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains(&format!("stopped since {since}")) && err.contains("nothing was sent"), "{err}");
    assert!(fake.inbox(None).is_empty());
    assert_eq!(run(&here, &["sms", "resume"], "").0, 0);
    let (code, out, err) = run(&here, &["sms", "test", NUMBER], "");
    assert!(code == 0 && out.contains("`latchkey trace` knows nothing of it"), "{out}{err}");
    assert_eq!(fake.inbox(None).len(), 1);
    let (_, told, _) = run(&here, &["sms", "status"], "");
    assert!(told.contains("tried today  0 of at most"), "a test is not counted: {told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_that_may_have_gone_is_not_said_to_have_been_taken_by_nobody() {
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let here = with(&fake);
    fake.script(Script::next(Act::Empty));
    let (code, out, err) = run(&here, &["sms", "test", NUMBER], "");
    assert!(code == 1 && out.contains("nobody can tell"), "{out}{err}");
    assert!(
        err.contains("nobody can tell whether the message went") && !err.contains("no provider took"),
        "{err}"
    );
}

fn with(fake: &FakeTwilio) -> Installation {
    let account = Settings::default();
    Installation::new(&[
        ("sms.providers", "[\"twilio\"]"),
        ("sms.twilio.account_sid", &account.account_sid),
        ("sms.twilio.auth_token", &account.auth_token),
        ("sms.twilio.from_number", &account.senders[0]),
        ("sms.twilio.base_url", &fake.base_url()),
    ])
}
