//! The arguments.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::rows::{self, Row};

const USAGE: &str = "bench --server BINARY [--postgres URL] [--json FILE] [--only ROW]…";

/// What is wanted of this process.
#[derive(Debug, PartialEq, Eq)]
pub enum Mode {
    /// To measure.
    Measure(Options),
    /// To be the bare page.
    Bare(PathBuf),
}

/// How to measure.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The server's binary.
    pub server: PathBuf,
    /// An empty database of PostgreSQL.
    pub postgres: Option<String>,
    /// Where the table goes for programs.
    pub json: Option<PathBuf>,
    only: Vec<String>,
}

impl Options {
    /// Whether a row is wanted; those that take long only by name.
    pub fn wants(&self, row: &Row) -> bool {
        self.only.is_empty() && !row.long || self.only.iter().any(|name| name == row.name)
    }
}

/// Reads the arguments, without the program's name.
///
/// # Errors
/// They are not understood; the text says which are.
pub fn read(arguments: &[String]) -> Result<Mode> {
    if let [bare, file] = arguments
        && bare == "bare"
    {
        return Ok(Mode::Bare(file.into()));
    }
    let mut options = Options::default();
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--server" => options.server = value.into(),
            [name, value] if name == "--postgres" => options.postgres = Some(value.clone()),
            [name, value] if name == "--json" => options.json = Some(value.into()),
            [name, value] if name == "--only" => options.only.push(value.clone()),
            _ => bail!("{}: not understood\n{USAGE}", pair.join(" ")),
        }
    }
    if let Some(unknown) = options.only.iter().find(|name| rows::ALL.iter().all(|row| row.name != **name)) {
        let names: Vec<&str> = rows::ALL.iter().map(|row| row.name).collect();
        bail!("no row is named {unknown}; there are {}", names.join(", "));
    }
    if options.server.as_os_str().is_empty() {
        bail!("{USAGE}");
    }
    Ok(Mode::Measure(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Mode> {
        super::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn all_rows_are_wanted_unless_some_are_named() {
        let Ok(Mode::Measure(all)) = read(&["--server", "x"]) else { panic!() };
        assert!(rows::ALL.iter().all(|row| all.wants(row) != row.long));
        let Ok(Mode::Measure(some)) = read(&["--server", "x", "--only", "hash"]) else { panic!() };
        let wanted: Vec<&str> = rows::ALL.iter().filter(|row| some.wants(row)).map(|row| row.name).collect();
        assert_eq!(wanted, ["hash"]);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for words in [&["--server"][..], &[], &["--only", "hash"], &["--server", "x", "--only", "nothing"]] {
            assert!(read(words).is_err(), "{words:?}");
        }
    }
}
