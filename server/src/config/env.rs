//! Settings from file and environment: `LATCHKEY_SECTION__KEY`, two underscores between levels, wins over the file.
use super::ConfigError;
use super::keys::{self, Kind};
use std::path::Path;
use toml::{Table, Value};

const PREFIX: &str = "LATCHKEY_";

/// What the process was started with. The one place that asks.
#[must_use]
pub fn present() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

/// Reads the file, where there is one, and lays the environment over it.
///
/// # Errors
/// Names the key, the line or the variable, and what to do.
pub(super) fn read(file: Option<&Path>, environment: &[(String, String)]) -> Result<Table, ConfigError> {
    let mut settings = match file {
        None => Vec::new(),
        Some(path) => {
            keys::flatten(parse(path)?).map_err(|error| within(&path.display().to_string(), &error))?
        }
    };
    for (path, value) in overlay(environment)? {
        let other = keys::counterpart(&path);
        settings.retain(|(known, _)| *known != path && Some(known.as_str()) != other);
        settings.push((path, value));
    }
    Ok(keys::nest(settings))
}

fn parse(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        ConfigError(format!("{}: cannot be read ({error}); check the path given to --config", path.display()))
    })?;
    text.parse::<Table>().map_err(|error| {
        // The parser's own picture of the place would show the line, and the line may hold a secret.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let what = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
        ConfigError(format!(
            "{}: line {line} is no TOML ({what}); write it as in latchkey.example.toml",
            path.display()
        ))
    })
}

/// The settings in the environment, by first names.
fn overlay(environment: &[(String, String)]) -> Result<Vec<(String, Value)>, ConfigError> {
    let mut settings: Vec<(String, Value)> = Vec::new();
    for (name, text) in environment {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let path = rest.to_ascii_lowercase().replace("__", ".");
        if !path.contains('.') {
            // Names without a level are not ours, unless an underscore is missing.
            if let Some((known, _)) = keys::KEYS.iter().find(|(known, _)| known.replace('.', "_") == path) {
                return Err(ConfigError(format!(
                    "{name}: levels are parted by two underscores; write {}",
                    variable(known)
                )));
            }
            continue;
        }
        let Some(kind) = keys::kind(&path) else {
            return Err(within(name, &keys::unknown(&path)));
        };
        if text.contains('\u{fffd}') {
            return Err(ConfigError(format!("{name}: is not UTF-8 text; write {path} in UTF-8")));
        }
        let value = meant(kind, text);
        keys::fits(&path, kind, &value).map_err(|error| within(name, &error))?;
        let path = keys::first_name(&path).to_owned();
        if let Some((other, _)) = settings
            .iter()
            .find(|(known, _)| *known == path || Some(known.as_str()) == keys::counterpart(&path))
        {
            return Err(ConfigError(format!(
                "{name}: {path} is set twice in the environment, also by {}; keep one",
                variable(other)
            )));
        }
        settings.push((path, value));
    }
    Ok(settings)
}

/// Variables that begin as ours do and are none: the project's own tools read them.
const TOOLS: [&str; 3] = ["LATCHKEY_BIN", "LATCHKEY_TEST_", "LATCHKEY_WASM_COMPILER"];

/// A line for each variable that begins as ours do and is no setting, with the one that was probably meant. They do not stop a start:
/// containers are given such names for every service beside them (`LATCHKEY_SERVICE_HOST`), and nobody typed those.
pub(super) fn strangers(environment: &[(String, String)]) -> Vec<String> {
    let told = |name: &str| {
        let path = name.strip_prefix(PREFIX)?.to_ascii_lowercase();
        if path.contains("__") || TOOLS.iter().any(|tool| name.starts_with(tool)) {
            return None;
        }
        let shown: String = name.chars().take(80).map(|c| if c.is_control() { '?' } else { c }).collect();
        Some(match keys::meant_without_levels(&path) {
            Some(known) => {
                format!("{shown}: is no setting and is not looked at; did you mean {}?", variable(known))
            }
            None => format!(
                "{shown}: is no setting and is not looked at; settings are named LATCHKEY_SECTION__KEY, as in latchkey.example.toml"
            ),
        })
    };
    environment.iter().filter_map(|(name, _)| told(name)).collect()
}

/// Text is taken as it stands; everything else is written as in TOML.
fn meant(kind: Kind, text: &str) -> Value {
    if kind == Kind::Text {
        return Value::String(text.to_owned());
    }
    // A line break would let a value carry further keys.
    let one = (!text.contains(['\n', '\r'])).then(|| format!("value = {text}"));
    let parsed = one.and_then(|line| line.parse::<Table>().ok());
    parsed.and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::String(text.to_owned()))
}

/// A refusal of a key that the environment sets names the variable as well: who reads only the file would look there in vain.
pub(super) fn named(error: ConfigError, environment: &[(String, String)]) -> ConfigError {
    let Some((key, _)) = error.0.split_once(": ") else { return error };
    let sets = |name: &str| {
        let path = name.strip_prefix(PREFIX).unwrap_or_default().to_ascii_lowercase().replace("__", ".");
        keys::first_name(&path) == key
    };
    match environment.iter().find(|(name, _)| sets(name)) {
        Some((name, _)) => within(name, &error),
        None => error,
    }
}

/// The variable of a key.
fn variable(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "__").to_ascii_uppercase())
}

fn within(place: &str, error: &ConfigError) -> ConfigError {
    ConfigError(format!("{place}: {error}"))
}
