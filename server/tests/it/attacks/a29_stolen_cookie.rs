//! A29: a stolen session cookie. It shows what the person sees and changes nothing: each change needs a fresh proof that the thief has not,
//! and whatever its owner or an operator does ends it within a second, on all nodes (R28, R36, R56, R59, R60).
use crate::harness::{ADA, Answer, Browser, House, NUMBER, OTHER, PASSWORD};
use crate::nodes::cluster::Cluster;
use crate::nodes::on_both;
use crate::oidc::party::Party;
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

/// A number in a page, whole or all but its area, however it is written.
fn tells(answer: &Answer, number: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| !" -.()/\u{a0}\u{2011}".contains(*c)).collect::<String>();
    bare(&answer.body).contains(&number[2..]) || bare(&answer.text()).contains(&number[5..])
}

/// How many pages there are to see, none of which tells a number.
async fn sees_no_number(browser: &Browser, ids: &[String], who: &str) -> usize {
    let mut seen = 0;
    // The inbox of a first look has every text.
    for route in table().iter().filter(|route| route.method == Method::GET && route.path != "/dev/phone") {
        for id in ids.iter().filter(|id| *id == &ids[0] || route.path.contains("{id}")) {
            let path = route.path.replace("{id}", id);
            let answer = browser.clone().get(&path).await;
            for number in [NUMBER, OTHER, THIEVES] {
                assert!(!tells(&answer, number), "{who}: {path} tells {number}");
            }
            seen += usize::from(answer.status == 200 && !answer.body.is_empty());
        }
    }
    seen
}

#[tokio::test]
async fn r36_no_page_below_a_fresh_second_step_tells_a_number() {
    let written = |number: &str| Answer {
        status: http::StatusCode::OK,
        headers: http::HeaderMap::new(),
        body: format!("<body><p>{number}</p>"),
    };
    for way in ["+12015550123", "+1 201-555-0123", "(201) 555-0123", "555 0123"] {
        assert!(tells(&written(way), NUMBER), "the scan sees {way}");
    }
    assert!(!tells(&written("+1 ••• ••• ••23"), NUMBER));

    let house = House::new().await;
    let ada = house.account(ADA, &[NUMBER, OTHER]).await;
    let half = house.half_signed_in(ADA).await;
    assert!(half.clone().get("/login/otp").await.text().contains("23"), "what is shown of it is there");
    assert!(sees_no_number(&half, &["0".repeat(32)], "half signed in").await >= 2);

    let party = Party::new(&house).await;
    let mut for_apps = house.browser();
    let page = party.sends(&mut for_apps, &[("acr_values", "simple_password_auth")]).await.page();
    house.finish(&mut for_apps, page, ADA).await.app();
    assert!(sees_no_number(&for_apps, &["0".repeat(32)], "for apps alone").await >= 1);

    // A test under way, a number begun, another gone and told of; then the proof becomes stale.
    let mut person = house.signed_in(ADA).await;
    let other = house.phones(&ada).await.into_iter().find(|phone| !phone.preferred).unwrap().id;
    let remove = format!("/security/phones/{other}/remove");
    assert_eq!(person.submit(&remove, &remove, &[]).await.location(), Some("/security"));
    let own = house.phones(&ada).await.remove(0).id.to_string();
    let at = format!("/security/phones/{own}");
    house.clock.pass_seconds(31);
    let test = person.submit(&at, &format!("{at}/test"), &[]).await;
    let test = test.location().unwrap().rsplit('/').next().unwrap().to_owned();
    let new = "/security/phones/new";
    assert!(person.submit(new, new, &[("phone", THIEVES)]).await.location().is_some());
    let begun = house.phones(&ada).await.into_iter().find(domain::phone::Phone::pending).unwrap();
    house.clock.pass_seconds(301);
    let overview = person.get("/security").await;
    assert!(overview.text().contains("23") && overview.text().contains("68"), "{}", overview.text());
    let ids = [own, begun.id.to_string(), other.to_string(), test];
    assert!(sees_no_number(&person, &ids, "a stale proof").await >= 8);

    // Who has no phone yet has no second step to be below of.
    house.account("sam", &[]).await;
    let mut first = house.signed_in("sam").await;
    assert!(first.submit(new, new, &[("phone", THIEVES)]).await.location().is_some());
    let sams =
        house.count("SELECT COUNT(*) FROM phones WHERE verified_at IS NULL AND retired_at IS NULL", &[]);
    assert_eq!(sams.await, 2);
    assert!(sees_no_number(&first, &["0".repeat(32)], "the password alone").await >= 4);
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
