//! A45: a backup that is put back revives what ended after it was made: sessions that were signed out of, codes that were used. After
//! `latchkey migrate --restored` all that is older than this mark is dead (R54). The real program, on both databases.
use crate::harness::place::Place;
use crate::harness::{ADA, Browser, NUMBER};
use crate::nodes::cluster::Cluster;
use crate::nodes::on_both;
use crate::nodes::party::Party;
use crate::oidc::party::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::path::Path;

on_both! {
    a45_what_ended_after_the_backup_does_not_come_back
    a45_nothing_that_apps_had_before_the_mark_counts_after_it
}

/// The database as it is now, laid aside; and put back in its place. No node runs meanwhile.
struct Backup(Option<tempfile::TempDir>);

impl Backup {
    async fn of(cluster: &Cluster) -> Self {
        match &cluster.place {
            Place::Folder(_) => {
                let aside = tempfile::tempdir().unwrap();
                copy(cluster.place.path().parent().unwrap(), aside.path());
                Self(Some(aside))
            }
            Place::Server { url } => {
                on_the_server(url, |name| vec![format!("CREATE DATABASE {name}_aside TEMPLATE {name}")])
                    .await;
                Self(None)
            }
        }
    }

    async fn put_back(&self, cluster: &Cluster) {
        match (&cluster.place, &self.0) {
            (Place::Server { url }, _) => {
                let anew = |name: &str| {
                    vec![
                        format!("DROP DATABASE {name} WITH (FORCE)"),
                        format!("CREATE DATABASE {name} TEMPLATE {name}_aside"),
                    ]
                };
                on_the_server(url, anew).await;
            }
            (Place::Folder(_), Some(aside)) => {
                copy(aside.path(), cluster.place.path().parent().unwrap());
            }
            (Place::Folder(_), None) => panic!("a file was laid aside"),
        }
    }
}

/// The database with its log; nothing newer stays beside it.
fn copy(from: &Path, to: &Path) {
    for name in ["latchkey.db", "latchkey.db-wal", "latchkey.db-shm"] {
        let _ = std::fs::remove_file(to.join(name));
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

async fn on_the_server(url: &str, steps: impl Fn(&str) -> Vec<String>) {
    let (server, name) = url.rsplit_once('/').unwrap();
    let mut beside = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    sqlx::query(cut).bind(name).execute(&mut beside).await.unwrap();
    for step in steps(name) {
        // Those who were cut off take a moment to be gone.
        let mut done = Err(sqlx::Error::RowNotFound);
        for _ in 0..100 {
            done = sqlx::query(AssertSqlSafe(step.clone())).execute(&mut beside).await;
            if done.is_ok() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        done.unwrap();
    }
}

fn stop(cluster: &mut Cluster) {
    cluster.nodes.iter_mut().for_each(crate::harness::process::Running::kill);
}

async fn start(cluster: &mut Cluster) {
    let mut fresh = Vec::new();
    for _ in 0..cluster.nodes.len() {
        fresh.push(cluster.installation.serve().await);
    }
    cluster.nodes = fresh;
}

async fn is_in(cluster: &Cluster, browser: &Browser) -> bool {
    cluster.balanced(browser).get("/security").await.status == 200
}

async fn a45_what_ended_after_the_backup_does_not_come_back(mut cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let mut inside = cluster.signed_in(ADA, NUMBER).await;
    let half = cluster.half_signed_in(ADA).await;
    let code = cluster.code_to(NUMBER);
    stop(&mut cluster);
    let backup = Backup::of(&cluster).await;
    start(&mut cluster).await;

    // After the backup: the code is used, and both sessions are signed out of.
    let mut used = cluster.balanced(&half);
    used.get("/login/otp").await;
    assert_eq!(used.post("/login/otp", &[("code", &code)]).await.location(), Some("/security"));
    inside = cluster.balanced(&inside);
    for browser in [&mut used, &mut inside] {
        let kept = browser.clone();
        assert_eq!(browser.submit("/security", "/logout", &[]).await.location(), Some("/login"));
        *browser = kept;
        assert!(!is_in(&cluster, browser).await);
    }

    // Put back without a word, it is as this attack says: that is what the mark is for.
    stop(&mut cluster);
    backup.put_back(&cluster).await;
    start(&mut cluster).await;
    assert!(is_in(&cluster, &inside).await, "a backup does not know who signed out");
    stop(&mut cluster);

    backup.put_back(&cluster).await;
    let marked = cluster.installation.run(&["migrate", "--restored"], "");
    let told = String::from_utf8(marked.stdout).unwrap();
    assert!(marked.status.success(), "{}", String::from_utf8_lossy(&marked.stderr));
    assert_eq!(told, "The database is up to date. Ended: 2 sessions, 1 codes, 0 messages on their way.\n");
    start(&mut cluster).await;
    for _ in &cluster.nodes {
        for browser in [&inside, &half, &used] {
            assert_eq!(cluster.balanced(browser).get("/security").await.location(), Some("/login"));
        }
        let late = cluster.balanced(&half).post("/login/otp", &[("code", &code)]).await;
        assert!(late.location() != Some("/security"), "{}", late.text());
    }
    let mut anew = cluster.balanced(&half);
    anew.get("/login").await;
    let late = anew.post("/login/otp", &[("code", &code)]).await;
    assert_eq!(late.location(), Some("/login"), "{}", late.text());

    // Accounts, numbers and passwords are there, and whoever signs in anew is in.
    let fresh = cluster.signed_in(ADA, NUMBER).await;
    assert!(is_in(&cluster, &fresh).await);
    assert_eq!(cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'backup_restored'").await, 1);
    // Given once more, it ends that one too: nothing else can go wrong by it. A node that serves on a file has the old one open.
    let again = cluster.installation.run(&["migrate", "--restored"], "");
    let on_a_file = matches!(cluster.place, Place::Folder(_));
    assert_eq!(again.status.code(), Some(i32::from(on_a_file)), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(is_in(&cluster, &fresh).await, on_a_file);
}

/// What an app has shown since, it shows again; what it kept, it shows for the first time.
async fn a45_nothing_that_apps_had_before_the_mark_counts_after_it(mut cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let party = Party::new(&cluster);
    let mut inside = cluster.signed_in(ADA, NUMBER).await;
    let code = party.code(&mut inside).await;
    let used = party.code(&mut inside).await;
    let kept = party.code(&mut inside).await;
    let kept = json(&party.redeems(cluster.node(), &kept).await);
    let token = |name: &str| kept[name].as_str().unwrap().to_owned();
    let (access, refresh) = (token("access_token"), token("refresh_token"));
    let mut waits = cluster.node().browser();
    let request = waits.get(&Party::asks()).await.location().unwrap().to_owned();
    let request = request.split_once("resume=").expect("a page that knows the request").1.to_owned();
    let resume = format!("/oidc/authorize?resume={request}");
    assert_eq!(waits.get(&resume).await.location(), Some(&*format!("/login?resume={request}")));
    stop(&mut cluster);
    let backup = Backup::of(&cluster).await;
    start(&mut cluster).await;

    let since = party.redeems(cluster.node(), &used).await;
    assert_eq!(since.status, 200, "{}", since.body);
    let since = json(&since);
    stop(&mut cluster);
    backup.put_back(&cluster).await;
    let marked = cluster.installation.run(&["migrate", "--restored"], "");
    assert!(marked.status.success(), "{}", String::from_utf8_lossy(&marked.stderr));
    start(&mut cluster).await;

    for node in &cluster.nodes {
        for code in [&code, &used] {
            assert_eq!(json(&party.redeems(node, code).await)["error"], "invalid_grant");
        }
        for access in [&access, since["access_token"].as_str().unwrap()] {
            assert!(!party.opens(node, access).await);
        }
        for refresh in [&refresh, since["refresh_token"].as_str().unwrap()] {
            assert_eq!(json(&party.renews(node, refresh).await)["error"], "invalid_grant");
        }
        let over = waits.clone().by(node.line()).get(&resume).await;
        assert_eq!((over.status.as_u16(), over.location()), (400, None), "{}", over.text());
    }

    // The app itself is there, and whoever signs in anew is sent to it.
    let mut fresh = cluster.signed_in(ADA, NUMBER).await;
    let code = party.code(&mut fresh).await;
    let anew = json(&party.redeems(cluster.node(), &code).await);
    assert!(party.opens(cluster.node(), anew["access_token"].as_str().unwrap()).await);
}
