//! A26: a forged X-Forwarded-For is one client still; behind a proxy that is ours the right address counts (R73).
use crate::harness::{Browser, House};

const LIMITED: (&str, &str) = ("limits.sign_ins_per_address_per_minute", "5");

async fn tried(house: &House, mut browser: Browser, forwarded: &[&str]) -> usize {
    let mut passed = 0;
    for value in forwarded {
        browser.headers.retain(|(name, _)| *name != "x-forwarded-for");
        browser.headers.push(("x-forwarded-for", (*value).to_owned()));
        // A name of its own for each: the limit of one name is another matter.
        let answer = browser.knock(&format!("nobody at {value}"), "wrong").await;
        assert!([422, 429].contains(&answer.status.as_u16()), "{}", answer.status);
        passed += usize::from(answer.status == 422);
    }
    assert!(house.passwords.compared() >= passed);
    passed
}

#[tokio::test]
async fn a26_random_values_from_one_peer_are_one_client() {
    let house = House::with(&[LIMITED]).await;
    let values: Vec<String> = (0..100).map(|n| format!("203.0.113.{n}, 10.0.0.{n}")).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    assert_eq!(tried(&house, house.browser(), &values).await, 5);
    assert_eq!(house.passwords.compared(), 5, "beyond the limit no password is looked at");
    let elsewhere = house.browser().from([192, 0, 2, 99]);
    assert_eq!(tried(&house, elsewhere, &["203.0.113.1"]).await, 1, "another peer is another client");
}

#[tokio::test]
async fn r73_behind_our_proxy_the_address_it_saw_counts() {
    let house = House::with(&[LIMITED, ("server.trusted_proxies", "[\"192.0.2.0/24\"]")]).await;
    let forged: Vec<String> = (0..20).map(|n| format!("203.0.113.{n}, 198.51.100.7")).collect();
    let forged: Vec<&str> = forged.iter().map(String::as_str).collect();
    assert_eq!(
        tried(&house, house.browser(), &forged).await,
        5,
        "what a client adds in front does not count"
    );
    assert_eq!(tried(&house, house.browser(), &["198.51.100.8"; 3]).await, 3);
    // Bytes that are no text, put in front by the client, hide nothing.
    let odd: Vec<String> = (0..20).map(|n| format!("caf\u{e9} {n}, 198.51.100.9")).collect();
    let odd: Vec<&str> = odd.iter().map(String::as_str).collect();
    assert_eq!(tried(&house, house.browser(), &odd).await, 5);
    let seen = "SELECT COUNT(*) FROM events WHERE kind = 'password_wrong' AND address = '198.51.100.9'";
    assert_eq!(house.count(seen, &[]).await, 5, "and the log names who it was");
    // One household has a /64.
    let six: Vec<String> = (0..20).map(|n| format!("2001:db8:1:2::{n:x}")).collect();
    let six: Vec<&str> = six.iter().map(String::as_str).collect();
    assert_eq!(tried(&house, house.browser(), &six).await, 5);
    assert_eq!(tried(&house, house.browser(), &["2001:db8:1:3::1"]).await, 1);
}
