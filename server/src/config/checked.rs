//! Settings as meant: checked, secrets wrapped, nothing missing. Every refusal is one line that names the key and the remedy.
use super::ConfigError;
use super::raw::{RawConfig, RawLog, RawServer, RawSms, RawTwilio};
use crate::sms::twilio::TwilioOptions;
use crate::web::client_ip::TrustedProxies;
use crate::web::host::is_loopback;
use crate::web::site::Site;
use domain::policy::{OtpPolicy, PhonePolicy, Policy, PolicyError, SendLimits, SessionPolicy};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Everything an operator has set.
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to serve metrics, if anywhere.
    pub admin_listen: Option<SocketAddr>,
    /// The installation as its visitors meet it.
    pub site: Site,
    /// `sqlite://…`
    pub database_url: String,
    /// The file with the key that all others are derived from.
    pub key_file: PathBuf,
    /// The figures.
    pub policy: Policy,
    /// Countries that codes can go to, ISO 3166-1 alpha-2, upper case.
    pub allowed_countries: Vec<String>,
    /// Whether internet telephony numbers may be enrolled.
    pub allow_voip: bool,
    /// The country of numbers typed without `+`.
    pub default_country: String,
    /// Message providers in order of preference.
    pub providers: Vec<Provider>,
    /// How log lines look.
    pub log: LogConfig,
}

/// A message provider.
pub enum Provider {
    /// The built-in one for a first look.
    Outbox,
    /// Twilio.
    Twilio(Box<TwilioOptions>),
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// One JSON object a line instead of words.
    pub json: bool,
    /// The least important level that is written.
    pub level: tracing::Level,
}

fn refuse<T>(key: &str, remedy: impl std::fmt::Display) -> Result<T, ConfigError> {
    Err(ConfigError(format!("{key}: {remedy}")))
}

impl From<PolicyError> for ConfigError {
    fn from(error: PolicyError) -> Self {
        Self(format!("{}: must be {}", error.key, error.remedy))
    }
}

impl Config {
    /// Checks what was typed.
    ///
    /// # Errors
    /// The first setting that cannot be, with its remedy.
    pub fn check(raw: RawConfig) -> Result<Self, ConfigError> {
        let site = site(&raw.server, &raw.brand.name, &raw.brand.support_url)?;
        let policy = policy(&raw)?;
        let log = log(&raw.log)?;
        if !raw.database.url.starts_with("sqlite:") {
            return refuse("database.url", "must begin with sqlite:// and name a file, such as sqlite://data/latchkey.db");
        }
        if raw.secrets.key_file.as_os_str().is_empty() {
            return refuse("secrets.key_file", "must name a file, such as data/secret.key");
        }
        let allowed_countries = countries(&raw.phones.allowed_countries)?;
        let default_country = raw.phones.default_country.trim().to_ascii_uppercase();
        if !allowed_countries.contains(&default_country) {
            return refuse("phones.default_country", "must be one of phones.allowed_countries");
        }
        Ok(Self {
            listen: address("server.listen", &raw.server.listen)?,
            admin_listen: match raw.server.admin_listen.as_str() {
                "" => None,
                typed => Some(address("server.admin_listen", typed)?),
            },
            providers: providers(raw.sms, &site)?,
            site,
            database_url: raw.database.url,
            key_file: raw.secrets.key_file,
            policy,
            allowed_countries,
            allow_voip: raw.phones.allow_voip,
            default_country,
            log,
        })
    }
}

fn address(key: &str, typed: &str) -> Result<SocketAddr, ConfigError> {
    typed.parse().or_else(|_| refuse(key, "must be an IP address and a port, such as 127.0.0.1:3000"))
}

fn site(server: &RawServer, brand: &str, support_url: &str) -> Result<Site, ConfigError> {
    const SHAPE: &str = "must be http:// or https://, a host name and nothing behind it, such as https://id.example.com";
    let url = reqwest::Url::parse(&server.public_url).or_else(|_| refuse("server.public_url", SHAPE))?;
    let bare = url.username().is_empty() && url.password().is_none() && url.path() == "/" && url.query().is_none();
    let (Some(host), true, None) = (url.host_str(), bare, url.fragment()) else {
        return refuse("server.public_url", SHAPE);
    };
    let loopback = is_loopback(host.trim_start_matches('[').trim_end_matches(']'));
    let secure = match url.scheme() {
        "https" => true,
        "http" if loopback => false,
        "http" => {
            return refuse("server.public_url", "must be https:// unless it is a loopback address such as http://localhost:3000");
        }
        _ => return refuse("server.public_url", SHAPE),
    };
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let trusted_proxies = TrustedProxies::parse(&server.trusted_proxies).or_else(|entry| {
        refuse("server.trusted_proxies", format!("\"{entry}\" is neither an address nor a range such as 10.0.0.0/8"))
    })?;
    let brand = brand.trim();
    if brand.is_empty() || brand.chars().count() > 32 || brand.chars().any(char::is_control) {
        return refuse("brand.name", "must have 1 to 32 characters");
    }
    let support_url = match support_url {
        "" => None,
        url if url.starts_with("https://") || url.starts_with("mailto:") => Some(url.to_owned()),
        _ => return refuse("brand.support_url", "must begin with https:// or mailto:, or be empty"),
    };
    Ok(Site {
        origin: format!("{}://{authority}", url.scheme()),
        host: host.to_owned(),
        authority,
        secure,
        loopback,
        brand: brand.to_owned(),
        support_url,
        trusted_proxies,
    })
}

fn policy(raw: &RawConfig) -> Result<Policy, ConfigError> {
    let otp = &raw.otp;
    for (key, value) in [
        ("otp.sends_per_number_per_hour", otp.sends_per_number_per_hour),
        ("otp.sends_per_number_per_day", otp.sends_per_number_per_day),
        ("otp.sends_per_account_per_day", otp.sends_per_account_per_day),
    ] {
        if value == 0 {
            return refuse(key, "must be at least 1; without messages nobody could sign in");
        }
    }
    let or_off = |value: u32| (value > 0).then_some(value);
    Ok(Policy {
        otp: OtpPolicy::new(
            otp.digits,
            otp.ttl_seconds,
            otp.tries,
            otp.failures_before_lock,
            &otp.resend_after_seconds,
        )?,
        limits: SendLimits {
            per_number_hour: otp.sends_per_number_per_hour,
            per_number_day: otp.sends_per_number_per_day,
            per_account_day: otp.sends_per_account_per_day,
            per_address_hour: or_off(raw.limits.sends_per_address_per_hour),
            per_minute: or_off(raw.limits.sends_per_minute),
            sign_ins_per_address_minute: or_off(raw.limits.sign_ins_per_address_per_minute),
        },
        phones: PhonePolicy::new(raw.phones.max_per_account)?,
        session: SessionPolicy::new(
            raw.session.idle_seconds,
            raw.session.absolute_seconds,
            raw.session.fresh_seconds,
        )?,
    })
}

fn countries(typed: &[String]) -> Result<Vec<String>, ConfigError> {
    if typed.is_empty() {
        return refuse("phones.allowed_countries", "must name at least one country, such as [\"US\"]");
    }
    typed
        .iter()
        .map(|code| {
            let code = code.trim().to_ascii_uppercase();
            if code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()) {
                Ok(code)
            } else {
                refuse("phones.allowed_countries", format!("\"{code}\" is not a two-letter country code such as US"))
            }
        })
        .collect()
}

fn log(raw: &RawLog) -> Result<LogConfig, ConfigError> {
    let json = match raw.format.as_str() {
        "json" => true,
        "pretty" => false,
        _ => return refuse("log.format", "must be \"pretty\" or \"json\""),
    };
    let level = match raw.level.as_str() {
        "error" => tracing::Level::ERROR,
        "warn" => tracing::Level::WARN,
        "info" => tracing::Level::INFO,
        "debug" => tracing::Level::DEBUG,
        "trace" => tracing::Level::TRACE,
        _ => return refuse("log.level", "must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\""),
    };
    Ok(LogConfig { json, level })
}

fn providers(raw: RawSms, site: &Site) -> Result<Vec<Provider>, ConfigError> {
    if raw.providers.is_empty() {
        return refuse("sms.providers", "must name at least one of \"twilio\", \"outbox\"");
    }
    let mut named: Vec<&str> = raw.providers.iter().map(String::as_str).collect();
    named.sort_unstable();
    named.dedup();
    if named.len() != raw.providers.len() {
        return refuse("sms.providers", "names a provider twice; name each once");
    }
    let mut twilio = Some(raw.twilio);
    raw.providers
        .iter()
        .map(|name| match name.as_str() {
            "outbox" if site.loopback => Ok(Provider::Outbox),
            "outbox" => refuse(
                "sms.providers",
                "\"outbox\" keeps messages where anyone can read them and is refused unless server.public_url is a loopback address; use \"twilio\"",
            ),
            "twilio" => self::twilio(twilio.take().unwrap_or_default(), site)
                .map(|options| Provider::Twilio(Box::new(options))),
            other => refuse("sms.providers", format!("\"{other}\" is not known; use \"twilio\" or \"outbox\"")),
        })
        .collect()
}

fn twilio(raw: RawTwilio, site: &Site) -> Result<TwilioOptions, ConfigError> {
    let reachable = match raw.callbacks.as_str() {
        "auto" => !site.loopback,
        "always" => true,
        "never" => false,
        _ => return refuse("sms.twilio.callbacks", "must be \"auto\", \"always\" or \"never\""),
    };
    // News of a message is not taken in yet, so none is asked for.
    let _ = reachable;
    Ok(TwilioOptions {
        account_sid: raw.account_sid,
        auth_token: secret("sms.twilio.auth_token", raw.auth_token, raw.auth_token_file.as_deref())?,
        api_key_sid: raw.api_key_sid,
        api_key_secret: secret("sms.twilio.api_key_secret", raw.api_key_secret, raw.api_key_secret_file.as_deref())?,
        from_number: raw.from_number,
        messaging_service_sid: raw.messaging_service_sid,
        edge: raw.edge,
        region: raw.region,
        base_url: raw.base_url,
        status_callback: None,
    })
}

fn secret(key: &str, inline: Option<SecretString>, file: Option<&Path>) -> Result<Option<SecretString>, ConfigError> {
    let Some(file) = file else { return Ok(inline) };
    if inline.is_some() {
        return refuse(key, format!("is set twice; remove it or {key}_file"));
    }
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))),
        Err(error) => refuse(&format!("{key}_file"), format!("{} cannot be read ({error}); check path and rights", file.display())),
    }
}
