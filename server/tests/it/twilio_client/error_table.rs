//! Each row of Twilio's error table, over HTTP (R85).
use super::stage::{REFERENCE, Stage};
use ::fake_twilio::{Act, Script};
use domain::delivery::{SendOutcome, SendProblem};
use server::sms::twilio::errors;

/// Code, what the person is told, whether the number is marked.
const ROWS: &[(u32, &str, bool)] = &[
    (20003, "unavailable", false),
    (20005, "unavailable", false),
    (10001, "unavailable", false),
    (30002, "unavailable", false),
    (20006, "unavailable", false),
    (20403, "unavailable", false),
    (20008, "unavailable", false),
    (20404, "unavailable", false),
    (20001, "unavailable", false),
    (20422, "unavailable", false),
    (20429, "wait", false),
    (14107, "wait", false),
    (21211, "check", true),
    (21265, "check", true),
    (21266, "check", false),
    (21268, "check", false),
    (21614, "call", true),
    (21635, "call", true),
    (21612, "call", false),
    (21610, "stop", true),
    (21408, "country", false),
    (21212, "unavailable", false),
    (21606, "unavailable", false),
    (21659, "unavailable", false),
    (21660, "unavailable", false),
    (21661, "unavailable", false),
    (21663, "unavailable", false),
    (21608, "unavailable", false),
    (21609, "unavailable", false),
    (21602, "unavailable", false),
    (21603, "unavailable", false),
    (21604, "unavailable", false),
    (21605, "unavailable", false),
    (21617, "unavailable", false),
    (21618, "unavailable", false),
    (21624, "unavailable", false),
    (30045, "unavailable", false),
    (90007, "unavailable", false),
    (30012, "unavailable", false),
    (30013, "unavailable", false),
    (30036, "late", false),
    (21611, "late", false),
    (30001, "late", false),
    (21701, "unavailable", false),
    (21703, "unavailable", false),
    (21704, "unavailable", false),
    (21705, "unavailable", false),
    (30003, "off", false),
    (30004, "other", false),
    (30005, "dead", true),
    (30006, "call", true),
    (30007, "retry", false),
    (30008, "retry", false),
    (30010, "unavailable", false),
    (30017, "late", false),
    (30018, "unavailable", false),
    (30024, "unavailable", false),
    (30022, "late", false),
    (30023, "late", false),
    (30027, "late", false),
    (30032, "unavailable", false),
    (30033, "unavailable", false),
    (30034, "unavailable", false),
    (30035, "unavailable", false),
    (30038, "check", false),
    (30410, "retry", false),
    (30450, "other", false),
    (30453, "other", false),
    (60728, "unavailable", false),
    (63038, "unavailable", false),
    (21201, "nocall", false),
    (21203, "nocall", false),
    (21205, "nocall", false),
    (21210, "unavailable", false),
    (21202, "nocall", false),
    (21214, "nocall", false),
    (21217, "nocall", false),
    (21215, "country", false),
    (13227, "country", false),
    (21216, "nocall", false),
    (13225, "nocall", false),
    (21219, "unavailable", false),
    (11200, "unavailable", false),
    (11205, "unavailable", false),
];

#[tokio::test]
async fn r85_every_code_ends_in_its_own_words() {
    for &(code, name, marks) in ROWS {
        let stage = Stage::new().await;
        stage.fake.script(Script::times(3, Act::Error { code, status: None }));
        let report = stage.send().await;
        let problem = SendProblem::stored(name).unwrap();
        assert_eq!((report.outcome, report.code), (SendOutcome::Refused(problem), Some(code)), "{code}");
        assert_eq!(report.marks_number, marks, "{code}");
        assert_eq!(stage.posts(), if code == 20429 { 3 } else { 1 }, "{code}");
        assert!(stage.fake.inbox(None).is_empty(), "{code}: {REFERENCE} was refused");
    }
}

#[test]
fn r85_the_table_has_no_row_that_is_not_tested() {
    let faults = [20500, 20503];
    for code in errors::codes() {
        assert!(faults.contains(&code) || ROWS.iter().any(|(tested, ..)| *tested == code), "{code}");
    }
    assert_eq!(errors::codes().count(), ROWS.len() + faults.len());
}

#[tokio::test]
async fn r83_a_fault_at_twilio_is_unknown_and_never_sent_again() {
    for act in [
        Act::Error { code: 20500, status: None },
        Act::Error { code: 20503, status: None },
        Act::Status { status: 500 },
        Act::Status { status: 502 },
        Act::Status { status: 503 },
        Act::Status { status: 504 },
    ] {
        let stage = Stage::new().await;
        stage.fake.script(Script::next(act.clone()));
        let report = stage.send().await;
        assert_eq!((report.outcome, stage.posts()), (SendOutcome::Unknown(SendProblem::Retry), 1), "{act:?}");
        assert!(stage.waits().is_empty());
    }
}
