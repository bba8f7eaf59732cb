//! Settings as typed: every key of `latchkey.example.toml` with its default, nothing checked yet.
use secrecy::SecretString;
use serde::Deserialize;
use std::path::PathBuf;

/// The whole file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawConfig {
    /// `[server]`
    pub server: RawServer,
    /// `[database]`
    pub database: RawDatabase,
    /// `[secrets]`
    pub secrets: RawSecrets,
    /// `[otp]`
    pub otp: RawOtp,
    /// `[phones]`
    pub phones: RawPhones,
    /// `[limits]`
    pub limits: RawLimits,
    /// `[session]`
    pub session: RawSession,
    /// `[signing]`
    pub signing: RawSigning,
    /// `[sms]`
    pub sms: RawSms,
    /// `[brand]`
    pub brand: RawBrand,
    /// `[log]`
    pub log: RawLog,
}

/// `[server]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawServer {
    /// Address and port to listen on.
    pub listen: String,
    /// The address that browsers use.
    pub public_url: String,
    /// Addresses and CIDR ranges of proxies in front.
    pub trusted_proxies: Vec<String>,
    /// Address and port for metrics; empty: none.
    pub admin_listen: String,
}

impl Default for RawServer {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:3000".to_owned(),
            public_url: "http://localhost:3000".to_owned(),
            trusted_proxies: Vec::new(),
            admin_listen: String::new(),
        }
    }
}

/// `[database]`
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawDatabase {
    /// `sqlite://…`; may hold a password.
    pub url: Option<SecretString>,
    /// A file that holds it.
    pub url_file: Option<PathBuf>,
}

/// `[secrets]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSecrets {
    /// Made at first start.
    pub key_file: PathBuf,
}

impl Default for RawSecrets {
    fn default() -> Self {
        Self { key_file: PathBuf::from("data/secret.key") }
    }
}

/// `[otp]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawOtp {
    /// Digits of a code.
    pub digits: u32,
    /// Life of a code.
    pub ttl_seconds: u32,
    /// Guesses per code.
    pub tries: u32,
    /// Wrong codes in a row before a phone is off.
    pub failures_before_lock: u32,
    /// Pauses between messages.
    pub resend_after_seconds: Vec<u32>,
    /// Messages to one number within an hour, over all accounts.
    pub sends_per_number_per_hour: u32,
    /// The same within a day.
    pub sends_per_number_per_day: u32,
    /// Messages for one account.
    pub sends_per_account_per_day: u32,
}

impl Default for RawOtp {
    fn default() -> Self {
        Self {
            digits: 6,
            ttl_seconds: 300,
            tries: 5,
            failures_before_lock: 20,
            resend_after_seconds: vec![30, 60, 120, 300],
            sends_per_number_per_hour: 5,
            sends_per_number_per_day: 10,
            sends_per_account_per_day: 10,
        }
    }
}

/// `[phones]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPhones {
    /// Phones of one account.
    pub max_per_account: u32,
    /// ISO 3166-1 alpha-2 codes.
    pub allowed_countries: Vec<String>,
    /// Whether internet telephony numbers may be enrolled.
    pub allow_voip: bool,
    /// The country of numbers typed without `+`. Left out: the US, or the first of the allowed ones where that is not among them.
    pub default_country: Option<String>,
}

impl Default for RawPhones {
    fn default() -> Self {
        Self {
            max_per_account: 5,
            allowed_countries: DEFAULT_COUNTRIES.iter().map(|code| (*code).to_owned()).collect(),
            allow_voip: true,
            default_country: None,
        }
    }
}

/// Countries with ordinary prices and few pumping schemes; an operator names his own.
const DEFAULT_COUNTRIES: [&str; 30] = [
    "US", "CA", "GB", "IE", "FR", "DE", "ES", "PT", "IT", "NL", "BE", "LU", "CH", "AT", "DK", "SE", "NO",
    "FI", "IS", "PL", "CZ", "GR", "AU", "NZ", "JP", "SG", "MX", "BR", "AR", "CL",
];

/// `[limits]`: 0 switches one off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawLimits {
    /// Sign-ins tried from one address.
    pub sign_ins_per_address_per_minute: u32,
    /// Messages asked for from one address.
    pub sends_per_address_per_hour: u32,
    /// Messages of the installation.
    pub sends_per_minute: u32,
    /// Messages of the installation in a day, notices included.
    pub sends_per_day: u32,
    /// New numbers of one block (all but the last three digits) that nobody has proven yet.
    pub unproven_numbers_per_block_per_hour: u32,
    /// New numbers of one country that nobody has proven yet.
    pub unproven_numbers_per_country_per_hour: u32,
}

impl Default for RawLimits {
    fn default() -> Self {
        Self {
            sign_ins_per_address_per_minute: 60,
            sends_per_address_per_hour: 30,
            sends_per_minute: 600,
            sends_per_day: 10_000,
            unproven_numbers_per_block_per_hour: 30,
            unproven_numbers_per_country_per_hour: 300,
        }
    }
}

/// `[session]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSession {
    /// Unused for so long: over. Left out: an hour, or as long as a session lasts at all.
    pub idle_seconds: Option<u32>,
    /// Over so long after its start.
    pub absolute_seconds: u32,
    /// A proof is fresh for so long.
    pub fresh_seconds: u32,
}

impl Default for RawSession {
    fn default() -> Self {
        Self { idle_seconds: None, absolute_seconds: 86_400, fresh_seconds: 300 }
    }
}

/// `[signing]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSigning {
    /// Size of keys that are made from now on.
    pub key_bits: u32,
}

impl Default for RawSigning {
    fn default() -> Self {
        Self { key_bits: 3072 }
    }
}

/// `[sms]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSms {
    /// In order of preference.
    pub providers: Vec<String>,
    /// `[sms.twilio]`
    pub twilio: RawTwilio,
    /// `[sms.vonage]`
    pub vonage: RawVonage,
}

impl Default for RawSms {
    fn default() -> Self {
        Self {
            providers: vec!["twilio".to_owned()],
            twilio: RawTwilio::default(),
            vonage: RawVonage::default(),
        }
    }
}

/// `[sms.twilio]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawTwilio {
    /// `AC…`
    pub account_sid: Option<String>,
    /// Secret.
    pub auth_token: Option<SecretString>,
    /// A file that holds it.
    pub auth_token_file: Option<PathBuf>,
    /// `SK…`
    pub api_key_sid: Option<String>,
    /// Secret.
    pub api_key_secret: Option<SecretString>,
    /// A file that holds it.
    pub api_key_secret_file: Option<PathBuf>,
    /// A number or sender id of ours.
    pub from_number: Option<String>,
    /// `MG…`
    pub messaging_service_sid: Option<String>,
    /// With `region` or not at all.
    pub edge: Option<String>,
    /// With `edge` or not at all.
    pub region: Option<String>,
    /// Twilio's address, or a loopback one.
    pub base_url: Option<String>,
    /// `auto`, `always` or `never`.
    pub callbacks: String,
}

impl Default for RawTwilio {
    fn default() -> Self {
        Self {
            account_sid: None,
            auth_token: None,
            auth_token_file: None,
            api_key_sid: None,
            api_key_secret: None,
            api_key_secret_file: None,
            from_number: None,
            messaging_service_sid: None,
            edge: None,
            region: None,
            base_url: None,
            callbacks: "auto".to_owned(),
        }
    }
}

/// `[sms.vonage]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawVonage {
    /// The account's API key.
    pub api_key: Option<String>,
    /// Secret.
    pub api_secret: Option<SecretString>,
    /// A file that holds it.
    pub api_secret_file: Option<PathBuf>,
    /// Secret.
    pub signature_secret: Option<SecretString>,
    /// A file that holds it.
    pub signature_secret_file: Option<PathBuf>,
    /// A number or sender id of ours.
    pub from: Option<String>,
    /// Vonage's address, or a loopback one.
    pub base_url: Option<String>,
    /// `auto`, `always` or `never`.
    pub callbacks: String,
}

impl Default for RawVonage {
    fn default() -> Self {
        Self {
            api_key: None,
            api_secret: None,
            api_secret_file: None,
            signature_secret: None,
            signature_secret_file: None,
            from: None,
            base_url: None,
            callbacks: "auto".to_owned(),
        }
    }
}

/// `[brand]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawBrand {
    /// Stands on pages and in messages.
    pub name: String,
    /// Where people get help; empty: nowhere.
    pub support_url: String,
    /// An SVG or a PNG; empty: our own mark.
    pub logo_file: PathBuf,
    /// `#rrggbb`; empty: our own colour.
    pub accent: String,
    /// On dark pages; empty: made of `accent`.
    pub accent_dark: String,
    /// At the foot of every page.
    pub footer_links: Vec<RawLink>,
}

/// A link of `[brand]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLink {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

impl Default for RawBrand {
    fn default() -> Self {
        Self {
            name: "Latchkey".to_owned(),
            support_url: String::new(),
            logo_file: PathBuf::new(),
            accent: String::new(),
            accent_dark: String::new(),
            footer_links: Vec::new(),
        }
    }
}

/// `[log]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawLog {
    /// `pretty` or `json`.
    pub format: String,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
}

impl Default for RawLog {
    fn default() -> Self {
        Self { format: "pretty".to_owned(), level: "info".to_owned() }
    }
}
