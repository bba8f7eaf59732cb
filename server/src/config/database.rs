//! `database.url`: a file of SQLite for one node, or PostgreSQL for any number of them.
use super::ConfigError;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::Path;

/// Which database.
pub enum Database {
    /// `sqlite://PATH`
    Sqlite(String),
    /// `postgres://USER:PASSWORD@HOST/NAME`
    Postgres(SecretString),
}

impl Database {
    /// Checks what was typed.
    ///
    /// # Errors
    /// Says what the address must look like, never what it was: it may hold a password.
    pub(super) fn parse(typed: SecretString) -> Result<Self, ConfigError> {
        let url = typed.expose_secret();
        let sqlite = url.starts_with("sqlite:") && !url.contains(":memory:");
        if sqlite {
            return Ok(Self::Sqlite(url.to_owned()));
        }
        let parsed = reqwest::Url::parse(url).ok();
        let postgres = parsed.filter(|url| {
            matches!(url.scheme(), "postgres" | "postgresql") && !url.path().trim_matches('/').is_empty()
        });
        if let Some(parsed) = postgres {
            known_options(&parsed)?;
            return Ok(Self::Postgres(typed));
        }
        Err(ConfigError(
            "database.url: must be sqlite:// and a file, such as sqlite://data/latchkey.db, or \
             postgres://USER:PASSWORD@HOST/DATABASE"
                .to_owned(),
        ))
    }

    /// The address itself, password included.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite(url) => url,
            Self::Postgres(url) => url.expose_secret(),
        }
    }

    /// The file, where it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(url) => {
                url.strip_prefix("sqlite:").map(|rest| Path::new(rest.strip_prefix("//").unwrap_or(rest)))
            }
            Self::Postgres(_) => None,
        }
    }

    /// Several nodes may share it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// The address as it may be shown: without user, password and options.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(url) => url.clone(),
            Self::Postgres(url) => match reqwest::Url::parse(url.expose_secret()) {
                Ok(url) => {
                    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                    format!("postgres://{}{port}{}", url.host_str().unwrap_or_default(), url.path())
                }
                Err(_) => "postgres://".to_owned(),
            },
        }
    }
}

/// What may stand behind `?`, as the driver reads it.
const OPTIONS: [&str; 19] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "statement-cache-capacity",
    "ssl-mode",
    "ssl-root-cert",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "options[…]",
];

/// What other programs read there, and the driver does not: nothing is less safe without them.
const OTHERS: [&str; 9] = [
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "client_encoding",
    "fallback_application_name",
    "target_session_attrs",
];

const SSL_MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// The driver looks past what it does not know: a typing error would leave a connection without TLS that was to be checked.
fn known_options(url: &reqwest::Url) -> Result<(), ConfigError> {
    for (name, value) in url.query_pairs() {
        let known = (name == "gssencmode" && matches!(&*value, "disable" | "prefer"))
            || OPTIONS.contains(&&*name)
            || OTHERS.contains(&&*name)
            || name.starts_with("options[");
        if !known {
            // A name that is none may be half a password.
            return Err(ConfigError(format!(
                "database.url: what stands behind ? has a name that is not known; known are {}",
                OPTIONS.split_at(13).0.join(", ")
            )));
        }
        if matches!(&*name, "sslmode" | "ssl-mode") && !SSL_MODES.contains(&&*value.to_ascii_lowercase()) {
            return Err(ConfigError(format!(
                "database.url: sslmode must be one of {}",
                SSL_MODES.join(", ")
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Result<Database, ConfigError> {
        Database::parse(SecretString::from(url.to_owned()))
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (url, shown) in [
            (
                "postgres://latch:s3cret@db.example:5433/latchkey?sslmode=require",
                "postgres://db.example:5433/latchkey",
            ),
            ("postgresql://db.example/latchkey", "postgres://db.example/latchkey"),
            ("sqlite://data/latchkey.db", "sqlite://data/latchkey.db"),
        ] {
            let database = parsed(url).unwrap();
            assert_eq!(database.shown(), shown);
            assert_eq!(database.url(), url);
        }
    }

    #[test]
    fn an_option_that_the_driver_would_look_past_is_refused() {
        for (options, why) in [
            ("sslmod=verify-full", "has a name that is not known; known are sslmode,"),
            ("sslmode=verify_full", "sslmode must be one of disable,"),
            ("s3cret", "has a name that is not known"),
            ("gssencmode=require", "has a name that is not known"),
            ("application_name=x&channel_binding=s3cret", "has a name that is not known"),
        ] {
            let refused =
                parsed(&format!("postgres://latch@h/db?{options}")).map(|_| ()).unwrap_err().to_string();
            assert!(refused.contains("database.url") && refused.contains(why), "{options}: {refused}");
            assert!(!refused.contains("s3cret"), "{refused}");
        }
        for options in ["sslmode=verify-full&sslrootcert=/x.pem", "SSLMODE=x&"] {
            assert_eq!(parsed(&format!("postgres://h/db?{options}")).is_ok(), options.starts_with("ssl"));
        }
        assert!(
            parsed("postgres://h/db?options[geqo]=off&host=/run/pg&connect_timeout=5&gssencmode=disable")
                .is_ok()
        );
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for url in [
            "mysql://root:s3cret@h/x",
            "postgres://latch:s3cret@h",
            "postgres://latch:s3cret@h/",
            "",
            "s3cret",
        ] {
            let refused = parsed(url).map(|_| ()).unwrap_err().to_string();
            assert!(refused.contains("database.url") && !refused.contains("s3cret"), "{refused}");
        }
    }
}
