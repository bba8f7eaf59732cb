//! What may be sent again, how often and after how long (R83).
use super::stage::{HandClock, Stage, UNKNOWN, entropy, message, options, refused, surroundings};
use ::fake_twilio::{Act, FakeTwilio, Script, Settings};
use async_trait::async_trait;
use domain::delivery::{SendOutcome, SendProblem};
use domain::ports::Sms as _;
use server::sms::twilio::{Pause, Roots, Surroundings, Twilio};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

const TOO_MANY: Act = Act::TooMany { retry_after: None };

fn after(seconds: u32) -> Act {
    Act::TooMany { retry_after: Some(seconds) }
}

#[tokio::test]
async fn r83_a_throttled_message_is_tried_again() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(TOO_MANY));
    assert_eq!(stage.send().await.outcome, SendOutcome::Taken);
    assert_eq!((stage.posts(), stage.waits().len(), stage.fake.inbox(None).len()), (2, 1, 1));
}

#[tokio::test]
async fn r83_twice_at_the_most_with_growing_spread_waits() {
    let stage = Stage::new().await;
    stage.fake.script(Script::times(9, TOO_MANY));
    let report = stage.send().await;
    assert_eq!((report.outcome, report.code), (refused(SendProblem::Wait), Some(20429)));
    assert_eq!(stage.posts(), 3);
    let waits = stage.waits();
    let ms = |n: u64| Duration::from_millis(n);
    assert_eq!(waits.len(), 2);
    assert!((ms(250)..ms(500)).contains(&waits[0]) && (ms(500)..ms(1000)).contains(&waits[1]), "{waits:?}");
    stage.send().await;
    assert_ne!(waits[0], stage.waits()[2], "spread by chance");
}

#[tokio::test]
async fn r83_a_bare_429_is_tried_again_a_cap_of_the_account_is_not() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(Act::Status { status: 429 }));
    assert_eq!(stage.send().await.outcome, SendOutcome::Taken);
    assert_eq!(stage.posts(), 2);
    stage.fake.script(Script::next(Act::Error { code: 63038, status: Some(429) }));
    assert_eq!(stage.send().await.outcome, refused(SendProblem::Unavailable));
    assert_eq!(stage.posts(), 3);
}

#[tokio::test]
async fn retry_after_is_respected_and_counts_against_the_life_of_the_code() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(after(3)));
    assert_eq!(stage.send_living(100).await.outcome, SendOutcome::Taken);
    assert_eq!(stage.waits(), [Duration::from_secs(3)]);
    let sent: Vec<_> = stage
        .fake
        .requests()
        .iter()
        .map(|request| request.field("ValidityPeriod").map(str::to_owned))
        .collect();
    assert_eq!(sent, [Some("100".to_owned()), Some("97".to_owned())]);
}

#[tokio::test]
async fn a_wait_longer_than_a_person_waits_is_not_waited() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(after(60)));
    assert_eq!(stage.send().await.outcome, refused(SendProblem::Wait));
    assert_eq!((stage.posts(), stage.waits().len()), (1, 0));
}

#[tokio::test]
async fn r83_a_retry_stays_inside_the_life_of_the_code() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(after(3)));
    assert_eq!(stage.send_living(3).await.outcome, refused(SendProblem::Wait));
    assert_eq!(stage.posts(), 1);
}

#[tokio::test]
async fn r20_a_code_that_would_arrive_dead_is_not_sent() {
    let stage = Stage::new().await;
    assert_eq!(stage.send_living(0).await.outcome, refused(SendProblem::Late));
    assert_eq!(stage.fake.connections(), 0);
}

/// A port nobody listens on, as far as anybody can tell.
async fn free_port() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

#[tokio::test]
async fn r83_a_refused_connection_is_certainly_not_sent() {
    let (_, waits, surroundings) = surroundings();
    let twilio = Twilio::start(options(&format!("http://{}", free_port().await)), surroundings).ok().unwrap();
    assert_eq!(twilio.send(&message()).await.outcome, refused(SendProblem::Retry));
    assert_eq!(waits.seen().len(), 2, "three tries");
}

/// Twilio comes up while we wait.
struct ComesUp {
    address: SocketAddr,
    fake: Mutex<Option<FakeTwilio>>,
}

#[async_trait]
impl Pause for ComesUp {
    async fn wait(&self, _: Duration) {
        let fake = FakeTwilio::start_at(self.address, Settings::default()).await.unwrap();
        *self.fake.lock().await = Some(fake);
    }
}

#[tokio::test]
async fn r83_a_connection_that_failed_is_tried_again() {
    let address = free_port().await;
    let pause = Arc::new(ComesUp { address, fake: Mutex::default() });
    let surroundings = Surroundings {
        clock: Arc::new(HandClock::default()),
        entropy: entropy(),
        pause: Arc::<ComesUp>::clone(&pause),
        roots: Roots::System,
    };
    let twilio = Twilio::start(options(&format!("http://{address}")), surroundings).ok().unwrap();
    assert_eq!(twilio.send(&message()).await.outcome, SendOutcome::Taken);
    let fake = pause.fake.lock().await.take().unwrap();
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn r83_unknown_after_a_retry_stays_unknown() {
    let stage = Stage::new().await;
    stage.fake.script(Script::next(TOO_MANY));
    stage.fake.script(Script::next(Act::ResetAfterReading));
    assert_eq!(stage.send().await.outcome, UNKNOWN);
    assert_eq!(stage.posts(), 2);
}
