//! `latchkey user import FILE`: says how far it is while it works.
use super::Outcome;
use crate::services::operator::{Operator, Progress};
use std::path::Path;

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
