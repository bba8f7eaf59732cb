//! `latchkey keys …` as an operator types it, beside a portal that goes on running.
use super::published_keys;
use crate::harness::process::{Installation, Running};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

fn run(here: &Installation, arguments: &[&str]) -> (i32, String, String) {
    let output = here.run(arguments, "");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(here: &Installation, arguments: &[&str]) -> Value {
    let (code, out, err) = run(here, arguments);
    assert_eq!(code, 0, "{arguments:?}: {err}");
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{arguments:?} prints one document: {out}"))
}

fn states(listed: &Value) -> Vec<&str> {
    listed.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap()).collect()
}

fn name(key: &Value) -> String {
    key["kid"].as_str().unwrap().to_owned()
}

/// Asks until the portal publishes exactly these: it looks for changes every few seconds.
async fn publishes(portal: &Running, want: &BTreeSet<String>) {
    let mut browser = portal.browser();
    for _ in 0..300 {
        let set = browser.get("/oidc/jwks").await.body;
        if published_keys(&set).iter().map(name).collect::<BTreeSet<_>>() == *want {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not published within half a minute: {want:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_made_at_first_start_and_rotated_without_a_restart() {
    let here = Installation::new(&[]);
    assert_eq!(run(&here, &["migrate"]).0, 0);
    assert_eq!(json(&here, &["keys", "list", "--json"]), Value::Array(vec![]));
    let portal = here.serve().await;
    let set = portal.browser().get("/oidc/jwks").await.body;
    let first = name(&published_keys(&set)[0]);
    let listed = json(&here, &["keys", "list", "--json"]);
    assert_eq!((states(&listed), name(&listed[0])), (vec!["current"], first.clone()));
    let members: BTreeSet<&str> = listed[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["gone_at", "kid", "made_at", "signs_from", "signs_until", "state", "withdrawn"].into()
    );
    assert_eq!((&listed[0]["signs_until"], &listed[0]["gone_at"]), (&Value::Null, &Value::Null));

    let next = json(&here, &["keys", "rotate", "--json"]);
    assert_eq!(next["state"], "next");
    publishes(&portal, &[first.clone(), name(&next)].into()).await;
    let listed = json(&here, &["keys", "list", "--json"]);
    assert_eq!(states(&listed), ["current", "next"]);
    assert_eq!(listed[0]["signs_until"], listed[1]["signs_from"], "and then the next one signs");
    let (code, _, err) = run(&here, &["keys", "rotate"]);
    assert_eq!(code, 1);
    assert!(err.contains("waits already") && err.contains(&name(&next)), "{err}");

    let new = json(&here, &["keys", "rotate", "--now", "--json"]);
    assert_eq!(new["state"], "current");
    publishes(&portal, &[name(&new)].into()).await;
    let listed = json(&here, &["keys", "list", "--json"]);
    assert_eq!(states(&listed).iter().filter(|state| **state == "gone").count(), 2);
    let (code, out, _) = run(&here, &["keys", "list"]);
    assert_eq!((code, out.lines().count(), out.matches(", withdrawn").count()), (0, 3, 2), "{out}");
    let log = portal.log();
    assert!(log.contains("The first signing key is made"), "{log}");
    // PKCS #8 of an RSA key begins with the name of the algorithm.
    let rsa = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    assert!(!here.bytes().windows(rsa.len()).any(|bytes| bytes == rsa), "no private key stands in clear");
}

#[test]
fn an_operator_may_make_the_first_key_before_the_first_start() {
    let here = Installation::new(&[]);
    assert_eq!(run(&here, &["migrate"]).0, 0);
    let (code, out, _) = run(&here, &["keys", "list"]);
    assert_eq!((code, out.trim()), (0, "There is no key yet: the first start makes one."));
    let first = json(&here, &["keys", "rotate", "--json"]);
    assert_eq!(first["state"], "current", "nobody knows another: it signs at once");
    assert_eq!(states(&json(&here, &["keys", "list", "--json"])), ["current"]);
}
