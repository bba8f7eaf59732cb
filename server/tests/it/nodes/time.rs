//! One time for all nodes: that of the database they share, whatever the machine of one of them says (R2, R133).
use crate::harness::place::Place;
use crate::harness::{ADA, House, NUMBER};
use crate::log;
use domain::time::{Clock as _, Timestamp};
use server::clock::{SharedClock, SystemClock};
use server::installation::{Opening, open};
use server::jobs;
use std::sync::Arc;
use std::time::Duration;

const FIVE_MINUTES: Duration = Duration::from_secs(300);

/// The shared time of a node whose machine is ahead of it by so much.
fn behind(by: Duration) -> Arc<SharedClock> {
    told(SystemClock.now().minus(by))
}

/// A clock that was told this just now.
fn told(now: Timestamp) -> Arc<SharedClock> {
    Arc::new(SharedClock::new(now, Duration::ZERO))
}

/// What `/readyz` answers.
async fn readiness(node: &House) -> (u16, String, Option<u64>) {
    let mut probing = node.browser();
    assert_eq!(probing.get("/healthz").await.status, 200, "the process lives");
    let answer = probing.get("/readyz").await;
    (answer.status.as_u16(), answer.body.clone(), answer.retry_after())
}

fn not_ready() -> (u16, String, Option<u64>) {
    (503, "not ready\n".to_owned(), Some(5))
}

#[tokio::test]
async fn r133_a_node_whose_machine_is_off_by_more_than_two_seconds_is_not_ready_and_says_so_once() {
    let said = log::listen();
    let shared = behind(FIVE_MINUTES);
    let node = House::new().await.another_node_by(&shared).await;
    for _ in 0..3 {
        assert_eq!(readiness(&node).await, not_ready());
    }
    assert_eq!(said.text().matches("this machine's clock and the database's differ").count(), 1);
    assert!(said.text().contains("ERROR") && said.text().contains("seconds=300"), "{}", said.text());
    let millis = Duration::from_millis;
    for (ahead, ready) in [(millis(0), true), (millis(1_900), true), (millis(3_000), false)] {
        shared.told(SystemClock.now().plus(ahead), Duration::ZERO);
        assert_eq!(readiness(&node).await.0, if ready { 200 } else { 503 }, "{ahead:?}");
    }
    assert_eq!(said.text().matches("this machine's clock and the database's agree again").count(), 1);
    assert_eq!(said.text().matches("this machine's clock and the database's differ").count(), 2);
}

#[tokio::test]
async fn r02_r133_a_code_lives_by_the_time_that_nodes_share_whatever_their_machines_say() {
    let ttl = Duration::from_secs(300);
    for machine in ["ahead", "behind"] {
        let now = SystemClock.now();
        let now = if machine == "ahead" { now.minus(FIVE_MINUTES) } else { now.plus(FIVE_MINUTES) };
        // Of the same installation, told the same.
        let (here, there) = (told(now), told(now));
        let node = House::new().await.another_node_by(&here).await;
        let other = node.another_node_by(&there).await;
        node.account(ADA, &[NUMBER]).await;
        for alive in [true, false] {
            let before = here.now();
            let browser = node.half_signed_in(ADA).await;
            let code = node.newest_code();
            // All but two seconds of its life, for a machine that is slow; or all of it.
            let then = if alive { before.plus(ttl - Duration::from_secs(2)) } else { here.now().plus(ttl) };
            here.told(then, Duration::ZERO);
            there.told(then, Duration::ZERO);
            let typed = browser.by(other.line()).post("/login/otp", &[("code", &code)]).await;
            assert_eq!(typed.location() == Some("/security"), alive, "{machine}: {}", typed.text());
            assert!(alive || typed.alert().unwrap().contains("The code has run out"), "{}", typed.text());
        }
    }
}

#[tokio::test]
async fn r133_a_node_takes_the_databases_time_and_asks_for_it_again() {
    let Some(place) = Place::on_server().await else { return };
    let house = House::at(place, &[]).await.unwrap();
    // As the program opens it.
    let opened = open(&house.config(), Opening::Kept).await.unwrap().adapters;
    let shared = opened.shared_clock.expect("a time that nodes share");
    assert!(shared.skew() < Duration::from_secs(1), "the server of these tests has this machine's time");
    shared.told(SystemClock.now().plus(FIVE_MINUTES), Duration::ZERO);
    let late = opened.clock.now().since(SystemClock.now());
    assert!(late > Duration::from_secs(290), "it is the node's only time: {late:?}");

    // What was told long ago is put right by what is done in the background.
    let shared = behind(FIVE_MINUTES);
    let node = house.another_node_by(&shared).await;
    assert_eq!(readiness(&node).await, not_ready());
    jobs::round(&node.app, 0, &jobs::system_trail(&node.app)).await.unwrap();
    assert_eq!(readiness(&node).await.0, 200);
    assert!(SystemClock.now().since(shared.now()) < Duration::from_secs(2), "the database's time");
}

#[tokio::test]
async fn r133_one_node_on_a_file_has_its_machines_time_alone() {
    let house = House::at(Place::file(), &[]).await.unwrap();
    let opened = open(&house.config(), Opening::Kept).await.unwrap().adapters;
    assert!(opened.shared_clock.is_none());
    house.app.upkeep.agree_on_time().await.unwrap();
    assert_eq!(readiness(&house).await.0, 200);
}
