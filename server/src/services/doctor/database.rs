//! The database: reached, its tables up to date, made with this key file, and taking changes.
use super::{Check, Findings, Open, cause, within};
use crate::config::Database;
use crate::keys::KeyId;
use crate::paths;
use crate::store::{Db, KeyCheckError, LEAST_ROOM, MigrateError};
use std::time::Duration;
use tokio::time::Instant;

const REACHED: &str = "database";
const TABLES: &str = "database.tables";
const KEY: &str = "database.key";
const WRITES: &str = "database.writes";
const MESSAGES: &str = "messages";

/// A sign-in asks some forty times: beyond this it is felt.
const SLOW: Duration = Duration::from_millis(20);

/// A sign-in changes something some ten times, each after the one before: beyond this the changes alone take half a second.
const SLOW_WRITE: Duration = Duration::from_millis(50);

/// A disk with fewer bytes free will be full soon.
const LITTLE_ROOM: u64 = 200_000_000;

/// Timed so often; the fastest counts, for the first ones pay for what is kept later.
const TIMED: u32 = 3;

pub(super) async fn check(
    database: Option<&Database>,
    key: Option<KeyId>,
    findings: &mut Findings<'_>,
) -> Open {
    let Some(database) = database else {
        skip(findings, REACHED, "the settings do not say where it is");
        return None;
    };
    if let Some(file) = database.file() {
        match paths::is_there("database.url", file) {
            Ok(true) => {}
            Ok(false) => {
                findings.add(Check::warn(
                    REACHED,
                    format!("there is no {} yet", file.display()),
                    "the first start makes it; if you mean another installation, name its settings with --config",
                ));
                skip(findings, TABLES, "there is no database yet");
                return None;
            }
            Err(error) => return away(findings, &error.to_string()),
        }
    }
    let db = match within(Db::open_kept(database.url())).await {
        Some(Ok(db)) => db,
        Some(Err(error)) => return away(findings, &error.to_string()),
        None => return away(findings, "database.url: the database does not answer"),
    };
    let mut fastest = Duration::MAX;
    for _ in 0..TIMED {
        let asked = Instant::now();
        match within(db.is_new()).await {
            Some(Ok(_)) => fastest = fastest.min(asked.elapsed()),
            Some(Err(error)) => return away(findings, &db.unreadable(error).to_string()),
            None => return away(findings, "database.url: the database does not answer"),
        }
    }
    let seen = format!("{} answers in {}", database.shown(), shown(fastest));
    findings.add(if fastest > SLOW {
        Check::warn(
            REACHED,
            seen,
            "a sign-in asks it some forty times; bring the node and its database closer together",
        )
    } else {
        Check::ok(REACHED, seen)
    });
    if tables(&db, findings).await {
        belongs(&db, key, findings).await;
        writes(&db, findings).await;
        stopped(&db, findings).await;
    } else {
        skip(findings, KEY, "there are no tables yet");
    }
    Some(db)
}

fn away(findings: &mut Findings<'_>, error: &str) -> Open {
    findings.add(match error.split_once("; ") {
        Some((seen, remedy)) => Check::failed(REACHED, seen, remedy),
        None => Check::failed(
            REACHED,
            error,
            "see that it runs, that this machine reaches it, and that database.url names it with the right user and password",
        ),
    });
    skip(findings, TABLES, "nothing can be asked of the database");
    None
}

/// Everything from here on was not looked at.
fn skip(findings: &mut Findings<'_>, from: &'static str, why: &str) {
    let names = [REACHED, TABLES, KEY, WRITES].into_iter().skip_while(|name| *name != from);
    names.for_each(|name| findings.add(Check::skipped(name, why)));
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// Whether there are any.
async fn tables(db: &Db, findings: &mut Findings<'_>) -> bool {
    let steps = match within(db.steps()).await {
        Some(Ok(steps)) => steps,
        Some(Err(fault)) => {
            findings.add(Check::failed(TABLES, cause(&fault), readable(db)));
            return false;
        }
        None => {
            findings.add(Check::failed(TABLES, "the database does not answer", "see what keeps it busy"));
            return false;
        }
    };
    findings.add(match (steps.newest, steps.taken_away, steps.pending) {
        (None, _, _) => {
            Check::warn(TABLES, "there are none yet", "`latchkey migrate` or the first start makes them")
        }
        (_, Some(step), _) => Check::refused(TABLES, &MigrateError::Later(step).to_string()),
        (Some(newest), None, 0) => Check::ok(TABLES, format!("up to date (step {newest})")),
        (Some(newest), None, pending) => Check::warn(
            TABLES,
            format!("at step {newest}; to be done: {pending}"),
            "`latchkey migrate` or the next start of this release does it",
        ),
    });
    steps.newest.is_some()
}

/// What to look at where tables cannot be read.
fn readable(db: &Db) -> &'static str {
    match db {
        Db::Sqlite(_) => {
            "the file is damaged, or its disk: put back your backup, and then `latchkey migrate --restored`"
        }
        Db::Postgres(_) => "see that the user of database.url may read its tables",
    }
}

async fn belongs(db: &Db, key: Option<KeyId>, findings: &mut Findings<'_>) {
    let known = within(db.key_id()).await;
    findings.add(match (known, key.map(|key| key.to_string())) {
        (None, _) => Check::failed(KEY, "the database does not answer", "see what keeps it busy"),
        (Some(Err(fault)), _) => Check::failed(KEY, cause(&fault), readable(db)),
        (Some(Ok(None)), _) => {
            Check::ok(KEY, "it was made with no key file yet; the first start notes which")
        }
        (Some(Ok(Some(expected))), None) => Check::skipped(
            KEY,
            format!("the key file is not read; this database was made with the one of id {expected}"),
        ),
        (Some(Ok(Some(expected))), Some(found)) if expected == found => {
            Check::ok(KEY, "it was made with this key file")
        }
        (Some(Ok(Some(expected))), Some(found)) => {
            Check::refused(KEY, &KeyCheckError::AnotherKey { expected, found }.to_string())
        }
    });
}

/// An operator may have stopped all messages, in another night.
async fn stopped(db: &Db, findings: &mut Findings<'_>) {
    if let Some(Ok(true)) = within(db.is_stopped()).await {
        findings.add(Check::failed(
            MESSAGES,
            "an operator has stopped all messages",
            "`latchkey sms status` says since when, `latchkey sms resume` lets them go out again",
        ));
    }
}

async fn writes(db: &Db, findings: &mut Findings<'_>) {
    let asked = Instant::now();
    findings.add(match within(db.try_writing()).await {
        Some(Ok(())) => wrote(asked.elapsed(), db.room()),
        Some(Err(fault)) => Check::failed(
            WRITES,
            cause(&fault),
            match db {
                Db::Sqlite(_) => {
                    "see that the disk has room and is sound, and that this is run by the portal's user, who may change the file and its folder"
                }
                Db::Postgres(_) => {
                    "see that the disk has room, that the user of database.url may change its tables, and that this is no read-only copy"
                }
            },
        ),
        None => Check::failed(WRITES, "a change takes longer than ten seconds", "see what keeps it busy"),
    });
}

fn wrote(took: Duration, free: Option<u64>) -> Check {
    let seen = format!("a change was made and taken back in {}", shown(took));
    // What is taken back needs no room: whether there is some, the disk is asked.
    if let Some(free) = free.filter(|free| *free < LITTLE_ROOM) {
        let seen = format!("{} MB are free on the disk of the database", free / 1_000_000);
        let remedy = "make room: where there is none, nobody can sign in";
        let check = if free < LEAST_ROOM { Check::failed } else { Check::warn };
        return check(WRITES, seen, remedy);
    }
    if took <= SLOW_WRITE {
        return Check::ok(WRITES, seen);
    }
    Check::warn(
        WRITES,
        format!("{seen}; more than {} is slow", shown(SLOW_WRITE)),
        "a sign-in makes some ten changes one after the other: see what else writes at the moment (an import, a backup), and how far and how busy the database is",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    #[test]
    fn a_change_that_takes_longer_than_fifty_milliseconds_is_warned_of() {
        for (took, outcome) in
            [(1, Outcome::Ok), (50, Outcome::Ok), (51, Outcome::Warn), (4000, Outcome::Warn)]
        {
            let check = wrote(Duration::from_millis(took), None);
            assert_eq!(check.outcome, outcome, "{check:?}");
        }
        assert!(wrote(Duration::from_millis(51), None).seen.contains("more than 50.0 ms is slow"));
    }

    #[test]
    fn a_disk_that_is_full_or_will_be_soon_is_told() {
        for (free, outcome) in [
            (0, Outcome::Failed),
            (LEAST_ROOM - 1, Outcome::Failed),
            (LEAST_ROOM, Outcome::Warn),
            (LITTLE_ROOM - 1, Outcome::Warn),
            (LITTLE_ROOM, Outcome::Ok),
        ] {
            let check = wrote(Duration::from_millis(1), Some(free));
            assert_eq!(check.outcome, outcome, "{check:?}");
        }
        assert!(wrote(Duration::ZERO, Some(12_300_000)).seen.contains("12 MB are free"));
    }
}
