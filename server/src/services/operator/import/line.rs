//! A line of an import file, and what is wrong with one that cannot be read.
use anyhow::{Context as _, anyhow, bail};
use serde::Deserialize;
use serde_json::error::Category;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// What a line says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub(super) username: String,
    #[serde(default)]
    pub(super) email: Option<String>,
    #[serde(default)]
    pub(super) password_hash: Option<String>,
    #[serde(default)]
    pub(super) password: Option<String>,
    #[serde(default)]
    pub(super) phones: Vec<RecordPhone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordPhone {
    pub(super) number: String,
    #[serde(default)]
    pub(super) label: Option<String>,
    pub(super) verified: bool,
}

/// What there may be in a line.
const FIELDS: &str = "username, email, password_hash, password, phones (number, label, verified)";

/// A name of a field that is no longer a name is not repeated.
const LONGEST_NAME: usize = 40;

/// The line's number and what it says, or what is wrong with it. Empty lines are none.
pub(super) type Line = (u64, anyhow::Result<Record>);

/// The lines of a file.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn records(file: &Path) -> anyhow::Result<impl Iterator<Item = Line> + Send + use<>> {
    let opened = File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    let lines = BufReader::with_capacity(1 << 20, opened).lines();
    Ok((1u64..).zip(lines).filter_map(|(number, line)| match line {
        Ok(text) if text.trim().is_empty() => None,
        Ok(text) => Some((number, read(&text))),
        Err(error) => Some((number, Err(anyhow!("cannot be read as UTF-8 text ({error})")))),
    }))
}

fn read(line: &str) -> anyhow::Result<Record> {
    // Some editors begin a file with a mark of its encoding.
    let line = line.trim_start_matches('\u{feff}');
    // The parser would take a list of values in the order of the fields as well.
    if !line.trim_start().starts_with('{') {
        bail!("is not a JSON object");
    }
    serde_json::from_str(line).map_err(|error| anyhow!("{} (column {})", told(&error), error.column()))
}

/// What the parser says without the piece of input that it may quote: a password could be in it.
fn told(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let named = |kind: &str| Some(said.strip_prefix(kind)?.strip_prefix('`')?.split_once('`')?.0);
    if error.classify() != Category::Data {
        return "is not a JSON object".to_owned();
    }
    if let Some(field) = named("missing field ") {
        return format!("{field} is missing");
    }
    if let Some(field) = named("duplicate field ") {
        return format!("{field} is given twice");
    }
    if let Some(field) = named("unknown field ") {
        let field = if field.len() > LONGEST_NAME { "…" } else { field };
        return format!("has a field that is unknown, {field:?}; allowed are {FIELDS}");
    }
    let wanted = said.rsplit_once(", expected ").and_then(|(_, wanted)| wanted.split_once(" at line "));
    match wanted.map(|(wanted, _)| wanted) {
        Some("struct RecordPhone") => wrong_kind("an object with number, label and verified"),
        Some("a string") => wrong_kind("a text in quotes"),
        Some("a boolean") => wrong_kind("true or false"),
        Some("a sequence") => wrong_kind("a list in [ ]"),
        _ => format!("has a field of the wrong kind; allowed are {FIELDS}"),
    }
}

fn wrong_kind(wanted: &str) -> String {
    format!("what ends here is of the wrong kind; it must be {wanted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_of_the_encoding_and_windows_ends_of_lines_are_no_part_of_a_line() {
        assert_eq!(read("\u{feff}{\"username\":\"x\"}\r").unwrap().username, "x");
    }

    #[test]
    fn a_line_that_cannot_be_read_names_the_field_and_quotes_no_value() {
        let phone = r#"{"username":"x","phones":[{"number":"+12015550123","verified":SECRET}]}"#;
        for (line, why) in [
            (r#"{"password":"SECRET"}"#.to_owned(), "username is missing (column 21)"),
            (phone.replace("\"verified\":SECRET", "\"label\":\"SECRET\""), "verified is missing"),
            (
                r#"{"username":"x","passwrd":"SECRET"}"#.to_owned(),
                "unknown, \"passwrd\"; allowed are username",
            ),
            (r#"{"username":"x","email":"a","email":"SECRET"}"#.to_owned(), "email is given twice"),
            (r#"{"username":["SECRET"]}"#.to_owned(), "must be a text in quotes"),
            (phone.replace("SECRET", "\"SECRET\""), "must be true or false (column"),
            (r#"{"username":"x","phones":"SECRET"}"#.to_owned(), "must be a list in [ ]"),
            (r#"{"username":"x","phones":["SECRET"]}"#.to_owned(), "must be an object with number"),
            (r#"["SECRET"]"#.to_owned(), "is not a JSON object"),
            (r#""SECRET""#.to_owned(), "is not a JSON object"),
            (r#"{"username":"SECRET"#.to_owned(), "is not a JSON object"),
            (format!("{{\"username\":\"x\",\"{}SECRET\":1}}", "y".repeat(40)), "unknown, \"…\""),
        ] {
            let told = read(&line).err().unwrap().to_string();
            assert!(told.contains(why), "{line}: {told}");
            assert!(!told.contains("SECRET"), "{line}: {told}");
        }
    }
}
