//! `latchkey user log`: what happened to an account, for an operator whom its person has called.
use super::{json, keys, run};
use crate::harness::PASSWORD;
use crate::harness::process::Installation;
use serde_json::Value;

const NUMBER: &str = "+12015550123";

#[tokio::test]
async fn an_operator_reads_what_happened_to_an_account_and_to_no_other() {
    let here = Installation::new(&[]);
    run(&here, &["user", "add", "ada", "--password-stdin", "--phone", NUMBER], PASSWORD);
    run(&here, &["user", "add", "eve", "--password-stdin"], PASSWORD);
    let portal = here.serve().await;
    portal.browser().knock("ada", "not the pass phrase of hers").await;
    portal.browser().knock("eve", PASSWORD).await;
    portal.browser().knock("ada", PASSWORD).await;
    run(&here, &["user", "disable", "ada"], "");

    let told = json(&here, &["user", "log", "ADA", "--json"]);
    let told = told.as_array().unwrap();
    let kinds: Vec<&str> = told.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    let before = ["account_added", "phone_verified", "password_wrong", "code_issued", "delivery_settled"];
    assert_eq!(kinds.iter().filter(|kind| before.contains(kind)).count(), 5, "{kinds:?}");
    assert_eq!(kinds.first(), Some(&"account_added"), "{kinds:?}");
    assert_eq!(kinds.last(), Some(&"account_disabled"), "{kinds:?}");
    assert!(!kinds.contains(&"signed_in"), "that was eve: {kinds:?}");
    let of = |kind: &str| told.iter().find(|event| event["kind"] == kind).unwrap();
    assert_eq!(
        keys(of("code_issued")),
        [
            "actor", "address", "agent", "at", "detail", "kind", "node", "phone", "purpose", "request",
            "session"
        ]
    );
    assert_eq!(of("password_wrong")["address"], "127.0.0.1");
    assert_eq!(of("code_issued")["purpose"], "sign_in");
    assert_eq!(of("delivery_settled")["phone"], "+1 …23");
    assert_eq!(of("account_disabled")["actor"], "operator");

    let (code, out, err) = run(&here, &["user", "log", "ada"], "");
    assert_eq!(code, 0, "{err}");
    let line = |kind: &str| out.lines().find(|line| line.contains(kind)).unwrap();
    assert!(line("password_wrong").contains(", from 127.0.0.1"), "{out}");
    assert!(line("delivery_settled").contains("+1 …23"), "{out}");
    assert!(line("account_disabled").contains(", by operator"), "{out}");
    assert!(!out.contains("5550123"), "no full number: {out}");
}

#[test]
fn the_newest_lines_are_told_and_that_there_are_more() {
    let here = Installation::new(&[]);
    run(&here, &["user", "add", "ada", "--password-stdin"], PASSWORD);
    run(&here, &["user", "disable", "ada"], "");
    run(&here, &["user", "enable", "ada"], "");
    let two = json(&here, &["user", "log", "ada", "--last", "2", "--json"]);
    let kinds: Vec<&Value> = two.as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["account_disabled", "account_enabled"]);
    let (_, out, _) = run(&here, &["user", "log", "ada", "--last", "2"], "");
    assert!(out.contains("There may be more"), "{out}");
    let (_, out, _) = run(&here, &["user", "log", "ada"], "");
    assert!(!out.contains("There may be more"), "{out}");
    for (arguments, code) in
        [(&["user", "log", "nobody"][..], 1), (&["user", "log", "ada", "--last", "0"], 2)]
    {
        assert_eq!(run(&here, arguments, "").0, code, "{arguments:?}");
    }
}
