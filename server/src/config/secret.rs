//! Secrets: in the settings, or in a file of their own.
use super::ConfigError;
use crate::secret_file;
use crate::sms::live_secret::LiveSecret;
use secrecy::SecretString;
use std::path::Path;

/// The secret of `key`, from the settings or from the file that `key_file` names. Never both: the reader of the settings has seen to that.
///
/// # Errors
/// When the file cannot be read or holds no secret.
pub(super) fn secret(
    key: &str,
    inline: Option<SecretString>,
    file: Option<&Path>,
) -> Result<Option<SecretString>, ConfigError> {
    match file {
        Some(path) => secret_file::read(key, path).map(Some).map_err(ConfigError),
        None => Ok(inline),
    }
}

/// The same of a secret that may change while the program runs.
///
/// # Errors
/// As [`secret`].
pub(super) fn live_secret(
    key: &'static str,
    inline: Option<SecretString>,
    file: Option<&Path>,
) -> Result<Option<LiveSecret>, ConfigError> {
    let read = secret(key, inline, file)?;
    Ok(read.map(|secret| match file {
        Some(path) => LiveSecret::from_file(key, path, secret),
        None => LiveSecret::from(secret),
    }))
}
