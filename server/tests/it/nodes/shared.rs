//! What one node does, all know at once: no rule is kept in a process (R131).
use super::cluster::Cluster;
use super::on_both;
use crate::harness::{ADA, NUMBER, OTHER, other_code};

on_both! {
    r04_wrong_codes_count_over_nodes_and_restarts
    r32_a_change_at_one_node_ends_sessions_at_all
    r60_an_account_that_is_switched_off_is_out_everywhere
}

async fn r04_wrong_codes_count_over_nodes_and_restarts(mut cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let mut wrong = 0;
    // Four of five tries, then a new sign-in at another node; the number gets five messages an hour.
    for round in 0..5 {
        let mut browser = cluster.half_signed_in(ADA).await;
        for _ in 0..4 {
            browser = cluster.balanced(&browser);
            let answer = browser.post("/login/otp", &[("code", &other_code(&cluster.code_to(NUMBER)))]).await;
            assert_eq!(answer.status, 422);
            wrong += 1;
        }
        if round == 2 {
            for node in &mut cluster.nodes {
                node.kill();
            }
            let mut fresh = Vec::new();
            for _ in &cluster.nodes {
                fresh.push(cluster.installation.serve().await);
            }
            cluster.nodes = fresh;
        }
        if wrong == 20 {
            let right = cluster.code_to(NUMBER);
            let late = cluster.balanced(&browser).post("/login/otp", &[("code", &right)]).await;
            assert_eq!(late.status, 422);
            assert!(late.text().contains("locked"), "{}", late.text());
        }
    }
    assert_eq!(wrong, 20);
    assert_eq!(cluster.count("SELECT COUNT(*) FROM failures WHERE locked_at IS NOT NULL").await, 1);
}

async fn r32_a_change_at_one_node_ends_sessions_at_all(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let elsewhere = cluster.signed_in(ADA, NUMBER).await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let mut browser = cluster.signed_in(ADA, NUMBER).await;
    let new = "/security/phones/new";
    assert_eq!(
        browser.submit(new, new, &[("phone", OTHER)]).await.location(),
        Some("/security/phones/confirm")
    );
    browser.get("/security/phones/confirm").await;
    let done = browser.post("/security/phones/confirm", &[("code", &cluster.code_to(OTHER))]).await;
    assert_eq!(done.location(), Some("/security"), "{}", done.text());
    for _ in &cluster.nodes {
        assert_eq!(cluster.balanced(&elsewhere).get("/security").await.location(), Some("/login"));
        assert_eq!(cluster.balanced(&browser).get("/security").await.status, 200);
    }
}

async fn r60_an_account_that_is_switched_off_is_out_everywhere(cluster: Cluster) {
    cluster.account(ADA, Some(NUMBER));
    let browser = cluster.signed_in(ADA, NUMBER).await;
    for _ in &cluster.nodes {
        assert_eq!(cluster.balanced(&browser).get("/security").await.status, 200);
    }
    assert!(cluster.installation.run(&["user", "disable", ADA], "").status.success());
    for _ in &cluster.nodes {
        assert_eq!(cluster.balanced(&browser).get("/security").await.location(), Some("/login"));
    }
}
