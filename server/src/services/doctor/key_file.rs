//! The key file: there, readable by its owner alone, and what such a file holds. Whether it is the database's is asked there.
use super::{Check, Findings};
use crate::config::Database;
use crate::keys::{KeyFileError, KeyId, Keys};
use crate::paths;
use std::path::Path;

const NAME: &str = "key_file";

/// Which key file it is, where there is one that serves.
pub(super) fn check(
    path: Option<&Path>,
    database: Option<&Database>,
    findings: &mut Findings<'_>,
) -> Option<KeyId> {
    let Some(path) = path else {
        findings.add(Check::skipped(NAME, "the settings do not say where it is"));
        return None;
    };
    match Keys::load(path) {
        Ok(keys) => {
            let id = keys.id();
            findings.add(Check::ok(NAME, format!("{} is there and private; its id is {id}", path.display())));
            Some(id)
        }
        Err(KeyFileError::Missing { .. }) if database.is_some_and(is_to_be_made) => {
            findings.add(Check::ok(
                NAME,
                format!("there is no {} yet; the first start makes it", path.display()),
            ));
            None
        }
        Err(KeyFileError::Missing { .. }) if database.and_then(Database::file).is_some() => {
            // A new one would open nothing of what is there.
            findings.add(Check::failed(
                NAME,
                format!("secrets.key_file: there is no {}, and there is a database already", path.display()),
                "put back the file that the database was made with from your backup; another one opens nothing that is stored there",
            ));
            None
        }
        Err(error) => {
            findings.add(Check::refused(NAME, &error.to_string()));
            None
        }
    }
}

/// A file of SQLite that is not there: the first start makes both.
fn is_to_be_made(database: &Database) -> bool {
    database.file().is_some_and(|file| paths::is_there("database.url", file).is_ok_and(|there| !there))
}
