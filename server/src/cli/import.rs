//! `latchkey user import FILE`: says how far it is while it works.
use super::lines::{eprintln, println};
use super::{Failure, Outcome};
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

/// Imports a file of accounts.
pub async fn run(operator: &Operator, file: &Path) -> Outcome {
    let added = operator
        .import(file, |progress| match progress {
            Progress::Checked(lines) => eprintln!("{lines} lines checked"),
            Progress::Written(lines) => eprintln!("{lines} accounts written, not final yet"),
        })
        .await
        .map_err(|error| error.context(format!("{}: nothing was changed", file.display())))?;
    println!("Added {added} {}.", if added == 1 { "account" } else { "accounts" });
    Ok(())
}
