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
        let postgres = parsed.is_some_and(|url| {
            matches!(url.scheme(), "postgres" | "postgresql") && !url.path().trim_matches('/').is_empty()
        });
        if postgres {
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
