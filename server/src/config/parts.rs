//! Settings for somebody who wants to know what is wrong with them: what is refused, and beside it every part that can still be read.
use super::checked::{Config, Provider};
use super::database::Database;
use super::raw::RawConfig;
use super::secret::secret;
use super::{ConfigError, checked, env, source};
use crate::web::site::Site;
use serde::Deserialize as _;
use std::path::{Path, PathBuf};

/// The parts of the settings that others depend on, each where it is understood.
#[derive(Default)]
pub struct Parts {
    /// The first thing that is wrong; nothing where all is well.
    pub refused: Option<ConfigError>,
    /// The installation as its visitors meet it.
    pub site: Option<Site>,
    /// Where everything is kept.
    pub database: Option<Database>,
    /// The file with the key that all others are derived from.
    pub key_file: Option<PathBuf>,
    /// Message providers in order of preference.
    pub providers: Vec<Provider>,
    /// Countries that codes can go to, ISO 3166-1 alpha-2, upper case.
    pub allowed_countries: Vec<String>,
    /// Digits of a code, where the settings are good.
    pub digits: Option<u8>,
    /// See [`Config::strangers`].
    pub strangers: Vec<String>,
}

/// Reads file and environment as [`super::load`] does, and goes on where that stops.
#[must_use]
pub fn parts(file: Option<&Path>, environment: &[(String, String)]) -> Parts {
    let strangers = env::strangers(environment);
    let table = match source(file, environment) {
        Ok(table) => table,
        Err(refused) => return Parts { refused: Some(refused), strangers, ..Parts::default() },
    };
    let refused = match super::meant(table.clone()) {
        Ok(config) => return Parts { strangers, ..config.into() },
        Err(refused) => refused,
    };
    let Ok(raw) = RawConfig::deserialize(table) else {
        return Parts { refused: Some(refused), strangers, ..Parts::default() };
    };
    let site = checked::site(&raw.server, &raw.brand).ok();
    let database = secret("database.url", raw.database.url, raw.database.url_file.as_deref()).ok();
    let database = database.map(|url| url.unwrap_or_else(checked::default_database));
    let key_file = raw.secrets.key_file;
    Parts {
        refused: Some(refused),
        database: database.and_then(|url| Database::parse(url).ok()),
        key_file: (!key_file.as_os_str().is_empty()).then_some(key_file),
        providers: site.as_ref().and_then(|site| checked::providers(raw.sms, site).ok()).unwrap_or_default(),
        allowed_countries: checked::countries(&raw.phones.allowed_countries).unwrap_or_default(),
        site,
        digits: None,
        strangers,
    }
}

impl From<Config> for Parts {
    fn from(config: Config) -> Self {
        Self {
            refused: None,
            digits: Some(config.policy.otp.digits()),
            site: Some(config.site),
            database: Some(config.database),
            key_file: Some(config.key_file),
            providers: config.providers,
            allowed_countries: config.allowed_countries,
            strangers: config.strangers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Parts {
        let variables: Vec<(String, String)> = pairs
            .iter()
            .map(|(key, value)| {
                (format!("LATCHKEY_{}", key.replace('.', "__").to_uppercase()), (*value).to_owned())
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let none = folder.path().join("none.toml");
        std::fs::write(&none, "").unwrap();
        parts(Some(&none), &variables)
    }

    #[test]
    fn one_bad_setting_does_not_hide_the_others() {
        let parts = with(&[
            ("otp.digits", "5"),
            ("sms.providers", "[\"outbox\"]"),
            ("database.url", "sqlite://x.db"),
        ]);
        assert!(parts.refused.unwrap().to_string().contains("otp.digits"));
        assert_eq!(parts.database.unwrap().shown(), "sqlite://x.db");
        assert!(parts.key_file.is_some() && parts.site.is_some());
        assert_eq!((parts.providers.len(), parts.digits), (1, None));
        let parts = with(&[("database.url", "nonsense"), ("sms.providers", "[\"outbox\"]")]);
        assert!(parts.refused.is_some() && parts.database.is_none() && parts.providers.len() == 1);
    }

    #[test]
    fn good_settings_are_taken_apart_whole() {
        let parts = with(&[("sms.providers", "[\"outbox\"]")]);
        assert!(parts.refused.is_none() && parts.digits == Some(6));
    }

    #[test]
    fn an_unknown_key_leaves_nothing_to_go_by() {
        let parts = with(&[("server.nonsense", "1")]);
        assert!(parts.refused.is_some() && parts.database.is_none() && parts.providers.is_empty());
    }
}
