//! A2: what an app may use once it uses once, at whichever nodes it shows it; a second time ends what came of it, at all of them (R103,
//! R107).
use super::cluster::Cluster;
use super::on_both;
use super::party::Party;
use crate::harness::{ADA, Answer, NUMBER, at_once};
use crate::oidc::party::json;
use http::StatusCode;

on_both! {
    r103_a_code_is_redeemed_at_one_node_and_shown_again_at_another_it_ends_its_tokens_at_all
    r103_of_50_parallel_redemptions_at_all_nodes_one_counts_and_its_tokens_are_dead
    r107_of_50_parallel_renewals_at_all_nodes_one_gives_tokens_and_the_family_is_dead
}

fn told(answer: &Answer, name: &str) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    json(answer)[name].as_str().unwrap().to_owned()
}

fn is_refused(answer: &Answer) {
    assert_eq!((answer.status, &json(answer)["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
}

/// An app, and a code for somebody who is signed in.
async fn scene(cluster: &Cluster) -> (Party, String) {
    cluster.account(ADA, Some(NUMBER));
    let party = Party::new(cluster);
    let mut browser = cluster.signed_in(ADA, NUMBER).await;
    let code = party.code(&mut browser).await;
    (party, code)
}

/// The same field so often in the same moment, in turn at all nodes.
async fn shown(cluster: &Cluster, party: &Party, fields: &[(&str, &str)], times: usize) -> Vec<Answer> {
    let one = |_| {
        let program = cluster.node().browser();
        let request = party.shows(&program, fields);
        (program, request)
    };
    at_once((0..times).map(one).collect()).await.into_iter().map(|(_, answer)| answer).collect()
}

async fn r103_a_code_is_redeemed_at_one_node_and_shown_again_at_another_it_ends_its_tokens_at_all(
    cluster: Cluster,
) {
    let (party, code) = scene(&cluster).await;
    let given = party.redeems(cluster.node(), &code).await;
    let (access, refresh) = (told(&given, "access_token"), told(&given, "refresh_token"));
    for node in &cluster.nodes {
        assert!(party.opens(node, &access).await, "tokens of one node count at all");
    }
    is_refused(&party.redeems(cluster.node(), &code).await);
    for node in &cluster.nodes {
        assert!(!party.opens(node, &access).await, "the second use ended them");
        is_refused(&party.renews(node, &refresh).await);
    }
    assert_eq!(cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'tokens_given'").await, 1);
    assert_eq!(cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'token_reused'").await, 1);
}

/// Whoever comes second may come before the first one's tokens are written: then there are none.
async fn r103_of_50_parallel_redemptions_at_all_nodes_one_counts_and_its_tokens_are_dead(cluster: Cluster) {
    let (party, code) = scene(&cluster).await;
    let fields = [("grant_type", "authorization_code"), ("code", &*code)];
    let answers = shown(&cluster, &party, &fields, 50).await;
    let (given, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == StatusCode::OK);
    refused.iter().for_each(|answer| is_refused(answer));
    let written = cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'tokens_given'").await;
    assert!(written <= 1, "{written}");
    assert_eq!(i64::try_from(given.len()).unwrap(), written);
    assert_eq!(cluster.count("SELECT COUNT(*) FROM oidc_access").await, written);
    let used = "SELECT COUNT(*) FROM oidc_grants WHERE code_used_at IS NOT NULL AND ended_at IS NOT NULL";
    assert_eq!(cluster.count(used).await, 1, "one counted, and the others have ended it");
    assert_eq!(cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'token_reused'").await, 1);
    for answer in given {
        for node in &cluster.nodes {
            assert!(!party.opens(node, &told(answer, "access_token")).await);
            is_refused(&party.renews(node, &told(answer, "refresh_token")).await);
        }
    }
}

async fn r107_of_50_parallel_renewals_at_all_nodes_one_gives_tokens_and_the_family_is_dead(cluster: Cluster) {
    let (party, code) = scene(&cluster).await;
    let first = party.redeems(cluster.node(), &code).await;
    let refresh = told(&first, "refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    let answers = shown(&cluster, &party, &fields, 50).await;
    let (given, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == StatusCode::OK);
    assert_eq!((given.len(), refused.len()), (1, 49));
    refused.iter().for_each(|answer| is_refused(answer));
    for node in &cluster.nodes {
        for answer in [&first, given[0]] {
            assert!(!party.opens(node, &told(answer, "access_token")).await);
            is_refused(&party.renews(node, &told(answer, "refresh_token")).await);
        }
    }
    assert_eq!(cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'tokens_renewed'").await, 1);
    assert_eq!(cluster.count("SELECT COUNT(*) FROM events WHERE kind = 'token_reused'").await, 1);
}
