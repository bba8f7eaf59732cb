//! Vonage's settings: as an operator typed them, and as checked.
use super::NAME;
use super::callback::Callbacks;
use crate::sms::http::{is_bare, is_loopback};
use crate::sms::live_secret::LiveSecret;
use crate::sms::settings_error::SettingsError;
use crate::sms::typed::{callback_base, given, is_sender};
use domain::phone::E164;
use reqwest::Url;
use secrecy::ExposeSecret as _;

/// Vonage's address.
pub const DEFAULT_BASE_URL: &str = "https://api.nexmo.com";

/// The hosts of the same API in one region each, for accounts whose messages must stay there.
const HOSTS: [&str; 4] = ["api.nexmo.com", "api-eu.nexmo.com", "api-us.nexmo.com", "api-ap.nexmo.com"];

/// A shorter key of a signature could be found by trying, out of one callback that somebody saw.
const LEAST_SECRET: usize = 16;

/// As typed: nothing is sure. An empty text counts as missing.
#[derive(Clone, Default)]
pub struct VonageOptions {
    /// The account's API key.
    pub api_key: Option<String>,
    /// Its secret.
    pub api_secret: Option<LiveSecret>,
    /// What Vonage signs its callbacks with; without it none are asked for.
    pub signature_secret: Option<LiveSecret>,
    /// A number, short code or sender id of ours.
    pub from: Option<String>,
    /// Vonage's address, or a loopback one.
    pub base_url: Option<String>,
    /// Where Vonage can reach us with news of a message: `public_url`, or `None` where it cannot.
    pub status_callback: Option<String>,
}

/// As meant: complete and well-formed.
pub(crate) struct VonageSettings {
    pub(crate) api_key: String,
    pub(crate) api_secret: LiveSecret,
    /// As Vonage takes it: digits without the plus, or a sender id.
    pub(crate) from: String,
    pub(crate) base_url: Url,
    /// How we know that it is Vonage that tells us of messages.
    pub(crate) callbacks: Option<Callbacks>,
    /// Where it does.
    pub(crate) status_callback: Option<String>,
}

impl VonageOptions {
    /// Checks everything that can be known without asking Vonage (R82).
    pub(crate) fn check(self) -> Result<VonageSettings, SettingsError> {
        // First what is wrong even where Vonage is not used.
        let base_url = base_url(given(self.base_url))?;
        let api_key = given(self.api_key)
            .ok_or_else(|| missing("api_key", "set it to the API key that Vonage's dashboard shows"))?;
        if api_key.len() > 64 || !api_key.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(invalid(
                "api_key",
                "must be letters and digits alone, as Vonage's dashboard shows the API key",
            ));
        }
        let api_secret = self.api_secret.filter(filled).ok_or_else(|| {
            missing("api_secret", "set it or api_secret_file to the API secret that Vonage's dashboard shows")
        })?;
        let from = given(self.from).ok_or_else(|| {
            missing("from", "set it to a number or sender id that your Vonage account may send from")
        })?;
        let Some(from) = sender(&from) else {
            return Err(invalid(
                "from",
                "must be a number in E.164 form (like +12015550123), a short code or a sender id of up to 11 characters",
            ));
        };
        let signs = self.signature_secret.filter(filled);
        if signs.as_ref().is_some_and(|secret| secret.now().expose_secret().len() < LEAST_SECRET) {
            return Err(invalid(
                "signature_secret",
                "must have at least 16 characters: give your Vonage account a longer one, or leave it out and do without callbacks",
            ));
        }
        // Without the secret nobody could check the signature of a callback.
        let status_callback = match given(self.status_callback).filter(|_| signs.is_some()) {
            None => None,
            Some(text) => Some(callback_base(&text).ok_or_else(|| {
                invalid(
                    "callbacks",
                    "server.public_url must be an http or https address whose host has no underscore",
                )
            })?),
        };
        let callbacks = signs.filter(|_| status_callback.is_some());
        let callbacks = callbacks.map(|secret| Callbacks::new(secret, api_key.clone()));
        Ok(VonageSettings { api_key, api_secret, from, base_url, callbacks, status_callback })
    }
}

fn filled(secret: &LiveSecret) -> bool {
    !secret.is_blank()
}

fn invalid(key: &'static str, remedy: &'static str) -> SettingsError {
    SettingsError::Invalid { provider: NAME, key, remedy }
}

fn missing(key: &'static str, remedy: &'static str) -> SettingsError {
    SettingsError::Missing { provider: NAME, name: key, key, remedy }
}

/// As Vonage takes it. A number is also understood as its dashboard shows it: without the plus.
fn sender(text: &str) -> Option<String> {
    if is_sender(text) {
        return Some(text.trim_start_matches('+').to_owned());
    }
    let digits = text.len() >= 7 && text.bytes().all(|b| b.is_ascii_digit());
    (digits && E164::parse(&format!("+{text}")).is_some()).then(|| text.to_owned())
}

fn base_url(given: Option<String>) -> Result<Url, SettingsError> {
    let wrong = invalid(
        "base_url",
        "must be https://api.nexmo.com, the same with api-eu, api-us or api-ap, or a loopback address, without a path",
    );
    let Ok(url) = Url::parse(given.as_deref().unwrap_or(DEFAULT_BASE_URL)) else { return Err(wrong) };
    let vonage =
        url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(|h| HOSTS.contains(&h));
    if is_bare(&url) && (vonage || is_loopback(&url)) { Ok(url) } else { Err(wrong) }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
