//! The commands as an operator types them: exit codes, JSON documents, what is told and what never is.
mod client;
mod doctor;
mod doctor_reach;
mod log;
mod method;
mod opening;
mod sms;
mod trace;
mod user;
mod variables;

use crate::harness::PASSWORD;
use crate::harness::process::Installation;
use ::fake_twilio::{Act, FakeTwilio, Script, Settings};
use serde_json::Value;

const NUMBER: &str = "+12015550123";
const PHC: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b2dWRWJTmaaDD2xGWKRzL5ZQAg";

/// Exit code, standard output, standard error without log lines.
fn run(installation: &Installation, arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = installation.run(arguments, input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    for secret in [PASSWORD, "RdescudvJCsgt3ub"] {
        assert!(!out.contains(secret) && !err.contains(secret), "{arguments:?} tells a secret");
    }
    (output.status.code().unwrap(), out, err)
}

fn json(installation: &Installation, arguments: &[&str]) -> Value {
    let (code, out, err) = run(installation, arguments, "");
    assert_eq!(code, 0, "{arguments:?}: {err}");
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{arguments:?} prints one document: {out}"))
}

/// An installation that is there, with nobody in it.
fn empty(settings: &[(&str, &str)]) -> Installation {
    let here = Installation::new(settings);
    assert_eq!(run(&here, &["migrate"], "").0, 0);
    here
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn an_account_is_added_shown_switched_off_and_on() {
    let here = Installation::new(&[]);
    let add = [
        "user",
        "add",
        "ada",
        "--password-stdin",
        "--email",
        "a@example.com",
        "--phone",
        NUMBER,
        "--phone-label",
        "Mobile",
    ];
    assert_eq!(run(&here, &add, PASSWORD).0, 0);
    let (code, _, err) = run(&here, &add, PASSWORD);
    assert_eq!(code, 1);
    assert!(err.contains("there is an account with this name already"), "{err}");
    run(&here, &["user", "add", "zoe", "--password-stdin"], &format!("{PASSWORD}\n"));

    let users = json(&here, &["user", "list", "--json"]);
    let users = users.as_array().unwrap();
    assert_eq!(users.len(), 2);
    assert_eq!(keys(&users[0]), ["created_at", "disabled", "email", "second_step", "username"]);
    assert_eq!((&users[0]["username"], &users[0]["second_step"]), (&"ada".into(), &true.into()));
    assert_eq!((&users[1]["username"], &users[1]["second_step"]), (&"zoe".into(), &false.into()));
    assert_eq!(json(&here, &["user", "show", "ADA", "--json"])["email"], "a@example.com");

    let phones = json(&here, &["user", "phones", "ada", "--json"]);
    assert_eq!(keys(&phones[0]), ["added_at", "id", "label", "locked", "number", "preferred", "verified"]);
    assert_eq!((&phones[0]["number"], &phones[0]["label"]), (&NUMBER.into(), &"Mobile".into()));
    assert_eq!((&phones[0]["verified"], &phones[0]["preferred"]), (&true.into(), &true.into()));
    assert_eq!(phones[0]["locked"], false);

    for (arguments, code) in [
        (&["user", "disable", "ada"][..], 0),
        (&["user", "disable", "ada"], 1),
        (&["user", "enable", "ada"], 0),
        (&["user", "enable", "ada"], 1),
        (&["user", "show", "nobody"], 1),
        (&["user", "remove-phone", "ada", "--phone", "+12015550199"], 1),
        (&["user", "remove-phone", "ada", "--phone", NUMBER], 0),
        (&["user", "remove-phone", "ada", "--all"], 1),
    ] {
        let (got, _, err) = run(&here, arguments, "");
        assert_eq!(got, code, "{arguments:?}: {err}");
        assert!(code == 0 || !err.trim().is_empty(), "{arguments:?} says why");
    }
    assert_eq!(json(&here, &["user", "phones", "ada", "--json"]), serde_json::json!([]));
    let (code, _, err) = run(&here, &["user", "set-password", "ada", "--password-stdin"], "too short");
    assert_eq!(code, 1);
    assert!(err.contains("15"), "{err}");
    assert_eq!(
        run(&here, &["user", "set-password", "ada", "--password-stdin"], "another long pass phrase").0,
        0
    );
}

#[test]
fn wrong_usage_and_wrong_settings_end_with_two_and_one_line() {
    let here = Installation::new(&[]);
    for arguments in [
        &["fly"][..],
        &["user"],
        &["user", "add", "ada"],
        &["user", "remove-phone", "ada"],
        &["sms", "test", "12"],
    ] {
        assert_eq!(run(&here, arguments, "").0, 2, "{arguments:?}");
    }
    for (key, value, words) in [
        ("otp.digits", "5", "otp.digits: must be a whole number from 6 to 10"),
        ("otp.ttl_seconds", "601", "otp.ttl_seconds: must be a whole number from 1 to 600"),
        ("otp.failures_before_lock", "101", "otp.failures_before_lock"),
        ("server.public_url", "https://id.example.com", "sms.providers: \"outbox\""),
        ("server.public_url", "http://id.example.com", "server.public_url: must be https://"),
        ("server.nonsense", "1", "server.nonsense"),
        ("sms.providers", "[\"twilio\"]", "account_sid"),
        ("database.url", "mysql://x/y", "database.url"),
        ("brand.name", "Ünï", "brand.name: a text message would hold a character outside"),
    ] {
        let here = Installation::new(&[(key, value)]);
        for arguments in [&["config", "check"][..], &["serve"]] {
            let (code, _, err) = run(&here, arguments, "");
            assert_eq!(code, 2, "{key} = {value}: {err}");
            let told: Vec<&str> = err.lines().filter(|line| !line.contains("Twilio SMS.")).collect();
            assert_eq!(told.len(), 1, "{key} = {value}: {err}");
            assert!(told[0].contains(words), "{key} = {value}: {err}");
        }
    }
    let (code, out, _) = run(&here, &["config", "check", "--json"], "");
    assert_eq!(code, 0);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["providers"], serde_json::json!(["outbox"]));
}

/// A line that is no good, and a piece of why.
const BAD: &[(&str, &str)] = &[
    ("nonsense", "is not a JSON object"),
    ("[]", "is not a JSON object"),
    ("{}", "username is missing"),
    (
        r#"{"username":"x","password":"quiet copper meadow 71","admin":true}"#,
        "has a field that is unknown, \"admin\"; allowed are username",
    ),
    (r#"{"username":"","password":"quiet copper meadow 71"}"#, "1 to 128 characters"),
    (r#"{"username":"x"}"#, "neither password nor password_hash"),
    (r#"{"username":"x","password":"short"}"#, "15"),
    (
        r#"{"username":"x","password":"quiet copper meadow 71","password_hash":"y"}"#,
        "both password and password_hash",
    ),
    (r#"{"username":"x","password_hash":"$2b$12$abc"}"#, "password_hash"),
    (
        r#"{"username":"x","password":"quiet copper meadow 71","phones":[{"number":"12345","verified":true}]}"#,
        "begin with +",
    ),
    (
        r#"{"username":"x","password":"quiet copper meadow 71","phones":[{"number":"+1900","verified":true}]}"#,
        "phone number",
    ),
    (
        r#"{"username":"x","password":"quiet copper meadow 71","phones":[{"number":"+12015550123"}]}"#,
        "verified is missing",
    ),
    (r#"{"username":"USER-1","password":"quiet copper meadow 71"}"#, "the name is that of line 1 already"),
    (
        r#"{"username":"x","password":"quiet copper meadow 71","phones":[{"number":"+12015550123","verified":true},{"number":"+12015550123","verified":true}]}"#,
        "given twice",
    ),
];

#[test]
fn an_import_with_one_bad_line_changes_nothing_and_names_it() {
    let here = Installation::new(&[]);
    assert_eq!(run(&here, &["migrate"], "").0, 0);
    let file = here.folder.path().join("people.jsonl");
    let good = |n: usize| {
        format!(
            r#"{{"username":"user-{n}","password_hash":"{PHC}","phones":[{{"number":"{NUMBER}","label":"M","verified":true}}]}}"#
        )
    };
    for (bad, why) in BAD {
        std::fs::write(&file, format!("{}\n\n{bad}\n{}\n", good(1), good(2))).unwrap();
        let (code, _, err) = run(&here, &["user", "import", "people.jsonl"], "");
        assert_eq!(code, 1, "{bad}");
        assert!(
            err.contains("nothing was changed") && err.contains("line 3") && err.contains(why),
            "{bad}: {err}"
        );
        assert_eq!(json(&here, &["user", "list", "--json"]), serde_json::json!([]), "{bad}");
    }
    let (code, _, err) = run(&here, &["user", "import", "none.jsonl"], "");
    assert_eq!(code, 1);
    assert!(err.contains("cannot be opened"), "{err}");
    std::fs::write(&file, good(1) + "\n").unwrap();
    assert_eq!(run(&here, &["user", "import", "people.jsonl"], "").0, 0);
    let (code, _, err) = run(&here, &["user", "import", "people.jsonl"], "");
    assert!(code == 1 && err.contains("line 1: there is an account with this name already"), "{err}");
    assert_eq!(json(&here, &["user", "list", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn an_import_names_all_bad_lines_so_that_a_file_is_mended_in_one_go() {
    let here = Installation::new(&[]);
    let good = |n: usize| format!(r#"{{"username":"user-{n}","password_hash":"{PHC}"}}"#);
    let lines = |bad: usize| -> String {
        let bad = (0..bad).map(|n| format!("{}\n{{\"user\":\"x{n}\"}}\n", good(n)));
        bad.collect()
    };
    for installed in [false, true] {
        if installed {
            assert_eq!(run(&here, &["migrate"], "").0, 0);
        }
        std::fs::write(here.folder.path().join("people.jsonl"), lines(3)).unwrap();
        let (code, _, err) = run(&here, &["user", "import", "people.jsonl"], "");
        assert_eq!(code, 1, "{err}");
        for words in ["nothing was changed: line 2: ", "\nline 4: ", "\nline 6: "] {
            assert!(err.contains(words), "{err}");
        }
        std::fs::write(here.folder.path().join("people.jsonl"), lines(25)).unwrap();
        let (_, _, err) = run(&here, &["user", "import", "people.jsonl"], "");
        assert!(err.contains("\nline 40: ") && !err.contains("line 42"), "{err}");
        assert!(err.contains("\nand 5 more lines that are no good"), "{err}");
    }
}

#[test]
fn an_import_of_thousands_says_how_far_it_is() {
    let here = Installation::new(&[]);
    let file = here.folder.path().join("people.jsonl");
    let good = |n: usize| {
        format!(
            r#"{{"username":"user-{n}","password_hash":"{PHC}","phones":[{{"number":"{NUMBER}","label":"M","verified":true}}]}}"#
        )
    };
    let many: String = (0..3_000).map(|n| good(n) + "\n").collect();
    std::fs::write(&file, many).unwrap();
    let (code, out, err) = run(&here, &["user", "import", "people.jsonl"], "");
    assert_eq!((code, out.trim()), (0, "Added 3000 accounts."), "{err}");
    assert!(err.contains("3000 lines checked"), "{err}");
    assert_eq!(json(&here, &["user", "list", "--json"]).as_array().unwrap().len(), 3_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_message_tells_what_the_provider_said() {
    let fake = FakeTwilio::start(Settings::default()).await.unwrap();
    let account = Settings::default();
    let base = fake.base_url();
    let here = Installation::new(&[
        ("sms.providers", "[\"twilio\"]"),
        ("sms.twilio.account_sid", &account.account_sid),
        ("sms.twilio.auth_token", &account.auth_token),
        ("sms.twilio.from_number", &account.senders[0]),
        ("sms.twilio.base_url", &base),
    ]);
    let (code, out, _) = run(&here, &["sms", "test", NUMBER, "--json"], "");
    assert_eq!(code, 0);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&told["provider"], &told["outcome"]), (&"twilio".into(), &"taken".into()));
    assert!(fake.inbox(None)[0].body.contains(told["reference"].as_str().unwrap()));
    fake.script(Script::next(Act::Error { code: 21608, status: None }));
    let (code, out, err) = run(&here, &["sms", "test", NUMBER], "");
    assert_eq!(code, 1);
    assert!(out.contains("21608") && err.contains("21608"), "{out}{err}");
    assert!(!out.contains(NUMBER) && !err.contains(NUMBER), "the number is not told again");
}

#[test]
fn a_lost_key_file_is_told_and_no_other_one_is_made() {
    let here = Installation::new(&[]);
    let add = ["user", "add", "ada", "--password-stdin"];
    assert_eq!(run(&here, &add, PASSWORD).0, 0);
    let key = here.folder.path().join("data/secret.key");
    std::fs::remove_file(&key).unwrap();
    for arguments in [&["user", "list"][..], &["config", "check"], &["migrate"]] {
        let (code, _, err) = run(&here, arguments, "");
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(err.contains("secrets.key_file") && err.contains("backup"), "{arguments:?}: {err}");
        assert!(!key.exists(), "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_node_on_one_file_is_refused_until_the_first_has_ended() {
    let here = Installation::new(&[]);
    let mut first = here.serve().await;
    let (code, _, err) = run(&here, &["serve"], "");
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("database.url") && err.contains("postgres://"), "{err}");
    // Commands work beside it.
    assert_eq!(json(&here, &["user", "list", "--json"]), serde_json::json!([]));
    first.kill();
    here.serve().await.is_ready(true).await;
}

/// What lies in the folder, by name.
fn lying(here: &Installation) -> Vec<String> {
    let entries = std::fs::read_dir(here.folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_command_for_an_installation_that_is_not_there_is_refused_and_makes_nothing() {
    let here = Installation::new(&[]);
    for arguments in [
        &["user", "list"][..],
        &["user", "show", "ada"],
        &["user", "phones", "ada"],
        &["user", "log", "ada"],
        &["user", "unlock-phone", "ada", "--all"],
        &["user", "remove", "ada"],
        &["user", "disable", "ada"],
        &["user", "enable", "ada"],
        &["user", "set-password", "ada", "--password-stdin"],
        &["user", "remove-phone", "ada", "--all"],
        &["client", "list"],
        &["client", "show", "app"],
        &["client", "rotate-secret", "app"],
        &["client", "remove", "app"],
        &["method", "list"],
        &["method", "disable", "twilio_sms"],
        &["method", "default", "twilio_sms"],
        &["keys", "list"],
        &["keys", "rotate"],
        &["sms", "status"],
        &["sms", "stop"],
        &["sms", "resume"],
        &["trace", "K7Q2"],
        &["migrate", "--restored"],
    ] {
        let (code, out, err) = run(&here, arguments, PASSWORD);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        for words in ["no installation at /", "/data/latchkey.db;", "--config", "latchkey migrate"] {
            assert!(err.contains(words), "{arguments:?}: {err}");
        }
        assert_eq!(lying(&here), Vec::<String>::new(), "{arguments:?}");
    }
}

#[test]
fn config_check_and_doctor_before_the_first_start_make_nothing() {
    let here = Installation::new(&[]);
    let (code, told, err) = run(&here, &["config", "check"], "");
    assert!(code == 0 && told.contains("There is no database yet"), "{told}{err}");
    assert_eq!(run(&here, &["doctor"], "").0, 0);
    assert_eq!(run(&here, &["sms", "test", NUMBER], "").0, 0);
    assert_eq!(lying(&here), Vec::<String>::new());
    let wrong = Installation::new(&[("sms.providers", "[\"twilio\"]")]);
    let (code, _, err) = run(&wrong, &["config", "check"], "");
    assert!(code == 2 && err.contains("sms.twilio.account_sid: is missing"), "{err}");
    std::fs::write(here.folder.path().join("key"), "short").unwrap();
    let here = here.with_environment(&[("LATCHKEY_SECRETS__KEY_FILE", "key")]);
    let (code, _, err) = run(&here, &["config", "check"], "");
    assert!(code == 2 && err.contains("secrets.key_file"), "a key file that serves for nothing: {err}");
}

#[test]
fn what_is_refused_makes_no_installation() {
    let wrong = Installation::new(&[("sms.providers", "[\"twilio\"]")]);
    let (code, _, err) = run(&wrong, &["serve"], "");
    assert!(code == 2 && err.contains("sms.twilio.account_sid: is missing"), "{err}");
    assert!(err.contains("Twilio SMS. Missing required property"), "{err}");
    assert_eq!(lying(&wrong), Vec::<String>::new());
    let here = Installation::new(&[]);
    std::fs::create_dir(here.folder.path().join("key")).unwrap();
    std::fs::write(here.folder.path().join("people.jsonl"), "{\"username\":\"sam\"}\n").unwrap();
    let (code, _, err) = run(&here, &["user", "import", "people.jsonl"], "");
    assert!(code == 1 && err.contains("people.jsonl: nothing was changed: line 1: has neither"), "{err}");
    let here = here.with_environment(&[("LATCHKEY_SECRETS__KEY_FILE", "key")]);
    let (code, _, err) = run(&here, &["serve"], "");
    assert!(code == 2 && err.contains("secrets.key_file: key is a folder"), "{err}");
    assert_eq!(lying(&here).len(), 2, "{:?}", lying(&here));
    let elsewhere = Installation::new(&[]).with_environment(&[("LATCHKEY_SERVER__LISTEN", "192.0.2.1:3000")]);
    let (code, _, err) = run(&elsewhere, &["serve"], "");
    assert!(code == 2 && err.contains("this machine has no such address"), "{err}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for name in ["LATCHKEY_SERVER__LISTEN", "LATCHKEY_SERVER__ADMIN_LISTEN"] {
        let here = Installation::new(&[]).with_environment(&[(name, &address)]);
        let (code, _, err) = run(&here, &["serve"], "");
        assert!(code != 0 && err.contains("is another process there?"), "{err}");
        assert_eq!(lying(&here), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_first_command_of_an_installation_makes_it_and_says_so() {
    let people = "{\"username\":\"sam\",\"password\":\"quiet copper meadow 71\"}\n";
    for arguments in [
        &["user", "add", "ada", "--password-stdin"][..],
        &["user", "import", "people.jsonl"],
        &["client", "add", "app", "--redirect-uri", "https://app.example.com/cb"],
    ] {
        let here = Installation::new(&[]);
        std::fs::write(here.folder.path().join("people.jsonl"), people).unwrap();
        let (code, _, told) = run(&here, arguments, PASSWORD);
        assert!(
            code == 0 && told.contains("there was no installation at") && told.contains("--config"),
            "{told}"
        );
        let (code, _, told) = run(&here, &["keys", "list"], "");
        assert!(code == 0 && !told.contains("no installation"), "{told}");
    }
    let here = Installation::new(&[]);
    let (code, _, told) = run(&here, &["migrate"], "");
    assert!(code == 0 && told.contains("a new one was made"), "{told}");
    assert_eq!(run(&here, &["migrate"], "").2, "");
    assert_eq!(run(&here, &["user", "list"], "").0, 0);
}
