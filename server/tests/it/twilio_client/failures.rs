//! Broken connections, silence, redirects: each ends in one request and "nobody can tell" (R82, R83).
use super::stage::{RuntimeClock, Stage, UNKNOWN, entropy, message, options, surroundings};
use ::fake_twilio::{Act, FakeTwilio, Script, Settings};
use domain::delivery::{SendOutcome, SendProblem};
use domain::ports::Sms as _;
use server::sms::twilio::{Roots, Surroundings, TimerPause, Twilio};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

#[tokio::test]
async fn r83_a_connection_reset_after_the_request_is_unknown() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(Act::ResetAfterReading));
    assert_eq!(stage.send().await.outcome, UNKNOWN);
    assert_eq!((stage.posts(), stage.fake.connections()), (1, 1));
    assert_eq!(stage.fake.inbox(None).len(), 1, "Twilio had it");
}

#[tokio::test]
async fn r83_a_connection_reset_while_the_request_is_written_is_unknown() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(Act::ResetBeforeReading));
    assert_eq!(stage.send().await.outcome, UNKNOWN);
    assert_eq!((stage.posts(), stage.fake.connections()), (0, 1));
}

#[tokio::test]
async fn r82_silence_ends_after_ten_seconds_and_is_unknown() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(Act::Hang));
    let twilio = Arc::clone(&stage.twilio);
    let sending = tokio::spawn(async move { twilio.send(&message()).await });
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

#[tokio::test(start_paused = true)]
async fn r82_a_connection_that_does_not_come_about_is_given_up_after_three_seconds() {
    // Accepts, and never says a word of TLS.
    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", deaf.local_addr().unwrap());
    let surroundings = Surroundings {
        clock: Arc::new(RuntimeClock::new()),
        entropy: entropy(),
        pause: Arc::new(TimerPause),
        roots: Roots::Only(Vec::new()),
    };
    let twilio = Twilio::start(options(&address), surroundings).ok().unwrap();
    let begun = Instant::now();
    let report = twilio.send(&message()).await;
    let waited = begun.elapsed();
    assert_eq!(report.outcome, SendOutcome::Refused(SendProblem::Retry), "not a byte was sent");
    // Two tries of three seconds and the wait between them; a third would not fit into ten seconds.
    assert!(waited >= Duration::from_millis(6_250) && waited <= Duration::from_millis(6_600), "{waited:?}");
}

#[tokio::test]
async fn r82_a_redirect_is_not_followed() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(Act::Redirect { location: None }));
    assert_eq!(stage.send().await.outcome, UNKNOWN);
    assert_eq!((stage.posts(), stage.fake.redirects_followed()), (1, 0));
}

#[tokio::test]
async fn a21_a_redirect_to_another_host_takes_nothing_there() {
    let stage = Stage::new().await;
    let elsewhere = FakeTwilio::start(Settings::default()).await.unwrap();
    let location = format!("{}/2010-04-01/Accounts/x/Messages.json", elsewhere.base_url());
    stage.fake.script(Script::next(Act::Redirect { location: Some(location) }));
    assert_eq!(stage.send().await.outcome, UNKNOWN);
    assert_eq!(elsewhere.connections(), 0);
    assert_eq!(stage.posts(), 1);
}

#[tokio::test]
async fn a_plain_http_provider_needs_no_certificates_of_the_system() {
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let (_, _, surroundings) = surroundings();
    let twilio = Twilio::start(options(&fake.base_url()), surroundings).ok().unwrap();
    assert_eq!(twilio.send(&message()).await.outcome, SendOutcome::Taken);
}
