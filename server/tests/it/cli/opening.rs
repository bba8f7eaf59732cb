//! What a command makes, changes and waits for when it opens an installation, and what becomes of its words where nobody takes them.
use super::{empty, lying, run};
use crate::harness::PASSWORD;
use crate::harness::place::Place;
use crate::harness::process::Installation;
use std::process::Stdio;

#[test]
fn refused_commands_make_no_installation() {
    for arguments in [
        &["user", "add", "ada", "--password-stdin", "--phone", "12"][..],
        &["user", "add", "", "--password-stdin"],
        &["user", "import", "none.jsonl"],
        &["client", "add", "app", "--redirect-uri", "http://app.example.com/cb"],
        &["client", "add", "--redirect-uri", "https://app.example.com/cb"],
    ] {
        let here = Installation::new(&[]);
        let (code, _, err) = run(&here, arguments, PASSWORD);
        assert!(code > 0 && !err.contains("was made"), "{arguments:?}: {err}");
        assert_eq!(lying(&here), Vec::<String>::new(), "{arguments:?}: {err}");
    }
    let here = Installation::new(&[]);
    assert_eq!(run(&here, &["user", "add", "ada", "--password-stdin"], "too short").0, 1);
    assert_eq!(lying(&here), Vec::<String>::new());
}

#[test]
fn what_may_not_be_looked_at_is_not_taken_for_missing() {
    let here = Installation::new(&[("database.url", "sqlite://blocked/latchkey.db")]);
    std::fs::write(here.folder.path().join("blocked"), "no folder").unwrap();
    for arguments in [&["config", "check"][..], &["user", "list"], &["migrate"]] {
        let (code, out, err) = run(&here, arguments, "");
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains("blocked/latchkey.db may not be looked at by this user"), "{err}");
        assert!(!err.contains("no installation"), "{err}");
    }
    let (code, told, _) = run(&here, &["doctor"], "");
    assert!(code == 1 && told.contains("may not be looked at"), "{told}");
}

#[test]
fn reading_commands_wait_for_no_writer() {
    let here = empty(&[]);
    let writer = rusqlite::Connection::open(here.folder.path().join("data/latchkey.db")).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    for (arguments, code) in [
        (&["user", "list"][..], 0),
        (&["keys", "list"], 0),
        (&["client", "list"], 0),
        (&["sms", "status"], 0),
        (&["config", "check"], 0),
        (&["trace", "ZZZZ"], 1),
    ] {
        let (got, _, err) = run(&here, arguments, "");
        assert_eq!(got, code, "{arguments:?}: {err}");
    }
    let (code, _, err) = run(&here, &["sms", "stop"], "");
    assert!(code == 1 && err.contains("busy"), "what changes something says that it could not: {err}");
    let (code, _, err) = run(&here, &["migrate"], "");
    assert!(code == 2 && err.matches("busy").count() == 1, "said once: {err}");
}

#[test]
fn tables_of_another_release_are_named_and_left_as_they_are() {
    let here = empty(&[]);
    let file = here.folder.path().join("data/latchkey.db");
    let meddle = |sql: &str| rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    meddle("DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)");
    let before = std::fs::read(&file).unwrap();
    for arguments in [&["user", "list"][..], &["trace", "K7Q2"], &["sms", "stop"]] {
        let (code, _, err) = run(&here, arguments, "");
        assert!(code == 2 && err.contains("steps to be done: 1"), "{arguments:?}: {err}");
        assert!(err.contains("run `latchkey migrate` first"), "{arguments:?}: {err}");
    }
    assert!(std::fs::read(&file).unwrap() == before, "the file was changed");
    meddle(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'contract the old column', TRUE, '', 1)",
    );
    for arguments in [&["user", "list"][..], &["config", "check"]] {
        let (code, _, err) = run(&here, arguments, "");
        assert!(code == 2 && err.contains("a later release"), "{arguments:?}: {err}");
    }
}

#[test]
fn an_empty_file_stays_empty_until_something_is_to_be_made() {
    let here = empty(&[]);
    let file = here.folder.path().join("data/latchkey.db");
    std::fs::write(&file, "").unwrap();
    for (arguments, code) in [(&["config", "check"][..], 0), (&["user", "list"], 2), (&["doctor"], 0)] {
        assert_eq!(run(&here, arguments, "").0, code, "{arguments:?}");
        assert_eq!(std::fs::metadata(&file).unwrap().len(), 0, "{arguments:?}");
    }
    std::fs::write(&file, "this is no database, and long enough for one to be looked for".repeat(20))
        .unwrap();
    for arguments in [&["config", "check"][..], &["user", "list"], &["migrate"]] {
        let (code, _, err) = run(&here, arguments, "");
        assert!(code == 2 && err.contains("put back your backup"), "{arguments:?}: {err}");
    }
    let (_, told, _) = run(&here, &["doctor"], "");
    assert!(told.contains("put back your backup") && !told.contains("password"), "{told}");
}

/// Nobody is kept from anything while he is root: the program runs as somebody else then.
#[cfg(unix)]
#[test]
fn a_file_that_may_only_be_read_is_named_and_nothing_is_left_beside_it() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    let here = empty(&[]);
    let folder = here.folder.path();
    let root = std::fs::metadata(folder).unwrap().uid() == 0;
    let program = folder.join("latchkey");
    let built = env!("CARGO_BIN_EXE_latchkey");
    std::fs::hard_link(built, &program).or_else(|_| std::fs::copy(built, &program).map(drop)).unwrap();
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(folder, 0o755);
    let file = folder.join("data/latchkey.db");
    if root {
        for path in [&folder.join("data"), &file, &folder.join("data/secret.key")] {
            chown(path, Some(65534), Some(65534)).unwrap();
        }
    }
    let somebody = |arguments: &[&str]| {
        let plain = here.command(arguments);
        let mut command = std::process::Command::new(&program);
        command.args(arguments).current_dir(folder);
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if root {
            command.gid(65534).uid(65534);
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    mode(&file, 0o400);
    for arguments in [&["user", "list"][..], &["config", "check"], &["migrate"]] {
        let (code, err) = somebody(arguments);
        assert!(code == 2 && err.contains("data/latchkey.db cannot be opened: it may be read"), "{err}");
        assert!(err.contains("chmod u+rw"), "{err}");
    }
    assert_eq!(std::fs::read_dir(folder.join("data")).unwrap().count(), 2, "something lies beside it");
    mode(&file, 0o600);
    assert_eq!(somebody(&["user", "list"]).0, 0);
    mode(&folder.join("data"), 0o000);
    if root {
        chown(folder.join("data"), Some(0), Some(0)).unwrap();
    }
    for arguments in [&["user", "list"][..], &["config", "check"], &["migrate"]] {
        let (code, err) = somebody(arguments);
        assert!(code == 2 && err.contains("may not be looked at by this user"), "{err}");
    }
    mode(&folder.join("data"), 0o700);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_a_secret_that_was_lost_with_it_too() {
    let here = empty(&[]);
    run(&here, &["user", "add", "ada", "--password-stdin"], PASSWORD);
    let full = |arguments: &[&str]| {
        let output = here
            .command(arguments)
            .stdin(Stdio::null())
            .stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap())
            .output()
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for arguments in [&["user", "list"][..], &["user", "list", "--json"], &["doctor"], &["sms", "stop"]] {
        let (code, err) = full(arguments);
        assert!(code == 2 && err.contains("the output could not be written: "), "{arguments:?}: {err}");
    }
    assert!(run(&here, &["sms", "status"], "").1.contains("20"), "it was done all the same");
    for arguments in [
        &["client", "add", "app", "--redirect-uri", "https://app.example.com/cb"][..],
        &["client", "rotate-secret", "app"],
    ] {
        let (code, err) = full(arguments);
        assert!(code == 2 && err.contains("is lost; `latchkey client rotate-secret app`"), "{err}");
        assert!(!err.contains("only time"), "{err}");
    }
}

#[test]
fn a_reader_who_has_gone_ends_a_command_quietly() {
    let here = empty(&[]);
    run(&here, &["user", "add", "ada", "--password-stdin"], PASSWORD);
    for arguments in
        [&["user", "list"][..], &["user", "show", "ada"], &["doctor"], &["config", "check", "--json"]]
    {
        let (reader, gone) = std::io::pipe().unwrap();
        drop(reader);
        let output = here.command(arguments).stdin(Stdio::null()).stdout(gone).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_which_no_tables_can_be_made_is_told_and_left_as_it_is() {
    let Some(place) = Place::on_server().await else { return };
    let mut connection = place.connection().await;
    let empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
    let name = place.url().rsplit('/').next().unwrap().to_owned();
    let stranger = format!("stranger_of_{name}");
    let role = format!("{empty}; CREATE ROLE {stranger} LOGIN; GRANT USAGE ON SCHEMA public TO {stranger}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(role)).execute(&mut connection).await.unwrap();
    let theirs = place.url().replace("latchkey@", &format!("{stranger}@"));
    for (url, why) in [(&theirs, "this user may not make tables"), (&place.url(), "has a table \"accounts\"")]
    {
        let here = Installation::new(&[("database.url", url.as_str()), ("secrets.key_file", "secret.key")]);
        key_file(&here);
        for arguments in [&["config", "check"][..], &["migrate"], &["serve"]] {
            let (code, _, err) = run(&here, arguments, "");
            assert!(code == 2 && err.contains(why), "{arguments:?}: {err}");
        }
        let tables = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'accounts'";
        assert_eq!(place.number(tables, &[]).await, Some(0));
        sqlx::raw_sql("CREATE TABLE IF NOT EXISTS accounts (id INT)").execute(&mut connection).await.unwrap();
    }
    let gone = format!("DROP OWNED BY {stranger}; DROP ROLE {stranger}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(gone)).execute(&mut connection).await.unwrap();
}

fn key_file(here: &Installation) {
    use std::os::unix::fs::PermissionsExt as _;
    let key = here.folder.path().join("secret.key");
    std::fs::write(&key, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n").unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_new_installation_beside_a_key_file_that_was_there_is_told_of() {
    let here = Installation::new(&[]);
    assert_eq!(run(&here, &["migrate"], "").0, 0);
    let database = here.folder.path().join("data/latchkey.db");
    std::fs::remove_file(&database).unwrap();
    let (code, _, err) = run(&here, &["migrate"], "");
    assert!(code == 0 && err.contains("a key file is there and its database was not"), "{err}");
}
