//! Silence, broken lines, redirects, and a provider that is out of order (R82, R83).
use super::stage::{Stage, options};
use crate::fake_vonage::{Act, FakeVonage};
use crate::twilio_client::stage::{UNKNOWN, message, refused, surroundings};
use domain::delivery::{SendOutcome, SendProblem};
use domain::ports::Sms as _;
use server::sms::vonage::Vonage;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

#[tokio::test]
async fn r82_silence_ends_after_ten_seconds_and_is_unknown() {
    let stage = Stage::new().await;
    stage.fake.script(1, &Act::Hang);
    let vonage = Arc::clone(&stage.vonage);
    let sending = tokio::spawn(async move { vonage.send(&message()).await });
    while stage.posts() == 0 {
        tokio::task::yield_now().await;
    }
    // From here on time stands still, and jumps to the next timer whenever nobody has anything to do.
    tokio::time::pause();
    let begun = Instant::now();
    assert_eq!(sending.await.unwrap().outcome, UNKNOWN);
    let waited = begun.elapsed();
    assert!(waited > Duration::from_secs(8) && waited <= Duration::from_millis(10_010), "{waited:?}");
    assert_eq!(stage.posts(), 1);
}

#[tokio::test]
async fn r83_where_no_connection_comes_about_it_is_tried_again_and_then_certainly_not_sent() {
    let fake = FakeVonage::start().await;
    let address = fake.base_url();
    drop(fake);
    let (_, waits, surroundings) = surroundings();
    // The port may be taken by another test by now; whoever it is answers nothing of a message's.
    let vonage = Vonage::start(options(&address), surroundings).ok().unwrap();
    tokio::task::yield_now().await;
    let report = vonage.send(&message()).await;
    assert_eq!(report.outcome, refused(SendProblem::Retry));
    assert_eq!(waits.seen().len(), 2);
}

#[tokio::test]
async fn a21_a_redirect_takes_nothing_to_another_host() {
    let stage = Stage::new().await;
    let elsewhere = FakeVonage::start().await;
    let to = format!("{}/v1/messages", elsewhere.base_url());
    assert_eq!(stage.send_into(&Act::Redirect(to)).await.outcome, UNKNOWN);
    assert_eq!((elsewhere.connections(), stage.posts()), (0, 1));
}

#[tokio::test]
async fn a_code_that_ends_in_a_moment_is_not_sent() {
    let stage = Stage::new().await;
    assert_eq!(stage.send_living(0).await.outcome, refused(SendProblem::Late));
    assert_eq!(stage.posts(), 0);
}

#[tokio::test]
async fn r82_five_failures_leave_vonage_alone_for_half_a_minute() {
    for (act, outcome) in [
        (Act::problem(401, "unauthorized"), refused(SendProblem::Unavailable)),
        (Act::Refused(503, None, String::new()), UNKNOWN),
        (Act::Cut, UNKNOWN),
    ] {
        let stage = Stage::new().await;
        stage.fake.script(5, &act);
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
    stage.fake.script(8, &Act::problem(422, "1240"));
    for _ in 0..8 {
        assert_eq!(stage.send().await.outcome, refused(SendProblem::Stop));
    }
    assert_eq!(stage.send().await.outcome, SendOutcome::Taken);
}
