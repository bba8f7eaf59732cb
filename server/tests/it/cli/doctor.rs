//! `latchkey doctor`: what does not work is named, with its remedy; what works is not accused; nothing is sent or changed.
use super::run;
use crate::harness::PASSWORD;
use crate::harness::place::Place;
use crate::harness::process::{Installation, Running};
use ::fake_twilio::{FakeTwilio, Flaws, Settings};
use serde_json::{Value, json};
use std::process::Stdio;

/// An installation whose messages go to a fake with these flaws; one country is allowed beside the first.
pub(super) struct Stage {
    pub(super) fake: FakeTwilio,
    pub(super) here: Installation,
}

impl Stage {
    pub(super) async fn new(settings: Settings) -> Self {
        Self::with(settings, &[]).await
    }

    pub(super) async fn with(settings: Settings, more: &[(&str, &str)]) -> Self {
        let fake = FakeTwilio::start(settings).await.unwrap();
        let (account, base) = (Settings::default(), fake.base_url());
        let mut all = vec![
            ("sms.providers", "[\"twilio\"]"),
            ("sms.twilio.account_sid", &account.account_sid),
            ("sms.twilio.auth_token", &account.auth_token),
            ("sms.twilio.from_number", &account.senders[0]),
            ("sms.twilio.base_url", &base),
            ("sms.twilio.callbacks", "always"),
            ("phones.allowed_countries", "[\"US\", \"CA\"]"),
        ];
        all.retain(|(key, _)| more.iter().all(|(other, _)| other != key));
        all.extend_from_slice(more);
        let here = Installation::new(&all);
        Self { fake, here }
    }

    /// What the doctor says while the portal runs.
    pub(super) async fn says(&self) -> Said {
        let portal = self.here.serve().await;
        said(&self.here, Some(&portal.origin), &[])
    }

    /// … and it is this one thing that does not work.
    pub(super) async fn accuses(&self, check: &str) -> Said {
        let said = self.says().await;
        assert_eq!(said.named("failed"), [check], "{}", said.text);
        assert_eq!((said.code, &said.document["ok"]), (1, &json!(false)));
        said
    }
}

pub(super) struct Said {
    pub(super) code: i32,
    pub(super) document: Value,
    pub(super) text: String,
}

impl Said {
    pub(super) fn checks(&self) -> impl Iterator<Item = &Value> {
        self.document["checks"].as_array().unwrap().iter()
    }

    /// The names of checks that ended so.
    pub(super) fn named(&self, outcome: &str) -> Vec<&str> {
        let ended = self.checks().filter(|check| check["outcome"] == outcome);
        ended.map(|check| check["check"].as_str().unwrap()).collect()
    }

    pub(super) fn of(&self, name: &str) -> &Value {
        self.checks().find(|check| check["check"] == name).unwrap_or_else(|| panic!("{name}: {}", self.text))
    }

    /// What was seen and what is to be done.
    pub(super) fn words(&self, name: &str) -> String {
        format!("{} → {}", self.of(name)["seen"], self.of(name)["remedy"])
    }
}

pub(super) fn said(here: &Installation, origin: Option<&str>, more: &[(&str, &str)]) -> Said {
    let mut command = here.command(&["doctor", "--json"]);
    command.envs(more.iter().copied()).stdin(Stdio::null());
    if let Some(origin) = origin {
        command.env("LATCHKEY_SERVER__PUBLIC_URL", origin);
    }
    let output = command.output().unwrap();
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let account = Settings::default();
    for secret in [&*account.auth_token, "fake-api-key-secret", "wrong-token", PASSWORD] {
        assert!(!text.contains(secret), "a secret is told: {text}");
    }
    let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{text}"));
    for check in document["checks"].as_array().unwrap() {
        let remedied = check["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty());
        let wanting = ["failed", "warn"].contains(&check["outcome"].as_str().unwrap());
        assert_eq!(remedied, wanting, "{check}");
    }
    Said { code: output.status.code().unwrap(), document, text }
}

pub(super) fn flawed(flaws: Flaws) -> Settings {
    Settings { flaws, ..Settings::default() }
}

/// Without what differs from run to run.
fn settled(document: &Value, portal: &Running) -> Value {
    let mut document = document.clone();
    for check in document["checks"].as_array_mut().unwrap() {
        let seen = check["seen"].as_str().unwrap().replace(&portal.origin, "ORIGIN");
        let mut words: Vec<&str> = seen.split(' ').collect();
        for at in 1..words.len() {
            if words[at] == "ms" {
                words[at - 1] = "N";
            }
            if words[at - 1] == "is" && words[at].len() == 16 {
                words[at] = "ID";
            }
        }
        check["seen"] = words.join(" ").into();
    }
    document
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_all_is_well_it_says_so_as_one_document() {
    let stage = Stage::new(Settings::default()).await;
    let portal = stage.here.serve().await;
    // The first key is made beside the start: it is there before what lies here is looked at.
    assert_eq!(portal.browser().get("/oidc/jwks").await.status, 200);
    let before = stage.here.bytes();
    let said = said(&stage.here, Some(&portal.origin), &[]);
    let check = |name: &str, outcome: &str, seen: &str| json!({ "check": name, "outcome": outcome, "seen": seen, "remedy": null });
    let wanted = json!({
        "ok": true,
        "checks": [
            check("settings", "ok", "good; public_url is ORIGIN"),
            check("key_file", "ok", "data/secret.key is there and private; its id is ID"),
            check("database", "ok", "sqlite://data/latchkey.db answers in N ms"),
            check("database.tables", "ok", "up to date (step STEP)"),
            check("database.key", "ok", "it was made with this key file"),
            check("database.writes", "ok", "a change was made and taken back in N ms"),
            check("clock.database", "skipped", "SQLite has no clock of its own: this machine's counts"),
            check("twilio.account", "ok", "signed in; the account is active"),
            check("clock.twilio", "ok", "this machine's clock and Twilio's agree"),
            check("twilio.sender", "ok", "+15005550006 is the account's and sends texts"),
            check("twilio.countries", "ok", "texts may go to all 2 countries of phones.allowed_countries"),
            check("twilio.caller", "ok", "+15005550006 can call"),
            check("twilio.countries_called", "ok", "all 2 countries of phones.allowed_countries may be called"),
            check(
                "twilio.callbacks",
                "ok",
                "ORIGIN/webhooks/twilio/status/… answers 204 to a right signature and 403 to a wrong one \
                 (tried from this machine with sms.twilio.auth_token as it stands here; Twilio may see another net)",
            ),
        ],
    });
    let mut told = settled(&said.document, &portal);
    let step = told["checks"][3]["seen"].as_str().unwrap().to_owned();
    assert!(step.strip_prefix("up to date (step ").unwrap().trim_end_matches(')').parse::<u32>().is_ok());
    told["checks"][3]["seen"] = "up to date (step STEP)".into();
    assert_eq!(told, wanted, "{}", said.text);
    assert_eq!(said.code, 0);
    assert!(stage.fake.inbox(None).is_empty(), "nothing is sent");
    assert!(stage.fake.requests().iter().all(|request| request.method == "GET"), "nothing is changed there");
    assert!(stage.here.bytes() == before, "and nothing here");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_get_a_line_a_check_and_the_remedy_below() {
    let stage = Stage::new(flawed(Flaws { countries_off: vec!["CA".to_owned()], ..Flaws::default() })).await;
    let (code, out, err) = run(&stage.here, &["doctor"], "");
    assert_eq!(code, 1);
    let lines: Vec<&str> = out.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("failed   twilio.countries")).unwrap();
    assert!(lines[at].ends_with("allowed here and switched off at Twilio: CA"), "{out}");
    assert!(lines[at + 1].trim_start().starts_with("→ switch them on"), "{out}");
    assert!(err.contains("2 things do not work"), "the portal does not run: {err}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_credentials_are_told_and_nothing_more_is_asked() {
    let stage = Stage::with(Settings::default(), &[("sms.twilio.auth_token", "wrong-token")]).await;
    let said = stage.accuses("twilio.account").await;
    assert!(
        said.words("twilio.account").contains("20003") && said.words("twilio.account").contains("auth_token")
    );
    for name in ["twilio.sender", "twilio.countries", "twilio.caller", "twilio.countries_called"] {
        assert_eq!(said.of(name)["outcome"], "skipped");
    }
    assert_eq!(stage.fake.requests().len(), 1);
    // The portal has the same token: among themselves they agree.
    assert_eq!(said.of("twilio.callbacks")["outcome"], "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_account_is_told_and_a_trial_one_is_warned_of() {
    let stage = Stage::new(flawed(Flaws { suspended: true, ..Flaws::default() })).await;
    let said = stage.accuses("twilio.account").await;
    assert!(
        said.words("twilio.account").contains("suspended") && said.words("twilio.account").contains("funds")
    );
    let stage = Stage::new(Settings { trial: true, ..Settings::default() }).await;
    let said = stage.says().await;
    assert_eq!((said.code, said.named("warn")), (0, vec!["twilio.account"]), "{}", said.text);
    assert!(said.words("twilio.account").contains("verified with Twilio"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_without_texts_or_of_another_account_is_told() {
    let number = Settings::default().senders[0].clone();
    let stage = Stage::new(flawed(Flaws { without_sms: vec![number.clone()], ..Flaws::default() })).await;
    let said = stage.accuses("twilio.sender").await;
    assert!(said.words("twilio.sender").contains("cannot send texts"));
    let stage = Stage::with(Settings::default(), &[("sms.twilio.from_number", "+12015550177")]).await;
    let said = stage.accuses("twilio.sender").await;
    assert!(said.words("twilio.sender").contains("no number of this account"));
    assert_eq!(said.named("warn"), ["twilio.caller"]);
    let stage = Stage::new(flawed(Flaws { without_voice: vec![number], ..Flaws::default() })).await;
    let said = stage.says().await;
    assert_eq!((said.code, said.named("warn")), (0, vec!["twilio.caller"]), "{}", said.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_messaging_service_is_there_and_has_senders_or_not() {
    let service = Settings::default().services[0].clone();
    let with = [("sms.twilio.messaging_service_sid", &*service)];
    let said = Stage::with(Settings::default(), &with).await.says().await;
    assert_eq!((said.code, said.of("twilio.sender")["outcome"].as_str()), (0, Some("ok")), "{}", said.text);
    let empty = flawed(Flaws { empty_services: true, ..Flaws::default() });
    let said = Stage::with(empty, &with).await.accuses("twilio.sender").await;
    assert!(said.words("twilio.sender").contains("no sender"));
    let other = [("sms.twilio.messaging_service_sid", "MGffffffffffffffffffffffffffffffff")];
    let said = Stage::with(Settings::default(), &other).await.accuses("twilio.sender").await;
    assert!(said.words("twilio.sender").contains("no such Messaging Service"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_looked_up_is_said_to_be_so() {
    let said = Stage::with(Settings::default(), &[("sms.twilio.from_number", "LATCHKEY")]).await.says().await;
    assert_eq!(
        (said.code, said.of("twilio.sender")["outcome"].as_str()),
        (0, Some("skipped")),
        "{}",
        said.text
    );
    assert!(said.words("twilio.sender").contains("cannot be looked up"));
    assert_eq!(said.of("twilio.caller")["outcome"], "skipped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_country_that_is_allowed_here_and_off_there_is_told() {
    let off = vec!["CA".to_owned(), "IN".to_owned()];
    let stage = Stage::new(flawed(Flaws { countries_off: off, ..Flaws::default() })).await;
    let said = stage.accuses("twilio.countries").await;
    let words = said.words("twilio.countries");
    assert!(words.contains("Twilio: CA\"") && words.contains("phones.allowed_countries"), "{words}");
    let off = vec!["CA".to_owned()];
    let stage = Stage::new(flawed(Flaws { countries_not_called: off, ..Flaws::default() })).await;
    let said = stage.says().await;
    assert_eq!((said.code, said.named("warn")), (0, vec!["twilio.countries_called"]), "{}", said.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callbacks_that_the_running_portal_does_not_take_are_told() {
    let stage = Stage::new(Settings::default()).await;
    let portal = stage.here.serve().await;
    // Another address of the same machine: what is signed is not what the portal believes to be called.
    let other = portal.origin.replace("localhost", "127.0.0.1");
    let wrong = said(&stage.here, Some(&other), &[]);
    assert_eq!(wrong.named("failed"), ["twilio.callbacks"], "{}", wrong.text);
    let words = wrong.words("twilio.callbacks");
    assert!(
        words.contains("answers 403 to a right signature") && words.contains("server.public_url"),
        "{words}"
    );
    let token = [("LATCHKEY_SMS__TWILIO__AUTH_TOKEN", "wrong-token")];
    assert!(
        said(&stage.here, Some(&portal.origin), &token).words("twilio.callbacks").contains("403 to a right")
    );
    drop(portal);
    let nobody = said(&stage.here, Some(&other), &[]);
    assert!(nobody.words("twilio.callbacks").contains("is not reached"), "{}", nobody.text);
    let off = [("LATCHKEY_SMS__TWILIO__CALLBACKS", "never")];
    let off = said(&stage.here, Some(&other), &off);
    assert_eq!(
        (off.code, off.of("twilio.callbacks")["outcome"].as_str()),
        (0, Some("skipped")),
        "{}",
        off.text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_off_is_told() {
    let stage = Stage::new(flawed(Flaws { seconds_ahead: 3600, ..Flaws::default() })).await;
    let said = stage.accuses("clock.twilio").await;
    assert!(said.words("clock.twilio").contains("differ by 3"), "{}", said.text);
    let stage = Stage::new(flawed(Flaws { seconds_ahead: -10, ..Flaws::default() })).await;
    let said = stage.says().await;
    assert_eq!((said.code, said.named("warn")), (0, vec!["clock.twilio"]), "{}", said.text);
}

#[test]
fn before_the_first_start_nothing_is_made_and_nothing_is_wrong() {
    let here = Installation::new(&[]);
    let said = said(&here, None, &[]);
    assert_eq!((said.code, said.named("warn")), (0, vec!["database", "outbox"]), "{}", said.text);
    assert!(said.words("outbox").contains("nobody receives"));
    assert!(!here.folder.path().join("data").exists(), "it made something");
}

#[test]
fn settings_that_are_no_good_end_with_two_and_the_rest_is_looked_at() {
    let here = Installation::new(&[]);
    assert_eq!(run(&here, &["migrate"], "").0, 0);
    let bad = said(&here, None, &[("LATCHKEY_OTP__DIGITS", "5")]);
    assert_eq!((bad.code, bad.named("failed")), (2, vec!["settings"]), "{}", bad.text);
    assert!(bad.words("settings").contains("otp.digits"));
    assert_eq!(bad.of("database.key")["outcome"], "ok");
    let unknown = said(&here, None, &[("LATCHKEY_SERVER__NONSENSE", "1")]);
    assert_eq!((unknown.code, unknown.named("failed")), (2, vec!["settings"]), "{}", unknown.text);
    assert_eq!(unknown.of("database")["outcome"], "skipped");
    let without = said(&here, None, &[("LATCHKEY_SMS__PROVIDERS", "[\"twilio\"]")]);
    assert_eq!((without.code, without.named("failed")), (2, vec!["settings"]), "{}", without.text);
    assert!(without.words("settings").contains("account_sid"));
}

#[cfg(unix)]
#[test]
fn a_key_file_that_is_lost_open_or_of_another_database_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let (here, other) = (Installation::new(&[]), Installation::new(&[]));
    for installation in [&here, &other] {
        assert_eq!(run(installation, &["migrate"], "").0, 0);
    }
    let key = |installation: &Installation| installation.folder.path().join("data/secret.key");
    std::fs::set_permissions(key(&here), std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = said(&here, None, &[]);
    assert_eq!((open.code, open.named("failed")), (1, vec!["key_file"]), "{}", open.text);
    assert!(open.words("key_file").contains("chmod 600"));
    std::fs::remove_file(key(&here)).unwrap();
    let lost = said(&here, None, &[]);
    assert_eq!((lost.code, lost.named("failed")), (1, vec!["key_file"]), "{}", lost.text);
    assert_eq!(lost.of("database.key")["outcome"], "skipped");
    std::fs::copy(key(&other), key(&here)).unwrap();
    let foreign = said(&here, None, &[]);
    assert_eq!((foreign.code, foreign.named("failed")), (1, vec!["database.key"]), "{}", foreign.text);
    assert!(foreign.words("database.key").contains("backup"));
}

#[test]
fn steps_still_to_be_done_and_those_of_a_later_release_are_told() {
    let here = Installation::new(&[]);
    assert_eq!(run(&here, &["migrate"], "").0, 0);
    let file = here.folder.path().join("data/latchkey.db");
    let meddle = |sql: &str| rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    meddle("DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)");
    let behind = said(&here, None, &[]);
    assert_eq!(
        (behind.code, behind.named("warn")),
        (0, vec!["database.tables", "outbox"]),
        "{}",
        behind.text
    );
    assert!(behind.words("database.tables").contains("to be done: 1"), "{}", behind.text);
    meddle(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'contract the old column', TRUE, '', 1)",
    );
    let ahead = said(&here, None, &[]);
    assert_eq!((ahead.code, ahead.named("failed")), (1, vec!["database.tables"]), "{}", ahead.text);
}

#[test]
fn a_database_that_is_away_or_takes_no_changes_is_told() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://latchkey:wrong-token@{nobody}/latchkey");
    let here = Installation::new(&[("database.url", &url)]);
    let away = said(&here, None, &[]);
    assert_eq!((away.code, away.named("failed")), (1, vec!["key_file", "database"]), "{}", away.text);
    let here = Installation::new(&[]);
    assert_eq!(run(&here, &["migrate"], "").0, 0);
    let file = here.folder.path().join("data/latchkey.db");
    let holder = rusqlite::Connection::open(&file).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let held = said(&here, None, &[]);
    assert_eq!((held.code, held.named("failed")), (1, vec!["database.writes"]), "{}", held.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_postgresql_is_looked_at_as_well_its_clock_too() {
    let Some(place) = Place::on_server().await else { return };
    let here = Installation::new(&[("database.url", &place.url())]);
    let key = here.folder.path().join("data/secret.key");
    let other = Installation::new(&[]);
    assert_eq!(run(&other, &["migrate"], "").0, 0);
    std::fs::create_dir_all(key.parent().unwrap()).unwrap();
    std::fs::copy(other.folder.path().join("data/secret.key"), &key).unwrap();
    // A server that answers and refuses us is not out of reach.
    let gone = format!("{}_of_nobody", place.url());
    let refused = said(&here, None, &[("LATCHKEY_DATABASE__URL", &gone)]);
    assert!(refused.words("database").contains("answers and refuses us"), "{}", refused.text);
    assert!(!refused.text.contains("not reached"), "{}", refused.text);
    let well = said(&here, None, &[]);
    assert_eq!((well.code, well.named("warn")), (0, vec!["outbox"]), "{}", well.text);
    assert_eq!(well.of("clock.database")["outcome"], "ok");
    assert_eq!(place.number("SELECT COUNT(*) FROM meta", &[]).await, Some(0), "nothing is left behind");
    // A database whose clock is five minutes ahead.
    let mut connection = place.connection().await;
    for sql in [
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS \
         'SELECT pg_catalog.clock_timestamp() + make_interval(mins => 5)'",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$",
    ] {
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }
    let off = said(&here, None, &[]);
    assert_eq!((off.code, off.named("failed")), (1, vec!["clock.database"]), "{}", off.text);
    assert!(
        off.words("clock.database").contains("differ by 300")
            || off.words("clock.database").contains("differ by 299")
    );
}
