//! A node is told to stop, as at every upgrade: it is not ready any more, and what it has in hand is done to its end (R134).
use super::cluster::Cluster;
use super::on_both;
use crate::harness::process::Running;
use crate::harness::{ADA, NUMBER, OTHER, PASSWORD};
use ::fake_twilio::{Act, Script};
use std::time::Duration;

on_both! {
    r134_what_is_under_way_at_the_stop_is_finished_and_the_live_lines_are_ended
}

async fn ends_well(node: &mut Running) {
    let status = node.ended().await;
    let log = node.log();
    assert!(status.success(), "{status}: {log}");
    assert!(log.contains("Stopped") && !log.contains("cut off") && !log.contains("ERROR"), "{log}");
}

/// Waits until whoever asks whether it is ready hears no yes any more.
async fn is_away(node: &Running) {
    let ready = async || {
        let asked = node.client.get(format!("{}/readyz", node.origin)).send().await;
        asked.is_ok_and(|answer| answer.status() == 200)
    };
    let away = async {
        while ready().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(2), away).await.expect("it is told by readiness");
}

async fn r134_what_is_under_way_at_the_stop_is_finished_and_the_live_lines_are_ended(mut cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    cluster.account("sam", Some(OTHER));
    let node = &cluster.nodes[0];
    // A page that waits for news, and would for ever.
    let mut waiting = node.browser();
    assert_eq!(waiting.knock("sam", PASSWORD).await.location(), Some("/login/otp"));
    let cookies: Vec<String> =
        waiting.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let line = node.client.get(format!("{}/login/otp/live", node.origin));
    let mut line = line.header("cookie", cookies.join("; ")).send().await.unwrap();
    assert_eq!(line.headers()["content-type"], "text/event-stream");

    // A sign-in whose message the provider takes its time for.
    let asked = cluster.twilio.requests().len();
    cluster.twilio.script(Script::next(Act::Delay { ms: 3000 }));
    let mut browser = node.browser();
    let knock = tokio::spawn(async move { (browser.knock(ADA, PASSWORD).await, browser) });
    while cluster.twilio.requests().len() == asked {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let stopped = tokio::time::Instant::now();
    node.stop();
    is_away(node).await;
    assert!(!knock.is_finished(), "it is still under way");
    let (answer, half) = knock.await.unwrap();
    assert_eq!(answer.location(), Some("/login/otp"), "{}", answer.text());
    while line.chunk().await.is_ok_and(|chunk| chunk.is_some()) {}
    ends_well(&mut cluster.nodes[0]).await;
    assert!(stopped.elapsed() < Duration::from_secs(15), "no open page keeps it");

    // What was begun there goes on wherever there is a node.
    cluster.nodes[0] = cluster.installation.serve().await;
    let mut half = cluster.balanced(&half);
    half.get("/login/otp").await;
    let done = half.post("/login/otp", &[("code", &cluster.code_to(NUMBER))]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
    assert_eq!(cluster.texts(NUMBER).len(), 1);
}
