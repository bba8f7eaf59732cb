//! Why a provider is not used, said the same way for all of them: in the log as operators look for it, and as one line with key and remedy.
use thiserror::Error;

/// What keeps a provider from being used. `provider` is its section: `[sms.PROVIDER]`.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SettingsError {
    /// A setting that is needed is not there.
    #[error("Missing required property \"{name}\"")]
    Missing {
        /// Whose.
        provider: &'static str,
        /// The name that operators look for in logs.
        name: &'static str,
        /// The key in its section.
        key: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A setting cannot be what it is.
    #[error("sms.{provider}.{key}: {remedy}")]
    Invalid {
        /// Whose.
        provider: &'static str,
        /// The key in its section.
        key: &'static str,
        /// What it must be.
        remedy: &'static str,
    },
    /// TLS could not be set up.
    #[error(
        "sms.{provider}.base_url: no TLS connection can be checked on this machine ({cause}); install the system's CA certificates"
    )]
    Tls {
        /// Whose.
        provider: &'static str,
        /// What the system says.
        cause: String,
    },
}

impl SettingsError {
    /// One line for whoever starts the program: the key as in the settings file, and what to do.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Missing { provider, key, remedy, .. } => {
                format!("sms.{provider}.{key}: is missing; {remedy}")
            }
            Self::Invalid { .. } | Self::Tls { .. } => self.to_string(),
        }
    }
}
