//! A provider that is out of order is left alone (R82).
use super::stage::{Stage, UNKNOWN, refused};
use ::fake_twilio::{Act, Script};
use domain::delivery::{SendOutcome, SendProblem};
use std::time::Duration;

#[tokio::test]
async fn r82_five_failures_leave_twilio_alone_for_half_a_minute() {
    for (act, outcome) in [
        (Act::Error { code: 20003, status: None }, refused(SendProblem::Unavailable)),
        (Act::Status { status: 503 }, UNKNOWN),
        (Act::ResetAfterReading, UNKNOWN),
    ] {
        let stage = Stage::new().await;
        stage.fake.script(Script::times(5, act.clone()));
        for _ in 0..5 {
            assert_eq!(stage.send().await.outcome, outcome, "{act:?}");
        }
        assert_eq!(stage.send().await.outcome, refused(SendProblem::Unavailable), "{act:?}");
        assert_eq!(stage.posts(), 5, "{act:?}");
        stage.clock.advance(Duration::from_secs(30));
        assert_eq!(stage.send().await.outcome, SendOutcome::Taken, "{act:?}");
        assert_eq!(stage.send().await.outcome, SendOutcome::Taken, "{act:?}");
    }
}

#[tokio::test]
async fn numbers_that_cannot_be_reached_do_not_stop_the_others() {
    let stage = Stage::new().await;
    for _ in 0..8 {
        assert_eq!(stage.send_to("+15005550004").await.outcome, refused(SendProblem::Stop));
    }
    assert_eq!(stage.send().await.outcome, SendOutcome::Taken);
}

#[tokio::test]
async fn r82_the_trial_request_that_fails_closes_the_door_again() {
    let stage = Stage::new().await;
    stage.fake.script(Script::times(6, Act::Status { status: 500 }));
    for _ in 0..5 {
        stage.send().await;
    }
    stage.clock.advance(Duration::from_secs(30));
    assert_eq!(stage.send().await.outcome, UNKNOWN);
    assert_eq!(stage.send().await.outcome, refused(SendProblem::Unavailable));
    assert_eq!(stage.posts(), 6);
}
