//! `latchkey client …`: what is registered, shown once, refused with why.
use super::{empty, json, keys, run};
use crate::harness::process::Installation;
use serde_json::{Value, json};

const CB: &str = "https://app.example.com/cb";

/// Standard output of a command that is done, as the one document it prints.
fn document(here: &Installation, arguments: &[&str]) -> (Value, String) {
    let (code, out, err) = run(here, arguments, "");
    assert_eq!(code, 0, "{arguments:?}: {err}");
    assert_eq!(out.trim_end().lines().count(), 1, "{arguments:?} prints one line: {out}");
    (serde_json::from_str(&out).unwrap(), err)
}

fn secret(document: &Value) -> String {
    let secret = document["client_secret"].as_str().unwrap().to_owned();
    // 256 bits in base64url.
    assert_eq!(secret.len(), 43);
    assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    secret
}

#[test]
fn a_client_is_added_shown_given_a_new_secret_and_removed() {
    let here = empty(&[]);
    assert_eq!(json(&here, &["client", "list", "--json"]), json!([]));
    let add = [
        "client",
        "add",
        "grafana",
        "--redirect-uri",
        CB,
        "http://127.0.0.1/cb",
        "--redirect-uri",
        "com.example.app:/cb",
        "--post-logout-redirect-uri",
        "https://app.example.com/bye",
        "--name",
        "Our graphs",
        "--min-acr",
        "twilio_sms",
        "--no-require-pkce",
    ];
    let (added, err) = document(&here, &add);
    assert_eq!(keys(&added), ["client_id", "client_secret"]);
    assert_eq!(added["client_id"], "grafana");
    let first = secret(&added);
    assert!(err.contains("only time"), "{err}");
    assert!(!err.contains(&first));
    let (public, _) = document(&here, &["client", "add", "spa", "--redirect-uri", CB, "--public", "--json"]);
    assert_eq!(public, json!({"client_id": "spa", "client_secret": null}));

    let list = json(&here, &["client", "list", "--json"]);
    let uris = json!([CB, "http://127.0.0.1/cb", "com.example.app:/cb"]);
    assert_eq!(
        list,
        json!([
            {"client_id": "grafana", "name": "Our graphs", "redirect_uris": uris, "min_acr": "twilio_sms", "public": false},
            {"client_id": "spa", "name": "spa", "redirect_uris": [CB], "min_acr": null, "public": true},
        ])
    );
    let shown = json(&here, &["client", "show", "grafana", "--json"]);
    assert_eq!((&shown["require_pkce"], &shown["auth_method"]), (&json!(false), &json!("client_secret")));
    assert_eq!(shown["post_logout_redirect_uris"], json!(["https://app.example.com/bye"]));
    assert_eq!(shown["previous_secret_until"], Value::Null);
    assert_eq!(json(&here, &["client", "show", "spa", "--json"])["require_pkce"], true);

    let (rotated, err) = document(&here, &["client", "rotate-secret", "grafana"]);
    assert_eq!(keys(&rotated), ["client_id", "client_secret"]);
    let second = secret(&rotated);
    assert_ne!(first, second);
    assert!(err.contains("holds until") && err.contains("rotate once more"), "{err}");
    let until = json(&here, &["client", "show", "grafana", "--json"])["previous_secret_until"].clone();
    assert!(until.as_str().is_some_and(|until| until.ends_with('Z')), "{until}");

    for arguments in [&["client", "list"][..], &["client", "show", "grafana"], &["client", "show", "spa"]] {
        let (code, out, _) = run(&here, arguments, "");
        assert_eq!(code, 0);
        assert!(!out.contains(&first) && !out.contains(&second), "{arguments:?} tells a secret");
    }
    let bytes = here.bytes();
    for text in [&first, &second] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "only a hash is kept");
    }
    assert!(bytes.windows(CB.len()).any(|window| window == CB.as_bytes()), "the scan sees the client");

    assert_eq!(run(&here, &["client", "remove", "grafana"], "").0, 0);
    assert_eq!(json(&here, &["client", "list", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn what_is_refused_is_refused_with_why_and_changes_nothing() {
    let here = Installation::new(&[]);
    document(&here, &["client", "add", "app", "--redirect-uri", CB]);
    document(&here, &["client", "add", "spa", "--redirect-uri", CB, "--public"]);
    let before = json(&here, &["client", "list", "--json"]);
    for (arguments, why) in [
        (&["add", "app", "--redirect-uri", CB][..], "a client of this ID already"),
        (&["add", "a b", "--redirect-uri", CB], "a client ID has 1 to 64"),
        (&["add", "x", "--redirect-uri", "http://app.example.com/cb"], "use https://"),
        (&["add", "x", "--redirect-uri", "https://*.example.com/cb"], "register each one by itself"),
        (&["add", "x", "--redirect-uri", "https://a/#x"], "fragment"),
        (&["add", "x", "--redirect-uri", "https://me@a/"], "user name"),
        (&["add", "x", "--redirect-uri", "https://a/?state=1"], "query parameter"),
        (&["add", "x", "--redirect-uri", "javascript:alert(1)"], "must begin with https://"),
        (&["add", "x", "--redirect-uri", CB, CB], "given twice"),
        (
            &["add", "x", "--redirect-uri", CB, "--post-logout-redirect-uri", "ftp://a/"],
            "must begin with https://",
        ),
        (&["add", "x", "--redirect-uri", CB, "--min-acr", "passkey"], "INVALID_ACR"),
        (&["add", "x", "--redirect-uri", CB, "--public", "--no-require-pkce"], "always needs PKCE"),
        (&["add", "x", "--redirect-uri", CB, "--name", "a\u{202e}b"], "none of them invisible"),
        (&["add", "x", "--redirect-uri", CB, "--auth-method", "private_key_jwt"], "client_secret_basic"),
        (&["show", "nobody"], "no client of this ID"),
        (&["show", "a b"], "no client of this ID"),
        (&["rotate-secret", "nobody"], "no client of this ID"),
        (&["rotate-secret", "spa"], "has no secret"),
        (&["remove", "nobody"], "no client of this ID"),
    ] {
        let arguments = [&["client"], arguments].concat();
        let (code, out, err) = run(&here, &arguments, "");
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}: {err}");
        assert!(err.contains(why), "{arguments:?}: {err}");
    }
    for arguments in [
        &["client"][..],
        &["client", "add", "x"],
        &["client", "add", "--redirect-uri"],
        &["client", "add", "x", "--redirect-uri", CB, "--secret", "mine"],
        &["client", "register", "x"],
    ] {
        assert_eq!(run(&here, arguments, "").0, 2, "{arguments:?}");
    }
    assert_eq!(json(&here, &["client", "list", "--json"]), before);
}

#[test]
fn the_id_may_also_stand_last() {
    let here = Installation::new(&[]);
    let bye = "https://app.example.com/bye";
    for (arguments, id) in [
        (&["--redirect-uri", CB, "one"][..], "one"),
        (&["--redirect-uri", CB, "--post-logout-redirect-uri", bye, "two"], "two"),
        (&["--public", "three", "--redirect-uri", CB], "three"),
    ] {
        let (added, _) = document(&here, &[&["client", "add"], arguments].concat());
        assert_eq!(added["client_id"], id);
        assert_eq!(json(&here, &["client", "show", id, "--json"])["redirect_uris"], json!([CB]));
    }
    for arguments in [&["--redirect-uri", CB][..], &["--public"], &[]] {
        let (code, out, err) = run(&here, &[&["client", "add"], arguments].concat(), "");
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
    }
}

#[test]
fn a_client_nobody_can_sign_in_to_is_told() {
    let here = empty(&[]);
    assert_eq!(run(&here, &["method", "disable", "twilio_sms"], "").0, 0);
    let (_, err) =
        document(&here, &["client", "add", "app", "--redirect-uri", CB, "--min-acr", "twilio_sms"]);
    assert!(err.contains("nobody can sign in to it yet"), "{err}");
    let (code, out, _) = run(&here, &["method", "disable", "simple_password_auth"], "");
    assert_eq!(code, 0);
    assert!(out.contains("nobody can sign in to any app"), "{out}");
}

#[test]
fn a_client_is_changed_in_what_is_named_and_keeps_its_secret() {
    let here = Installation::new(&[]);
    let bye = "https://app.example.com/bye";
    let add = [
        "client",
        "add",
        "app",
        "--redirect-uri",
        CB,
        "--post-logout-redirect-uri",
        bye,
        "--name",
        "Our app",
    ];
    document(&here, &add);
    let shown = || json(&here, &["client", "show", "app", "--json"]);
    let before = shown();
    let other = "https://app.example.com/callback";
    let (changed, _) = document(&here, &["client", "update", "app", "--redirect-uri", other, "--json"]);
    assert_eq!(changed, shown());
    let mut wanted = before.clone();
    wanted["redirect_uris"] = json!([other]);
    assert_eq!(shown(), wanted, "and nothing else");
    // The ID may stand last here, too.
    let more = [
        "client",
        "update",
        "--min-acr",
        "twilio_sms",
        "--no-require-pkce",
        "--auth-method",
        "client_secret_post",
        "--name",
        "Graphs",
        "--redirect-uri",
        other,
        CB,
        "app",
    ];
    let (code, out, err) = run(&here, &more, "");
    assert!(code == 0 && out.starts_with("Changed; the secret stays."), "{out}{err}");
    wanted["redirect_uris"] = json!([other, CB]);
    wanted["name"] = json!("Graphs");
    wanted["min_acr"] = json!("twilio_sms");
    wanted["require_pkce"] = json!(false);
    wanted["auth_method"] = json!("client_secret_post");
    assert_eq!(shown(), wanted);
    let back = [
        "client",
        "update",
        "app",
        "--no-min-acr",
        "--require-pkce",
        "--auth-method",
        "any",
        "--no-post-logout-redirect-uri",
    ];
    assert_eq!(run(&here, &back, "").0, 0);
    wanted["min_acr"] = Value::Null;
    wanted["require_pkce"] = json!(true);
    wanted["auth_method"] = json!("client_secret");
    wanted["post_logout_redirect_uris"] = json!([]);
    assert_eq!(shown(), wanted);
    assert!(
        here.bytes().windows(14).any(|bytes| bytes == b"client_updated"),
        "it stands in the security log"
    );
    for (arguments, why) in [
        (&["update", "nobody", "--name", "x"][..], "no client of this ID"),
        (&["update", "app", "--redirect-uri", "http://app.example.com/cb"], "use https://"),
        (&["update", "app", "--redirect-uri", CB, CB], "given twice"),
        (&["update", "app", "--min-acr", "passkey"], "INVALID_ACR"),
        (&["update", "app", "--name", "a\u{202e}b"], "none of them invisible"),
        (&["update", "app", "--auth-method", "private_key_jwt"], "client_secret_basic"),
    ] {
        let (code, out, err) = run(&here, &[&["client"], arguments].concat(), "");
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}: {err}");
        assert!(err.contains(why), "{arguments:?}: {err}");
    }
    for arguments in [
        &["client", "update"][..],
        &["client", "update", "app"],
        &["client", "update", "app", "--public"],
        &["client", "update", "app", "--min-acr", "twilio_sms", "--no-min-acr"],
    ] {
        assert_eq!(run(&here, arguments, "").0, 2, "{arguments:?}");
    }
    assert_eq!(shown(), wanted, "what is refused changes nothing");
}
