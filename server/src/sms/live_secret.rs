//! A provider's secret as it stands now. One that lies in a file of its own is read anew when the file changes, so that a key can be
//! changed at the provider and here without a restart (R84).
use crate::secret_file;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Clones are the same secret. No `Debug`.
#[derive(Clone)]
pub struct LiveSecret(Arc<Inner>);

struct Inner {
    now: RwLock<SecretString>,
    source: Option<Source>,
}

/// Where it is read from.
struct Source {
    /// The setting that names the file, such as `sms.twilio.auth_token`; it ends in `_file` there.
    key: &'static str,
    file: PathBuf,
    /// That it cannot be read has been told.
    lost: AtomicBool,
}

impl From<SecretString> for LiveSecret {
    fn from(secret: SecretString) -> Self {
        Self(Arc::new(Inner { now: RwLock::new(secret), source: None }))
    }
}

impl LiveSecret {
    /// Read from the file that the setting `key` names.
    #[must_use]
    pub fn from_file(key: &'static str, file: &Path, secret: SecretString) -> Self {
        let source = Source { key, file: file.to_owned(), lost: AtomicBool::new(false) };
        Self(Arc::new(Inner { now: RwLock::new(secret), source: Some(source) }))
    }

    /// As it stands now.
    #[must_use]
    pub fn now(&self) -> SecretString {
        self.0.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Nothing but space: no secret.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.now().expose_secret().trim().is_empty()
    }

    /// Looks whether its file says something else by now. A file that cannot be read changes nothing, and that is told once.
    pub fn look(&self) {
        let Some(source) = &self.0.source else { return };
        match secret_file::read(source.key, &source.file) {
            Ok(read) => {
                source.lost.store(false, Ordering::Relaxed);
                if read.expose_secret() != self.now().expose_secret() {
                    *self.0.now.write().unwrap_or_else(PoisonError::into_inner) = read;
                    tracing::info!("{}_file: changed; the new secret is used from now on", source.key);
                }
            }
            Err(why) => {
                if !source.lost.swap(true, Ordering::Relaxed) {
                    tracing::warn!("{why}; the secret of before is used until then");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r84_a_secret_follows_its_file_and_outlives_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "first\n").unwrap();
        let key = "sms.twilio.auth_token";
        let secret = LiveSecret::from_file(key, &file, secret_file::read(key, &file).unwrap());
        let other = secret.clone();
        let now = || other.now().expose_secret().to_owned();
        secret.look();
        assert_eq!(now(), "first");
        std::fs::write(&file, "second\n").unwrap();
        assert_eq!(now(), "first", "looked at in its time");
        secret.look();
        assert_eq!(now(), "second");
        for spoiled in ["", "two\nlines"] {
            std::fs::write(&file, spoiled).unwrap();
            secret.look();
            assert_eq!(now(), "second", "{spoiled:?}");
        }
        std::fs::remove_file(&file).unwrap();
        secret.look();
        assert_eq!(now(), "second");
        std::fs::write(&file, "third").unwrap();
        secret.look();
        assert_eq!(now(), "third");
    }

    #[test]
    fn a_secret_of_the_settings_stays_as_it_is() {
        let secret = LiveSecret::from(SecretString::from("typed"));
        secret.look();
        assert_eq!(secret.now().expose_secret(), "typed");
        assert!(!secret.is_blank() && LiveSecret::from(SecretString::from(" ")).is_blank());
    }
}
