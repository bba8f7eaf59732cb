//! A29: a stolen session cookie. It shows what the person sees and changes nothing: each change needs a fresh proof that the thief has not,
//! and whatever its owner or an operator does ends it within a second, on all nodes (R28, R36, R56, R59, R60).
use crate::harness::{ADA, Browser, House, NUMBER, OTHER, PASSWORD};
use crate::nodes::cluster::Cluster;
use crate::nodes::on_both;
use http::Method;
use server::router::table;
use std::time::Duration;
use tokio::time::Instant;

const THIEVES: &str = "+12015550168";

/// All cookies of a browser, at another address and in another browser.
fn stolen(house: &House, own: &Browser) -> Browser {
    let mut thief = house.browser().from([203, 0, 113, 66]);
    thief.cookies.clone_from(&own.cookies);
    thief.headers.push(("user-agent", "curl/8".to_owned()));
    thief
}

#[tokio::test]
async fn a29_it_changes_nothing_and_tells_no_number() {
    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let own = house.signed_in(ADA).await;
    house.clock.pass_seconds(300);
    let mut thief = stolen(&house, &own);
    assert_eq!(thief.get("/security").await.status, 200, "it is stolen, after all");
    let before: Vec<_> =
        house.phones(&ada).await.into_iter().map(|phone| (phone.id, phone.preferred)).collect();
    let (phone, sent) = (before[1].0.to_string(), house.sent());
    // All but the inbox of a first look, which has every text.
    for route in table().iter().filter(|route| route.path != "/dev/phone") {
        let path = route.path.replace("{id}", &phone);
        // A label harms nobody, signing out is a gift, and what sends a code sends it to its owner.
        if ["/logout", "/security/phones/{id}", "/security/phones/{id}/test", "/confirm-identity/send"]
            .contains(&route.path)
            && route.method == Method::POST
        {
            continue;
        }
        let mut tab = thief.clone();
        let answer = match route.method {
            Method::POST => {
                tab.post(&path, &[("phone", THIEVES), ("password", PASSWORD), ("code", "000000")]).await
            }
            _ => tab.get(&path).await,
        };
        for number in [NUMBER, OTHER] {
            let digits = number.trim_start_matches("+1");
            assert!(
                !answer.body.contains(digits) && !answer.text().contains(&digits[3..]),
                "{path} tells a number"
            );
        }
    }
    let after: Vec<_> =
        house.phones(&ada).await.into_iter().map(|phone| (phone.id, phone.preferred)).collect();
    assert_eq!(before, after);
    assert!(house.texts(THIEVES).is_empty(), "nothing goes where the thief reads it");
    assert_eq!(house.sent(), sent);
    // Not even with the password, where there is a second step.
    thief.get("/confirm-identity").await;
    assert_eq!(thief.post("/confirm-identity", &[("password", PASSWORD)]).await.status, 422);
    let send = thief.post("/confirm-identity/send", &[("channel", "sms"), ("phone", &phone)]).await;
    assert_eq!(send.location(), Some("/confirm-identity"), "{}", send.text());
    assert_eq!(house.sent(), sent + 1, "a code goes to its owner, who learns of it");
    assert_eq!(thief.get("/security/phones/new").await.location(), Some("/confirm-identity"));
}

#[tokio::test]
async fn a29_the_owners_next_proof_leaves_the_thief_with_an_old_cookie() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut own = house.signed_in(ADA).await;
    house.clock.pass_seconds(300);
    let mut thief = stolen(&house, &own);
    own.submit("/confirm-identity", "/confirm-identity/send", &[("channel", "sms")]).await;
    own.get("/confirm-identity").await;
    let code = house.newest_code();
    assert!(own.post("/confirm-identity", &[("code", &code)]).await.location().is_some());
    assert_eq!(own.get("/security/phones/new").await.status, 200);
    // The proof is the owner's, not everybody's who has the session.
    for path in ["/security/phones/new", "/security", "/confirm-identity"] {
        assert_eq!(thief.get(path).await.location(), Some("/login"), "{path}");
    }
    assert_eq!(thief.post("/security/phones/new", &[("phone", THIEVES)]).await.location(), Some("/"));
}

#[tokio::test]
async fn a29_it_does_not_outlive_signing_out_whatever_is_under_way() {
    let house = House::new().await;
    house.account(ADA, &[NUMBER]).await;
    let mut own = house.signed_in(ADA).await;
    let mut thief = stolen(&house, &own);
    // A change begun with the stolen session, before its owner leaves.
    thief.submit("/security/phones/new", "/security/phones/new", &[("phone", THIEVES)]).await;
    let code = house.code_to(THIEVES);
    thief.get("/security/phones/confirm").await;
    let form = thief.form("/security/phones/confirm", &[("code", &code)]);
    assert_eq!(own.submit("/security", "/logout", &[]).await.location(), Some("/login"));
    let late = thief.send(form).await;
    assert_eq!(late.location(), Some("/"), "{}", late.status);
    let proven = "SELECT COUNT(*) FROM phones WHERE verified_at IS NOT NULL AND retired_at IS NULL";
    assert_eq!(house.count(proven, &[]).await, 1);
}

on_both! { a29_each_way_to_end_it_ends_it_at_all_nodes_within_a_second }

async fn a29_each_way_to_end_it_ends_it_at_all_nodes_within_a_second(cluster: Cluster) {
    for (nth, way) in ["sign out", "disable", "password", "number"].into_iter().enumerate() {
        let (name, number) = (format!("person-{nth}"), format!("+1201555012{nth}"));
        cluster.account(&name, Some(&number));
        let mut own = cluster.signed_in(&name, &number).await;
        let thief = own.clone();
        for _ in &cluster.nodes {
            assert_eq!(cluster.balanced(&thief).get("/security").await.status, 200, "{way}");
        }
        let begun = match way {
            "sign out" => {
                own.submit("/security", "/logout", &[]).await;
                Instant::now()
            }
            "disable" => run(&cluster, &["user", "disable", &name], ""),
            "password" => run(
                &cluster,
                &["user", "set-password", &name, "--password-stdin"],
                "another copper meadow 72",
            ),
            _ => run(&cluster, &["user", "remove-phone", &name, "--all"], ""),
        };
        for _ in &cluster.nodes {
            assert_eq!(cluster.balanced(&thief).get("/security").await.location(), Some("/login"), "{way}");
        }
        assert!(begun.elapsed() < Duration::from_secs(1), "{way}: {:?}", begun.elapsed());
    }
}

/// When the command was done.
fn run(cluster: &Cluster, arguments: &[&str], input: &str) -> Instant {
    let output = cluster.installation.run(arguments, input);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Instant::now()
}
