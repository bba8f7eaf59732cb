//! Settings as meant: checked, secrets wrapped, nothing missing. Every refusal is one line that names the key and the remedy.
use super::brand;
use super::database::Database;
use super::raw::{RawBrand, RawConfig, RawLog, RawServer, RawSms};
use super::secret::secret;
use super::{ConfigError, refuse};
use crate::numbers::Region;
use crate::sms::live_secret::LiveSecret;
use crate::sms::twilio::TwilioOptions;
use crate::sms::vonage::VonageOptions;
use crate::web::client_ip::TrustedProxies;
use crate::web::host::is_loopback;
use crate::web::site::Site;
use domain::day_cap::DayCap;
use domain::policy::{OtpPolicy, PhonePolicy, Policy, PolicyError, SendLimits, SessionPolicy};
use domain::signing_keys::KeySize;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Everything an operator has set.
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to serve metrics, if anywhere.
    pub admin_listen: Option<SocketAddr>,
    /// The installation as its visitors meet it.
    pub site: Site,
    /// Where everything is kept.
    pub database: Database,
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
    /// Size of signing keys that are made from now on.
    pub key_size: KeySize,
    /// Message providers in order of preference.
    pub providers: Vec<Provider>,
    /// How log lines look.
    pub log: LogConfig,
    /// A line for each variable of the environment that begins as ours do and is no setting.
    pub strangers: Vec<String>,
}

/// A message provider.
pub enum Provider {
    /// The built-in one for a first look.
    Outbox,
    /// Twilio.
    Twilio(Box<TwilioOptions>),
    /// Vonage.
    Vonage(Box<VonageOptions>),
}

impl Provider {
    /// What it is called in `sms.providers`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Twilio(_) => "twilio",
            Self::Vonage(_) => "vonage",
        }
    }

    /// Its secrets: those in files of their own may change while the program runs.
    #[must_use]
    pub fn secrets(&self) -> Vec<LiveSecret> {
        let given = match self {
            Self::Outbox => [None, None],
            Self::Twilio(options) => [&options.auth_token, &options.api_key_secret].map(Clone::clone),
            Self::Vonage(options) => [&options.api_secret, &options.signature_secret].map(Clone::clone),
        };
        given.into_iter().flatten().collect()
    }

    /// What keeps it from being used, with the remedy; as far as its settings tell.
    #[must_use]
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::Outbox => None,
            Self::Twilio(options) => options.as_ref().clone().check().err().map(|error| error.told()),
            Self::Vonage(options) => options.as_ref().clone().check().err().map(|error| error.told()),
        }
    }

    /// Whether it can call, as far as its settings tell.
    #[must_use]
    pub fn calls(&self) -> bool {
        match self {
            Self::Outbox => true,
            Self::Twilio(options) => options.can_call(),
            Self::Vonage(_) => false,
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// One JSON object a line instead of words.
    pub json: bool,
    /// The least important level that is written.
    pub level: tracing::Level,
}

/// Unused for so long, a session is over when nothing else is said.
const IDLE_SECONDS: u32 = 3600;

/// The country of numbers typed without `+` when nothing else is said.
const USUAL_COUNTRY: &str = "US";

/// Where data is kept when nothing else is said.
pub(super) fn default_database() -> SecretString {
    SecretString::from("sqlite://data/latchkey.db")
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
        let site = site(&raw.server, &raw.brand)?;
        let policy = policy(&raw)?;
        let log = log(&raw.log)?;
        let database = secret("database.url", raw.database.url, raw.database.url_file.as_deref())?
            .unwrap_or_else(default_database);
        let database = Database::parse(database)?;
        if raw.secrets.key_file.as_os_str().is_empty() {
            return refuse("secrets.key_file", "must name a file, such as data/secret.key");
        }
        let allowed_countries = countries(&raw.phones.allowed_countries)?;
        let default_country = default_country(raw.phones.default_country.as_deref(), &allowed_countries)?;
        let key_size =
            KeySize::of(raw.signing.key_bits).or_else(|error| refuse("signing.key_bits", error))?;
        let listen = address("server.listen", &raw.server.listen)?;
        let admin_listen = match raw.server.admin_listen.as_str() {
            "" => None,
            typed => Some(address("server.admin_listen", typed)?),
        };
        if admin_listen == Some(listen) && listen.port() != 0 {
            return refuse("server.admin_listen", "must differ from server.listen; take another port");
        }
        Ok(Self {
            listen,
            admin_listen,
            providers: providers(raw.sms, &site)?,
            site,
            database,
            key_file: raw.secrets.key_file,
            policy,
            allowed_countries,
            allow_voip: raw.phones.allow_voip,
            default_country,
            key_size,
            log,
            strangers: Vec::new(),
        })
    }
}

fn address(key: &str, typed: &str) -> Result<SocketAddr, ConfigError> {
    typed.parse().or_else(|_| refuse(key, "must be an IP address and a port, such as 127.0.0.1:3000"))
}

pub(super) fn site(server: &RawServer, raw: &RawBrand) -> Result<Site, ConfigError> {
    const SHAPE: &str =
        "must be http:// or https://, a host name and nothing behind it, such as https://id.example.com";
    let url = reqwest::Url::parse(&server.public_url).or_else(|_| refuse("server.public_url", SHAPE))?;
    let bare =
        url.username().is_empty() && url.password().is_none() && url.path() == "/" && url.query().is_none();
    let (Some(host), true, None) = (url.host_str(), bare, url.fragment()) else {
        return refuse("server.public_url", SHAPE);
    };
    let loopback = is_loopback(host.trim_start_matches('[').trim_end_matches(']'));
    let secure = match url.scheme() {
        "https" => true,
        "http" if loopback => false,
        "http" => {
            return refuse(
                "server.public_url",
                "must be https:// unless it is a loopback address such as http://localhost:3000",
            );
        }
        _ => return refuse("server.public_url", SHAPE),
    };
    // Byte for byte what clients compare (R72, R88): no second way to write it.
    let origin = url.origin().ascii_serialization();
    if server.public_url.trim_end_matches('/') != origin {
        return refuse("server.public_url", format!("write it as {origin}"));
    }
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let trusted_proxies = TrustedProxies::parse(&server.trusted_proxies).or_else(|entry| {
        refuse(
            "server.trusted_proxies",
            format!("{entry:?} is neither an address nor a range such as 10.0.0.0/8"),
        )
    })?;
    if server.trusted_proxies.iter().any(|entry| entry.trim_end().ends_with("/0")) {
        return refuse(
            "server.trusted_proxies",
            "a range of all addresses would let anybody choose the address limits count; name your proxies alone",
        );
    }
    let brand = raw.name.trim();
    if brand.is_empty() || domain::phone::tidy_label(brand).is_none() || brand.chars().count() > 32 {
        return refuse("brand.name", "must have 1 to 32 characters, none of them invisible");
    }
    let support_url = match raw.support_url.as_str() {
        "" => None,
        typed if reqwest::Url::parse(typed).is_ok_and(|url| matches!(url.scheme(), "https" | "mailto")) => {
            Some(typed.to_owned())
        }
        _ => return refuse("brand.support_url", "must begin with https:// or mailto:, or be empty"),
    };
    Ok(Site {
        origin,
        host: host.to_owned(),
        authority,
        secure,
        loopback,
        brand: brand.to_owned(),
        support_url,
        theme: brand::brand(raw)?,
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
            u8::try_from(otp.digits).unwrap_or(u8::MAX),
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
            per_day: DayCap(or_off(raw.limits.sends_per_day)),
            unproven_per_block_hour: or_off(raw.limits.unproven_numbers_per_block_per_hour),
            unproven_per_country_hour: or_off(raw.limits.unproven_numbers_per_country_per_hour),
            sign_ins_per_address_minute: or_off(raw.limits.sign_ins_per_address_per_minute),
        },
        phones: PhonePolicy::new(usize::try_from(raw.phones.max_per_account).unwrap_or(usize::MAX))?,
        session: SessionPolicy::new(
            raw.session.idle_seconds.unwrap_or(IDLE_SECONDS.min(raw.session.absolute_seconds)),
            raw.session.absolute_seconds,
            raw.session.fresh_seconds,
        )?,
    })
}

pub(super) fn countries(typed: &[String]) -> Result<Vec<String>, ConfigError> {
    if typed.is_empty() {
        return refuse("phones.allowed_countries", "must name at least one country, such as [\"US\"]");
    }
    typed
        .iter()
        .map(|code| {
            let region = Region::parse(&code.trim().to_ascii_uppercase());
            region
                .map(|region| region.code().to_owned())
                .or_else(|error| refuse("phones.allowed_countries", error))
        })
        .collect()
}

fn default_country(typed: Option<&str>, allowed: &[String]) -> Result<String, ConfigError> {
    let Some(typed) = typed else {
        let usual = allowed.iter().find(|code| *code == USUAL_COUNTRY).or(allowed.first());
        return Ok(usual.cloned().unwrap_or_default());
    };
    let named = typed.trim().to_ascii_uppercase();
    if allowed.contains(&named) {
        return Ok(named);
    }
    refuse(
        "phones.default_country",
        "must be one of phones.allowed_countries; set it to one of them, or leave it out",
    )
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

pub(super) fn providers(raw: RawSms, site: &Site) -> Result<Vec<Provider>, ConfigError> {
    if raw.providers.is_empty() {
        return refuse("sms.providers", "must name at least one of \"twilio\", \"vonage\", \"outbox\"");
    }
    let mut named: Vec<&str> = raw.providers.iter().map(String::as_str).collect();
    named.sort_unstable();
    named.dedup();
    if named.len() != raw.providers.len() {
        return refuse("sms.providers", "names a provider twice; name each once");
    }
    let (mut twilio, mut vonage) = (Some(raw.twilio), Some(raw.vonage));
    let providers = raw
        .providers
        .iter()
        .map(|name| match name.as_str() {
            "outbox" if site.loopback => Ok(Provider::Outbox),
            "outbox" => refuse(
                "sms.providers",
                "\"outbox\" keeps messages where anyone can read them and is refused unless server.public_url is a loopback address; use \"twilio\"",
            ),
            "twilio" => super::twilio::options(twilio.take().unwrap_or_default(), site)
                .map(|options| Provider::Twilio(Box::new(options))),
            "vonage" => super::vonage::options(vonage.take().unwrap_or_default(), site)
                .map(|options| Provider::Vonage(Box::new(options))),
            other => refuse(
                "sms.providers",
                format!("{other:?} is not known; use \"twilio\", \"vonage\" or \"outbox\""),
            ),
        })
        .collect::<Result<_, _>>()?;
    twilio.map_or(Ok(()), |raw| super::twilio::unused(raw, site))?;
    vonage.map_or(Ok(()), |raw| super::vonage::unused(raw, site))?;
    Ok(providers)
}
