//! Settings from the environment: `LATCHKEY_SECTION__KEY`, two underscores between levels; they win over the file.
use super::ConfigError;
use std::path::Path;
use toml::{Table, Value};

const PREFIX: &str = "LATCHKEY_";

/// What the process was started with. The one place that asks.
#[must_use]
pub fn present() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

/// Reads the file, where there is one, and lays the environment over it.
///
/// # Errors
/// Names the file or the variable and what to do.
pub fn read(file: Option<&Path>, environment: &[(String, String)]) -> Result<Table, ConfigError> {
    let mut table = match file {
        None => Table::new(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                ConfigError(format!("{}: cannot be read ({error}); check the path given to --config", path.display()))
            })?;
            text.parse::<Table>().map_err(|error| ConfigError(format!("{}: {}", path.display(), one_line(&error))))?
        }
    };
    for (name, value) in environment {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let keys: Vec<String> = rest.split("__").map(str::to_ascii_lowercase).collect();
        // Names without a level are not settings; tools around us use the prefix for their own.
        if keys.len() < 2 {
            continue;
        }
        put(&mut table, &keys, meant(value)).map_err(|()| {
            ConfigError(format!("{name}: names a setting inside of a value; write LATCHKEY_SECTION__KEY"))
        })?;
    }
    Ok(table)
}

/// Text is taken as it is; what reads as another TOML value (number, list, true) is that value.
fn meant(text: &str) -> Value {
    let parsed = format!("value = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("value"));
    match parsed {
        Some(value @ (Value::Integer(_) | Value::Boolean(_) | Value::Array(_) | Value::String(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}

fn put(table: &mut Table, keys: &[String], value: Value) -> Result<(), ()> {
    match keys {
        [] => Err(()),
        [last] => {
            table.insert(last.clone(), value);
            Ok(())
        }
        [first, rest @ ..] => {
            let inner = table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
            inner.as_table_mut().ok_or(()).and_then(|inner| put(inner, rest, value))
        }
    }
}

/// A parser's message on one line, without the drawing around it.
pub(super) fn one_line(error: &toml::de::Error) -> String {
    error.message().split_whitespace().collect::<Vec<_>>().join(" ")
}
