//! Nodes are restarted one after the other while people sign in: each says in time that it stops, and whoever goes by that loses nothing
//! (R134).
use super::cluster::Cluster;
use super::on_both;
use crate::harness::process::Running;
use crate::harness::{ADA, Answer, Browser, Line, NUMBER, PASSWORD, code_in};
use ::fake_twilio::{Act, Script};
use axum::body::Body;
use http::{Method, Request};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

on_both! {
    r134_a_node_that_was_told_to_stop_says_that_it_is_not_ready_while_it_finishes
}

/// What `/readyz` says to somebody who comes anew; nothing where nobody answers.
async fn readiness(line: &Line) -> Option<Answer> {
    Browser::new(line.clone()).try_get("/readyz").await
}

async fn r134_a_node_that_was_told_to_stop_says_that_it_is_not_ready_while_it_finishes(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let node = &cluster.nodes[0];
    let asked = cluster.twilio.requests().len();
    cluster.twilio.script(Script::next(Act::Delay { ms: 3000 }));
    let mut browser = node.browser();
    let knock = tokio::spawn(async move { browser.knock(ADA, PASSWORD).await });
    while cluster.twilio.requests().len() == asked {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    node.stop();
    let mut told = readiness(&node.line()).await;
    while told.as_ref().is_some_and(|told| told.status == 200) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        told = readiness(&node.line()).await;
    }
    let told = told.expect("it is asked, and answers");
    assert_eq!((told.status.as_u16(), told.retry_after()), (503, Some(5)));
    assert!(!knock.is_finished(), "and finishes what it has in hand");
    assert_eq!(knock.await.unwrap().location(), Some("/login/otp"));
}

/// What stands before several nodes: it asks them all whether they are ready, and sends nobody to one that is not.
struct Balancer {
    nodes: Mutex<Vec<(Line, bool)>>,
    next: AtomicUsize,
    lost: Mutex<Vec<String>>,
}

impl Balancer {
    fn of(nodes: &[Running]) -> Self {
        let nodes = nodes.iter().map(|node| (node.line(), true)).collect();
        Self { nodes: Mutex::new(nodes), next: AtomicUsize::new(0), lost: Mutex::default() }
    }

    fn line(&self) -> Line {
        let nodes = self.nodes.lock().unwrap();
        let ready: Vec<&Line> = nodes.iter().filter(|(_, ready)| *ready).map(|(line, _)| line).collect();
        ready[self.next.fetch_add(1, Ordering::Relaxed) % ready.len()].clone()
    }

    /// Asks a few times a second.
    async fn looks_after(&self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let lines: Vec<Line> = self.nodes.lock().unwrap().iter().map(|(line, _)| line.clone()).collect();
            for (nth, line) in lines.iter().enumerate() {
                let ready = readiness(line).await.is_some_and(|told| told.status == 200);
                self.nodes.lock().unwrap()[nth].1 = ready;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Sends what `request` makes of the browser; `None`: it was taken up and not answered.
    async fn send(
        &self,
        browser: &mut Browser,
        request: impl Fn(&Browser) -> Request<Body>,
    ) -> Option<Answer> {
        loop {
            let mut there = browser.clone().by(self.line());
            let asked = request(&there);
            let what = format!("{} {}", asked.method(), asked.uri().path());
            match there.sent(asked).await {
                Ok(answer) => {
                    *browser = there;
                    return Some(answer);
                }
                // Nobody has heard it: the next one may.
                Err(error) if error.is_connect() => tokio::time::sleep(Duration::from_millis(10)).await,
                Err(error) => {
                    self.lost.lock().unwrap().push(format!("{what}: {error:?}"));
                    return None;
                }
            }
        }
    }

    async fn get(&self, browser: &mut Browser, path: &str) -> Option<Answer> {
        self.send(browser, |browser| browser.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        self.send(browser, |browser| browser.form(path, fields)).await
    }

    fn browser(&self) -> Browser {
        let mut browser = Browser::new(self.line());
        browser.headers.clear();
        browser
    }
}

/// One person who signs in again and again; the browsers that were told they are in.
async fn signs_in(cluster: &Cluster, before: &Balancer, nth: usize, stop: &AtomicBool) -> Vec<Browser> {
    let (name, number) = (format!("person-{nth}"), format!("+120155501{:02}", nth + 10));
    let mut inside = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        // A number gets one code a second.
        tokio::time::sleep(Duration::from_millis(1050)).await;
        let mut browser = before.browser();
        let signs_in = async {
            before.get(&mut browser, "/login").await?;
            let name = [("username", &*name), ("password", PASSWORD)];
            let knocked = before.post(&mut browser, "/login", &name).await?;
            assert_eq!(knocked.location(), Some("/login/otp"), "{}: {}", knocked.status, knocked.text());
            let code = cluster.texts(&number).iter().find_map(|text| code_in(text)).expect("a code");
            before.get(&mut browser, "/login/otp").await?;
            let done = before.post(&mut browser, "/login/otp", &[("code", &code)]).await?;
            assert_eq!(done.location(), Some("/security"), "{}: {}", done.status, done.text());
            assert_eq!(before.get(&mut browser, "/security").await?.status, 200);
            Some(())
        };
        if signs_in.await.is_some() {
            inside.push(browser);
        }
    }
    inside
}

/// One who only looks, as fast as he can.
async fn looks(before: &Balancer, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        before.get(&mut before.browser(), "/login").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r134_while_nodes_are_restarted_one_by_one_no_request_that_was_taken_up_is_lost() {
    let more = [
        ("otp.sends_per_number_per_hour", "100"),
        ("otp.sends_per_number_per_day", "100"),
        ("otp.sends_per_account_per_day", "100"),
    ];
    let Some(mut cluster) = Cluster::on_postgres_with(&more).await else { return };
    let people = 6;
    for nth in 0..people {
        cluster.account(&format!("person-{nth}"), Some(&format!("+120155501{:02}", nth + 10)));
    }
    let mut nodes = std::mem::take(&mut cluster.nodes);
    let before = Arc::new(Balancer::of(&nodes));
    let (cluster, stop) = (Arc::new(cluster), Arc::new(AtomicBool::new(false)));
    let both = || (Arc::clone(&before), Arc::clone(&stop));
    let mut others = vec![tokio::spawn({
        let (before, stop) = both();
        async move { before.looks_after(&stop).await }
    })];
    others.extend((0..8).map(|_| {
        let (before, stop) = both();
        tokio::spawn(async move { looks(&before, &stop).await })
    }));
    let signing_in: Vec<_> = (0..people)
        .map(|nth| {
            let ((before, stop), cluster) = (both(), Arc::clone(&cluster));
            tokio::spawn(async move { signs_in(&cluster, &before, nth, &stop).await })
        })
        .collect();
    for (nth, node) in nodes.iter_mut().enumerate() {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        node.stop();
        let status = node.ended().await;
        assert!(status.success(), "{status}: {}", node.log());
        *node = cluster.installation.serve().await;
        before.nodes.lock().unwrap()[nth].0 = node.line();
    }
    tokio::time::sleep(Duration::from_millis(1500)).await;
    stop.store(true, Ordering::Relaxed);
    let mut inside = Vec::new();
    for person in signing_in {
        inside.extend(person.await.unwrap());
    }
    for other in others {
        other.await.unwrap();
    }
    assert_eq!(before.lost.lock().unwrap().as_slice(), &[] as &[String]);
    assert!(inside.len() >= 2 * people, "{}", inside.len());
    for browser in &inside {
        for node in &nodes {
            let still = browser.clone().by(node.line()).get("/security").await;
            assert_eq!(still.status, 200, "who was told to be signed in is");
        }
    }
}
