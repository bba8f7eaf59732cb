//! `latchkey method …`: switching, the default, what cannot be used and why, and what switching off does not do.
use super::{NUMBER, empty, json, run};
use crate::harness::PASSWORD;
use crate::harness::process::Installation;
use ::fake_twilio::Settings;
use serde_json::{Value, json};

fn method(acr: &str, enabled: bool, default: bool) -> Value {
    let level = if acr == "twilio_sms" { 10 } else { 0 };
    json!({"acr": acr, "level": level, "enabled": enabled, "default": default, "usable": true, "why_not": null})
}

fn done(here: &Installation, arguments: &[&str]) -> String {
    let (code, out, err) = run(here, arguments, "");
    assert_eq!(code, 0, "{arguments:?}: {err}");
    out
}

#[test]
fn methods_are_listed_switched_and_chosen() {
    let here = empty(&[]);
    let list = || json(&here, &["method", "list", "--json"]);
    let both = |sms_on, sms_default, password_default| {
        json!([
            method("simple_password_auth", true, password_default),
            method("twilio_sms", sms_on, sms_default)
        ])
    };
    assert_eq!(list(), both(true, false, false), "a new installation");
    done(&here, &["method", "default", "twilio_sms"]);
    assert_eq!(list(), both(true, true, false));
    done(&here, &["method", "default", "simple_password_auth"]);
    assert_eq!(list(), both(true, false, true));
    done(&here, &["method", "default", "twilio_sms"]);
    let out = done(&here, &["method", "disable", "twilio_sms"]);
    assert!(out.contains("It was the default; there is none now"), "{out}");
    assert_eq!(list(), both(false, false, false));
    done(&here, &["method", "default", "simple_password_auth"]);
    let out = done(&here, &["method", "default", "--none"]);
    assert!(out.contains("it was simple_password_auth"), "{out}");
    assert_eq!(list(), both(false, false, false), "taken back");
    assert!(done(&here, &["method", "default", "--none"]).contains("no default already"));

    for acr in ["twilio_sms", "passkey", "", "TWILIO_SMS"] {
        let (code, out, err) = run(&here, &["method", "default", acr], "");
        assert_eq!((code, out.as_str()), (1, ""), "{acr}");
        assert!(err.contains("INVALID_ACR"), "{err}");
    }
    for command in ["enable", "disable"] {
        let (code, _, err) = run(&here, &["method", command, "passkey"], "");
        assert_eq!(code, 1);
        assert!(err.contains("INVALID_ACR") && err.contains("latchkey method list"), "{err}");
    }
    assert_eq!(list(), both(false, false, false), "what is refused changes nothing");

    assert!(done(&here, &["method", "disable", "twilio_sms"]).contains("already"));
    done(&here, &["method", "enable", "twilio_sms"]);
    assert!(done(&here, &["method", "enable", "twilio_sms"]).contains("already"));
    assert_eq!(list(), both(true, false, false), "the default does not come back by itself");
    for arguments in [
        &["method"][..],
        &["method", "default"],
        &["method", "remove", "twilio_sms"],
        &["method", "default", "twilio_sms", "--none"],
    ] {
        assert_eq!(run(&here, arguments, "").0, 2, "{arguments:?}");
    }
}

#[test]
fn switching_off_says_what_it_does_not_do() {
    let here = Installation::new(&[]);
    let add = ["user", "add", "ada", "--password-stdin", "--phone", NUMBER];
    assert_eq!(run(&here, &add, PASSWORD).0, 0);
    let cb = "https://app.example.com/cb";
    for (id, least) in [("strict", "twilio_sms"), ("mild", "simple_password_auth")] {
        assert_eq!(run(&here, &["client", "add", id, "--redirect-uri", cb, "--min-acr", least], "").0, 0);
    }
    let out = done(&here, &["method", "disable", "twilio_sms"]);
    for words in [
        "apps can no longer ask for twilio_sms",
        "accounts with a proven phone (1) are still asked for a code before it\nopens",
        "On the way to an app they are asked too, unless it asks for simple_password_auth itself",
        "remove-phone",
        "nobody can sign in to them:\n  strict\n",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert_eq!(json(&here, &["user", "show", "ada", "--json"])["second_step"], true);
    let out = done(&here, &["method", "default", "simple_password_auth"]);
    assert!(out.contains("the password alone, of people with a proven phone too"), "{out}");
    done(&here, &["method", "enable", "twilio_sms"]);
    let out = done(&here, &["method", "disable", "twilio_sms"]);
    assert!(out.contains("On the way to an app they are not, because the default is"), "{out}");
}

#[test]
fn twilio_properties_that_are_missing_or_wrong_make_the_method_unusable_with_why() {
    let good = Settings::default();
    let twilio = ("sms.providers", "[\"twilio\"]");
    let sid = ("sms.twilio.account_sid", good.account_sid.as_str());
    let token = ("sms.twilio.auth_token", good.auth_token.as_str());
    let from = ("sms.twilio.from_number", good.senders[0].as_str());
    for (settings, why) in [
        (vec![twilio], "sms.twilio.account_sid: is missing"),
        (vec![twilio, sid, from], "sms.twilio.auth_token: is missing"),
        (vec![twilio, sid, token], "sms.twilio.from_number: is missing"),
        (vec![twilio, ("sms.twilio.account_sid", "AC1"), token, from], "sms.twilio.account_sid: must be AC"),
        (vec![twilio, sid, token, ("sms.twilio.from_number", "0")], "sms.twilio.from_number: must be"),
        (
            vec![twilio, sid, token, from, ("sms.twilio.base_url", "https://evil.example")],
            "sms.twilio.base_url: must be",
        ),
    ] {
        let here = empty(&settings);
        let list = json(&here, &["method", "list", "--json"]);
        assert_eq!(list[0], method("simple_password_auth", true, false), "{why}");
        assert_eq!((&list[1]["enabled"], &list[1]["usable"]), (&json!(true), &json!(false)), "{why}");
        assert!(list[1]["why_not"].as_str().unwrap().starts_with(why), "{list}");
        let (code, out, err) = run(&here, &["method", "list"], "");
        assert_eq!(code, 0);
        assert!(out.contains("not usable") && out.contains(why), "{out}");
        assert!(!format!("{list}{out}{err}").contains(&good.auth_token), "no secret is told");
        // It may be switched all the same, and the operator is warned.
        let (code, _, err) = run(&here, &["method", "default", "twilio_sms"], "");
        assert_eq!(code, 0);
        assert!(err.contains("cannot be used as things are set") && err.contains(why), "{err}");
    }
    let whole = empty(&[twilio, sid, token, from]);
    assert_eq!(json(&whole, &["method", "list", "--json"])[1], method("twilio_sms", true, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_method_disabled_a_running_portal_still_asks_for_the_code() {
    let here = Installation::new(&[]);
    let add = ["user", "add", "ada", "--password-stdin", "--phone", NUMBER];
    assert_eq!(run(&here, &add, PASSWORD).0, 0);
    let portal = here.serve().await;
    done(&here, &["method", "disable", "twilio_sms"]);
    let mut browser = portal.browser();
    let knocked = browser.knock("ada", PASSWORD).await;
    assert_eq!(knocked.location(), Some("/login/otp"), "{}", knocked.text());
    assert_eq!(portal.texts().await.len(), 1);
    let skipped = browser.get("/security").await;
    assert_ne!(skipped.status.as_u16(), 200, "the password alone opens nothing");
}
