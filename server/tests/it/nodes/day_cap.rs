//! What messages may cost: of many who ask at all nodes at once no more get one than the day allows, and an operator stops them all.
use super::cluster::Cluster;
use futures::future::join_all;

const CAP: [(&str, &str); 1] = [("limits.sends_per_day", "7")];
const NO_CAP: [(&str, &str); 1] = [("limits.sends_per_day", "0")];

fn number(nth: usize) -> String {
    format!("+120155501{nth:02}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_days_messages_hold_for_one_node() {
    the_days_messages_hold(Cluster::on_sqlite_with(&CAP).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_days_messages_hold_for_three_nodes() {
    if let Some(cluster) = Cluster::on_postgres_with(&CAP).await {
        the_days_messages_hold(cluster).await;
    }
}

async fn the_days_messages_hold(cluster: Cluster) {
    let people: Vec<String> = (0..20).map(|nth| format!("person{nth}")).collect();
    for (nth, name) in people.iter().enumerate() {
        cluster.account(name, Some(&number(nth)));
    }
    let cluster = &cluster;
    let knocked = join_all(people.iter().map(|name| async move {
        let mut browser = cluster.node().browser();
        browser.knock(name, crate::harness::PASSWORD).await
    }))
    .await;
    let out = knocked.iter().filter(|answer| answer.location() == Some("/login/otp")).count();
    assert_eq!(out, 7);
    for held in knocked.iter().filter(|answer| answer.location().is_none()) {
        assert_eq!(held.status, 429, "{}", held.text());
        assert!(held.retry_after().is_some_and(|wait| wait <= 86_400));
        assert!(held.text().contains("We cannot send codes right now"), "{}", held.text());
    }
    assert_eq!(cluster.twilio.inbox(None).len(), 7);
    assert_eq!(cluster.count("SELECT CAST(SUM(sends) AS BIGINT) FROM sends_of_day").await, 7);
    let log: String = cluster.nodes.iter().map(crate::harness::process::Running::log).collect();
    assert!(log.contains("the messages of today are used up"), "the operator is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cap_set_during_a_day_counts_what_went_out_before_it_at_one_node() {
    a_cap_set_during_a_day_counts_what_went_out_before_it(Cluster::on_sqlite_with(&NO_CAP).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cap_set_during_a_day_counts_what_went_out_before_it_at_three_nodes() {
    if let Some(cluster) = Cluster::on_postgres_with(&NO_CAP).await {
        a_cap_set_during_a_day_counts_what_went_out_before_it(cluster).await;
    }
}

async fn a_cap_set_during_a_day_counts_what_went_out_before_it(mut cluster: Cluster) {
    let people: Vec<String> = (0..5).map(|nth| format!("person{nth}")).collect();
    for (nth, name) in people.iter().enumerate() {
        cluster.account(name, Some(&number(nth)));
    }
    for name in &people[..2] {
        cluster.half_signed_in(name).await;
    }
    cluster.installation.set("limits.sends_per_day", "3");
    // Each start counts, and none of them twice; one alone starts twice.
    for _ in 0..cluster.nodes.len().max(2) {
        cluster.nodes.remove(0);
        cluster.nodes.push(cluster.installation.serve().await);
    }
    cluster.half_signed_in(&people[2]).await;
    let mut browser = cluster.node().browser();
    let held = browser.knock(&people[3], crate::harness::PASSWORD).await;
    assert_eq!(held.status, 429, "{}", held.text());
    assert_eq!(cluster.twilio.inbox(None).len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_stops_messages_at_one_node() {
    an_operator_stops_messages(Cluster::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_stops_messages_at_three_nodes() {
    if let Some(cluster) = Cluster::on_postgres().await {
        an_operator_stops_messages(cluster).await;
    }
}

fn told(cluster: &Cluster, what: &str) -> String {
    let output = cluster.installation.run(&["sms", what], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn an_operator_stops_messages(cluster: Cluster) {
    for nth in 0..4 {
        cluster.account(&format!("person{nth}"), Some(&number(nth)));
    }
    assert!(told(&cluster, "stop").contains("sms resume"));
    assert!(told(&cluster, "stop").contains("already"));
    for nth in 0..3 {
        let mut browser = cluster.node().browser();
        let held = browser.knock(&format!("person{nth}"), crate::harness::PASSWORD).await;
        assert_eq!(held.status, 429, "{}", held.text());
    }
    assert_eq!(cluster.twilio.inbox(None).len(), 0);
    let status = cluster.installation.run(&["sms", "status", "--json"], "");
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((&status["sent_today"], &status["sends_per_day"]), (&0.into(), &10_000.into()));
    assert!(status["stopped_since"].is_string());
    assert!(told(&cluster, "resume").contains("go out again"));
    let mut browser = cluster.node().browser();
    let goes = browser.knock("person3", crate::harness::PASSWORD).await;
    assert_eq!(goes.location(), Some("/login/otp"), "{}", goes.text());
    for kind in ["sending_stopped", "sending_resumed"] {
        let written = match kind {
            "sending_stopped" => {
                "SELECT COUNT(*) FROM events WHERE kind = 'sending_stopped' AND actor = 'operator'"
            }
            _ => "SELECT COUNT(*) FROM events WHERE kind = 'sending_resumed' AND actor = 'operator'",
        };
        assert_eq!(cluster.count(written).await, 1, "{kind}");
    }
}
