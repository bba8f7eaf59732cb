//! What is made of answers: taken, refused, unknown (R8, R85).
use super::stage::{Stage, TO, UNKNOWN, refused};
use ::fake_twilio::{Act, Script};
use domain::delivery::{SendOutcome, SendProblem};
use secrecy::SecretString;

#[tokio::test]
async fn the_magic_numbers_are_refused_as_twilio_refuses_them() {
    let stage = Stage::new().await;
    for (to, code, problem, marks) in [
        ("+15005550001", 21211, SendProblem::Check, true),
        ("+15005550002", 21612, SendProblem::Call, false),
        ("+15005550003", 21408, SendProblem::Country, false),
        ("+15005550004", 21610, SendProblem::Stop, true),
        ("+15005550009", 21614, SendProblem::Call, true),
    ] {
        let report = stage.send_to(to).await;
        assert_eq!(
            (report.outcome, report.code, report.marks_number),
            (refused(problem), Some(code), marks),
            "{to}"
        );
    }
    for (from, code, problem) in [
        ("+15005550001", 21212, SendProblem::Unavailable),
        ("+15005550007", 21606, SendProblem::Unavailable),
        ("+15005550008", 21611, SendProblem::Late),
        ("+12015550199", 21606, SendProblem::Unavailable),
    ] {
        let stage = Stage::with(|options| options.from_number = Some(from.to_owned())).await;
        let report = stage.send().await;
        assert_eq!((report.outcome, report.code), (refused(problem), Some(code)), "{from}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_our_fault_not_the_persons() {
    let stage = Stage::with(|options| options.auth_token = Some(SecretString::from("wrong").into())).await;
    let report = stage.send().await;
    assert_eq!((report.outcome, report.code), (refused(SendProblem::Unavailable), Some(20003)));
    assert!(!report.marks_number);
    assert_eq!(stage.posts(), 1);
}

#[tokio::test]
async fn a_refusal_without_a_code_is_judged_by_its_status() {
    for status in [400, 401, 403, 404, 405, 410, 418, 451] {
        let stage = Stage::new().await;
        stage.fake.script(Script::next(Act::Status { status }));
        let report = stage.send().await;
        assert_eq!((report.outcome, report.code), (refused(SendProblem::Unavailable), None), "{status}");
        assert_eq!(stage.posts(), 1);
    }
}

#[tokio::test]
async fn a_code_nobody_knows_is_refused_as_unavailable() {
    for code in [21_999, 29_999, 99_999] {
        let stage = Stage::new().await;
        stage.fake.script(Script::next(Act::Error { code, status: None }));
        assert_eq!(stage.send().await.outcome, refused(SendProblem::Unavailable), "{code}");
    }
}

#[tokio::test]
async fn a_record_that_is_already_dead_is_refused() {
    for (status, error_code, outcome) in [
        ("failed", Some(30_005), refused(SendProblem::Dead)),
        ("undelivered", Some(30_003), refused(SendProblem::Off)),
        ("canceled", None, refused(SendProblem::Retry)),
        ("scheduled", None, SendOutcome::Taken),
        ("queued", Some(30_008), SendOutcome::Taken),
        ("something_new", None, SendOutcome::Taken),
    ] {
        let stage = Stage::new().await;
        stage.fake.script(Script::always_to(TO, Act::Taken { status: status.to_owned(), error_code }));
        let report = stage.send().await;
        assert_eq!((report.outcome, report.status.as_deref()), (outcome, Some(status)));
        assert_eq!(report.marks_number, error_code == Some(30_005));
    }
}

#[tokio::test]
async fn r83_an_answer_that_names_no_message_is_unknown_and_not_sent_again() {
    for act in [Act::Rubbish, Act::Empty, Act::HalfBody] {
        let stage = Stage::new().await;
        stage.fake.script(Script::next(act.clone()));
        let report = stage.send().await;
        assert_eq!((report.outcome, stage.posts(), report.provider_id), (UNKNOWN, 1, None), "{act:?}");
    }
}
