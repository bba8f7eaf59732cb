//! A secret in a file of its own.
use secrecy::SecretString;
use std::path::Path;
use zeroize::Zeroizing;

/// More than any secret has: what is longer is another file.
const LONGEST: usize = 16 * 1024;

/// The secret in `path`, which the setting `key` with `_file` behind it names; a line end after it is not part of it.
///
/// # Errors
/// One line with the setting and the remedy: it cannot be read, or holds no secret.
pub fn read(key: &str, path: &Path) -> Result<SecretString, String> {
    let refuse = |what: String| Err(format!("{key}_file: {} {what}", path.display()));
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
    Ok(SecretString::from(text.to_owned()))
}
