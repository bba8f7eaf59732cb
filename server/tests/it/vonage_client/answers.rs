//! What is made of answers: taken, refused, unknown; each row of the table of errors (R8, R83, R85).
use super::stage::Stage;
use crate::fake_vonage::Act;
use crate::twilio_client::stage::{UNKNOWN, refused};
use domain::delivery::{SendOutcome, SendProblem};
use secrecy::SecretString;
use server::sms::vonage::errors;
use std::time::Duration;

/// Code, what the person is told, whether the number is marked.
const ROWS: &[(u32, &str, bool)] = &[
    (1000, "wait", false),
    (1010, "unavailable", false),
    (1020, "unavailable", false),
    (1021, "unavailable", false),
    (1022, "unavailable", false),
    (1030, "retry", false),
    (1040, "check", false),
    (1050, "other", false),
    (1060, "unavailable", false),
    (1070, "unavailable", false),
    (1080, "unavailable", false),
    (1090, "unavailable", false),
    (1100, "retry", false),
    (1110, "unavailable", false),
    (1120, "unavailable", false),
    (1130, "unavailable", false),
    (1140, "unavailable", false),
    (1150, "unavailable", false),
    (1160, "unavailable", false),
    (1170, "check", true),
    (1180, "off", false),
    (1190, "dead", true),
    (1200, "other", false),
    (1210, "retry", false),
    (1220, "off", false),
    (1230, "retry", false),
    (1240, "stop", true),
    (1241, "wait", false),
    (1250, "retry", false),
    (1251, "retry", false),
    (1260, "other", false),
    (1270, "other", false),
    (1280, "other", false),
    (1282, "retry", false),
    (1290, "other", false),
    (1300, "check", false),
    (1310, "call", true),
    (1320, "retry", false),
    (1330, "retry", false),
    (1331, "retry", false),
    (1360, "late", false),
    (1400, "unavailable", false),
    (1410, "unavailable", false),
    (1420, "unavailable", false),
    (1430, "check", true),
    (1440, "unavailable", false),
    (1450, "unavailable", false),
    (1460, "unavailable", false),
    (1470, "country", false),
    (1472, "other", false),
    (1473, "other", false),
    (1480, "unavailable", false),
    (1481, "unavailable", false),
    (1482, "unavailable", false),
    (1483, "unavailable", false),
    (1484, "unavailable", false),
];

#[tokio::test]
async fn r85_every_code_ends_in_its_own_words() {
    for &(code, name, marks) in ROWS {
        let stage = Stage::new().await;
        let report = stage.send_into(&Act::problem(422, &code.to_string())).await;
        let problem = SendProblem::stored(name).unwrap();
        assert_eq!((report.outcome, report.code), (refused(problem), Some(code)), "{code}");
        assert_eq!(report.marks_number, marks, "{code}");
        assert_eq!((stage.posts(), stage.fake.inbox().len()), (1, 0), "{code}");
    }
}

#[test]
fn r85_the_table_has_no_row_that_is_not_tested() {
    for code in errors::codes() {
        assert!(ROWS.iter().any(|(tested, ..)| *tested == code), "{code}");
    }
    assert_eq!(errors::codes().count(), ROWS.len());
}

#[tokio::test]
async fn names_and_statuses_stand_in_for_a_code() {
    for (status, anchor) in [
        (401, "unauthorized"),
        (402, "low-balance"),
        (403, "forbidden"),
        (403, "account-suspended"),
        (404, "not-found"),
        (422, "something-new"),
        (422, "9999"),
        (400, ""),
    ] {
        let stage = Stage::new().await;
        let report = stage.send_into(&Act::problem(status, anchor)).await;
        assert_eq!(report.outcome, refused(SendProblem::Unavailable), "{status} {anchor}");
        assert_eq!(report.code, anchor.parse().ok(), "{status} {anchor}");
    }
    for status in [400, 401, 402, 403, 404, 405, 415, 418, 422] {
        let stage = Stage::new().await;
        let report = stage.send_into(&Act::Refused(status, None, "<html>upstream</html>".to_owned())).await;
        assert_eq!((report.outcome, report.code), (refused(SendProblem::Unavailable), None), "{status}");
        assert_eq!(stage.posts(), 1);
    }
}

#[tokio::test]
async fn wrong_credentials_are_our_fault_not_the_persons() {
    let stage = Stage::with(|options| options.api_secret = Some(SecretString::from("wrong").into())).await;
    let report = stage.send().await;
    assert_eq!((report.outcome, report.marks_number), (refused(SendProblem::Unavailable), false));
    assert_eq!((stage.posts(), stage.fake.inbox().len()), (1, 0));
}

#[tokio::test]
async fn a_destination_that_vonage_calls_invalid_is_the_numbers_matter() {
    let about = |name: &str| {
        let body = serde_json::json!({
            "type": "https://developer.vonage.com/api-errors/messages#1150", "title": "Invalid params",
            "invalid_parameters": [{"name": name, "reason": "x"}],
        });
        Act::Refused(422, None, body.to_string())
    };
    for _ in 0..6 {
        let stage = Stage::new().await;
        assert_eq!(stage.send_into(&about("to")).await.outcome, refused(SendProblem::Check));
        assert_eq!(stage.send_into(&about("from")).await.outcome, refused(SendProblem::Unavailable));
    }
}

#[tokio::test]
async fn r83_too_many_requests_are_tried_again_twice_and_what_the_answer_says_is_waited_for() {
    let stage = Stage::new().await;
    stage.fake.script(3, &Act::problem(429, "1010"));
    let report = stage.send().await;
    assert_eq!((report.outcome, stage.posts()), (refused(SendProblem::Wait), 3));
    let waits = stage.waits.seen();
    assert!(waits.len() == 2 && waits[0] >= Duration::from_millis(250), "{waits:?}");
    let stage = Stage::new().await;
    stage.fake.script(1, &Act::Refused(429, Some(2), String::new()));
    assert_eq!((stage.send().await.outcome, stage.posts()), (SendOutcome::Taken, 2));
    assert_eq!(stage.waits.seen(), [Duration::from_secs(2)]);
    // Longer than a person waits: not waited for.
    let stage = Stage::new().await;
    stage.fake.script(1, &Act::Refused(429, Some(60), String::new()));
    assert_eq!((stage.send().await.outcome, stage.posts()), (refused(SendProblem::Wait), 1));
}

#[tokio::test]
async fn r83_an_answer_that_names_no_message_is_unknown_and_not_sent_again() {
    for act in [
        Act::Accepted("<html>not what you think</html>"),
        Act::Accepted("{}"),
        Act::Accepted(""),
        Act::Accepted(r#"{"message_uuid":"12"}"#),
        Act::Accepted(r#"{"message_uuid":12}"#),
        Act::HalfBody,
        Act::Cut,
        Act::problem(500, "1030"),
        Act::Refused(502, None, String::new()),
        Act::Refused(503, None, String::new()),
        Act::Refused(504, None, String::new()),
    ] {
        let stage = Stage::new().await;
        let report = stage.send_into(&act).await;
        assert_eq!((report.outcome, stage.posts(), report.provider_id), (UNKNOWN, 1, None), "{act:?}");
        assert!(stage.waits.seen().is_empty());
    }
}
