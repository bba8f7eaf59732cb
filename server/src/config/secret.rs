//! Secrets: in the settings, or in a file of their own.
use super::ConfigError;
use secrecy::SecretString;
use std::path::Path;
use zeroize::Zeroizing;

/// More than any secret has: what is longer is another file.
const LONGEST: usize = 16 * 1024;

/// The secret of `key`, from the settings or from the file that `key_file` names; a line end after it is not part of it.
/// Never both: the reader of the settings has seen to that.
///
/// # Errors
/// When the file cannot be read or holds no secret.
pub(super) fn secret(
    key: &str,
    inline: Option<SecretString>,
    file: Option<&Path>,
) -> Result<Option<SecretString>, ConfigError> {
    let Some(path) = file else { return Ok(inline) };
    let refuse = |what: String| Err(ConfigError(format!("{key}_file: {} {what}", path.display())));
    let bytes = match std::fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) => return refuse(format!("cannot be read ({error}); check path and rights")),
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return refuse("is not text; put the secret into it, in UTF-8".to_owned());
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return refuse("is empty; put the secret into it".to_owned());
    }
    if text.len() > LONGEST || text.chars().any(char::is_control) {
        return refuse("holds more than one line; put the secret alone into it".to_owned());
    }
    Ok(Some(SecretString::from(text.to_owned())))
}
