//! A node dies in the middle of its work, the database goes and comes back, somebody holds it: nothing that was acknowledged is
//! lost, nothing is done by halves, nobody gets further than before, and service comes back by itself.
use super::cluster::Cluster;
use super::on_both;
use crate::harness::place::Place;
use crate::harness::{ADA, Browser, NUMBER, PASSWORD, code_in};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

on_both! {
    r132_a_node_killed_in_the_middle_loses_nothing_that_was_acknowledged
    r14_while_others_hold_the_database_nothing_is_gained_and_it_is_said
}

fn number(nth: usize) -> String {
    format!("+120155501{:02}", nth + 10)
}

/// One person who signs in again and again, by whatever node answers; the browsers that were told they are in.
async fn signs_in(cluster: Arc<Cluster>, nth: usize, stop: Arc<AtomicBool>) -> Vec<Browser> {
    let (name, number) = (format!("person-{nth}"), number(nth));
    let mut inside = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let mut browser = cluster.node().browser();
        if browser.try_knock(&name, PASSWORD).await != Some("/login/otp".to_owned()) {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        let Some(code) = cluster.texts(&number).iter().find_map(|text| code_in(text)) else { continue };
        let mut browser = cluster.balanced(&browser);
        if browser.try_get("/login/otp").await.is_none() {
            continue;
        }
        let form = browser.form("/login/otp", &[("code", &code)]);
        if let Some(answer) = browser.try_send(form).await
            && answer.location() == Some("/security")
        {
            inside.push(browser);
        }
    }
    inside
}

async fn r132_a_node_killed_in_the_middle_loses_nothing_that_was_acknowledged(mut cluster: Cluster) {
    let people = 6;
    for nth in 0..people {
        cluster.account(&format!("person-{nth}"), Some(&number(nth)));
    }
    let mut acknowledged = Vec::new();
    // Twice: so that what the first death left behind is met by a second one.
    for _ in 0..2 {
        let (shared, stop) = (Arc::new(cluster), Arc::new(AtomicBool::new(false)));
        let tasks: Vec<_> = (0..people)
            .map(|nth| tokio::spawn(signs_in(Arc::clone(&shared), nth, Arc::clone(&stop))))
            .collect();
        tokio::time::sleep(Duration::from_millis(700)).await;
        // All tasks have it in hand: it dies by its id.
        let busy = shared.nodes[0].id();
        let killed = std::process::Command::new("kill").args(["-KILL", &busy.to_string()]).status().unwrap();
        assert!(killed.success());
        tokio::time::sleep(Duration::from_millis(300)).await;
        stop.store(true, Ordering::Relaxed);
        for task in tasks {
            acknowledged.extend(task.await.unwrap());
        }
        cluster = Arc::into_inner(shared).expect("all tasks are done");
        cluster.nodes[0].kill();
        cluster.nodes[0] = cluster.installation.serve().await;
    }
    assert!(!acknowledged.is_empty(), "somebody got in before the node died");
    for browser in &acknowledged {
        let still = cluster.balanced(browser).get("/security").await;
        assert_eq!(still.status, 200, "who was told to be signed in is");
    }
    // Each session above the password rests on a right code of its own.
    let raised = cluster.count("SELECT COUNT(*) FROM sessions WHERE level = 10").await;
    let right = cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'code_right'").await;
    let finished = cluster.count("SELECT COUNT(*) FROM flows WHERE finished_at IS NOT NULL").await;
    assert!(raised <= right, "{raised} sessions by {right} codes");
    assert_eq!(right, finished, "a code is used with its event, or not at all");
    let halves = "SELECT COUNT(*) FROM flows f WHERE f.sends > 0 AND NOT EXISTS \
        (SELECT 1 FROM deliveries d WHERE d.flow_id = f.id AND d.nth = f.sends)";
    assert_eq!(cluster.count(halves).await, 0, "a code is written with its message, or not at all");
    let texts: Vec<String> = cluster.twilio.inbox(None).into_iter().map(|text| text.body).collect();
    let different: HashSet<&String> = texts.iter().collect();
    assert_eq!(different.len(), texts.len(), "no message was sent twice");
}

/// Holds the database as another program would: the whole file, or the account's lock.
async fn hold(cluster: &Cluster) -> Holding {
    match &cluster.place {
        Place::Folder(_) => {
            let connection = rusqlite::Connection::open(cluster.place.path()).unwrap();
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            Holding::File(connection)
        }
        Place::Server { .. } => {
            let mut connection = cluster.place.connection().await;
            let all = "SELECT pg_advisory_lock(hashtextextended(id, 0)) FROM accounts";
            sqlx::query(all).execute(&mut connection).await.unwrap();
            Holding::Locks(connection)
        }
    }
}

enum Holding {
    File(rusqlite::Connection),
    Locks(PgConnection),
}

impl Holding {
    async fn end(self) {
        match self {
            Self::File(connection) => connection.execute_batch("ROLLBACK").unwrap(),
            Self::Locks(connection) => connection.close().await.unwrap(),
        }
    }
}

async fn r14_while_others_hold_the_database_nothing_is_gained_and_it_is_said(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let mut browser = cluster.half_signed_in(ADA).await;
    let code = cluster.code_to(NUMBER);
    let held = hold(&cluster).await;
    assert_eq!(cluster.node().browser().get("/login").await.status, 200, "who only looks does not wait");
    let waited = tokio::time::Instant::now();
    let refused = browser.post("/login/otp", &[("code", &code)]).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(
        refused.headers.contains_key("retry-after") && refused.text().contains("try again"),
        "{}",
        refused.text()
    );
    assert!(waited.elapsed() < Duration::from_secs(12), "not longer than a person waits");
    assert_eq!(browser.get("/security").await.location(), Some("/login/otp"), "and nobody is in");
    held.end().await;
    browser = cluster.balanced(&browser);
    browser.get("/login/otp").await;
    let done = browser.post("/login/otp", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/security"), "the code was not spent: {}", done.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r134_a_database_that_goes_is_told_and_its_return_is_noticed() {
    let Some(cluster) = Cluster::on_postgres().await else { return };
    cluster.account(ADA, Some(NUMBER));
    let inside = cluster.signed_in(ADA, NUMBER).await;
    let half = cluster.half_signed_in(ADA).await;
    let Place::Server { url } = &cluster.place else { panic!("a server") };
    let (server, name) = url.rsplit_once('/').unwrap();
    let mut beside = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    for closed in ["false", "true"] {
        let allow = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {closed}");
        sqlx::query(AssertSqlSafe(allow)).execute(&mut beside).await.unwrap();
        if closed == "true" {
            continue;
        }
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        sqlx::query(cut).bind(name).execute(&mut beside).await.unwrap();
        for node in &cluster.nodes {
            node.is_ready(false).await;
            let mut browser = inside.clone().by(node.line());
            let away = browser.get("/security").await;
            assert_eq!(away.status, 503, "{}", away.text());
            assert!(!away.text().contains("protected"), "nothing is shown from memory");
            let knocked = half.clone().by(node.line()).post("/login/otp", &[("code", "000000")]).await;
            assert_eq!(knocked.status, 503, "{}", knocked.text());
            assert!(node.log().contains("request failed"), "and the operator can read why");
        }
    }
    for node in &cluster.nodes {
        node.is_ready(true).await;
        let again = inside.clone().by(node.line()).get("/security").await;
        assert_eq!(again.status, 200, "no session is lost: {}", again.text());
    }
    let mut browser = cluster.balanced(&half);
    browser.get("/login/otp").await;
    let done = browser.post("/login/otp", &[("code", &cluster.code_to(NUMBER))]).await;
    assert_eq!(done.location(), Some("/security"), "no code either: {}", done.text());
}
