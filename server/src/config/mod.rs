//! Settings in two stages: as typed (`raw`), then as meant (`checked`).
//!
//! A new key: its line in `keys`, a field in `raw`, its check in `checked`, its line in `latchkey.example.toml`; tests compare
//! all four. Every refusal is one line that names the key and the remedy, and never repeats a secret.
mod brand;
mod checked;
mod database;
mod env;
mod keys;
mod parts;
mod raw;
mod secret;
mod twilio;
mod vonage;

pub use checked::{Config, LogConfig, Provider};
pub use database::Database;
pub use env::present as environment;
pub use parts::{Parts, parts};

use serde::Deserialize as _;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A setting that stops the start: one line, the key and the remedy.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// A refusal names the key and the remedy.
fn refuse<T>(key: &str, remedy: impl std::fmt::Display) -> Result<T, ConfigError> {
    Err(ConfigError(format!("{key}: {remedy}")))
}

/// The file that is taken when none is named and it is there.
pub const DEFAULT_FILE: &str = "latchkey.toml";

/// Reads file and environment and checks them.
///
/// # Errors
/// The first thing that is wrong.
pub fn load(file: Option<&Path>, environment: &[(String, String)]) -> Result<Config, ConfigError> {
    let config = meant(source(file, environment)?).map_err(|error| env::named(error, environment))?;
    Ok(Config { strangers: env::strangers(environment), ..config })
}

fn source(file: Option<&Path>, environment: &[(String, String)]) -> Result<toml::Table, ConfigError> {
    let default = PathBuf::from(DEFAULT_FILE);
    let file = file.or_else(|| default.exists().then_some(default.as_path()));
    env::read(file, environment)
}

fn meant(table: toml::Table) -> Result<Config, ConfigError> {
    // Keys and kinds are known to be right here; what is left to go wrong is a gap between `keys` and `raw`.
    let raw = raw::RawConfig::deserialize(table).map_err(|_| {
        ConfigError("settings: cannot be read; please report this with your settings' keys".to_owned())
    })?;
    Config::check(raw)
}

#[cfg(test)]
mod tests;
