//! `latchkey user import FILE`: says how far it is while it works.
use super::lines::{eprintln, println};
use super::{Failure, Outcome, usage};
use crate::config::Config;
use crate::installation;
use crate::services::operator::{Operator, Progress};
use std::fs::File;
use std::path::Path;

/// Whether there is such a file, before an installation is made for it. What is no file, such as a pipe, is opened once alone.
///
/// # Errors
/// Why not.
pub fn may_be_read(file: &Path) -> Outcome {
    let looked = std::fs::metadata(file);
    let looked = looked.and_then(|about| if about.is_file() { File::open(file).map(drop) } else { Ok(()) });
    looked.map_err(|error| {
        Failure::Refused(format!(
            "{}: nothing was changed: the file cannot be opened: {error}",
            file.display()
        ))
    })
}

/// Looks at the lines of a file before an installation is made for it; where there is one, importing does so itself.
///
/// # Errors
/// The first line that is no good.
pub fn judge(config: &Config, file: &Path) -> Outcome {
    let to_come = installation::is_to_come(config).map_err(usage)?;
    if to_come && file.is_file() {
        Operator::judge_file(config, file).map_err(|error| nothing_changed(file, error))?;
    }
    Ok(())
}

fn nothing_changed(file: &Path, error: anyhow::Error) -> anyhow::Error {
    error.context(format!("{}: nothing was changed", file.display()))
}

/// Imports a file of accounts.
pub async fn bring_in(operator: &Operator, file: &Path) -> Outcome {
    let added = operator
        .import(file, |progress| match progress {
            Progress::Checked(lines) => eprintln!("{lines} lines checked"),
            Progress::Written(lines) => eprintln!("{lines} accounts written, not final yet"),
        })
        .await
        .map_err(|error| nothing_changed(file, error))?;
    println!("Added {added} {}.", if added == 1 { "account" } else { "accounts" });
    Ok(())
}
