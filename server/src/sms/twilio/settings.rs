//! Twilio's settings: as an operator typed them, and as checked.
use super::NAME;
use super::callback::Callbacks;
use super::sid::is_sid;
use crate::sms::http::{is_bare, is_loopback};
use crate::sms::live_secret::LiveSecret;
use crate::sms::settings_error::SettingsError;
use crate::sms::typed::{callback_base, given, is_sender};
use reqwest::Url;

/// The public host of Twilio's first region.
pub const DEFAULT_BASE_URL: &str = "https://api.twilio.com";

/// As typed: nothing is sure. An empty text counts as missing.
#[derive(Clone, Default)]
pub struct TwilioOptions {
    /// `account_sid`, or `twilio_sid`.
    pub account_sid: Option<String>,
    /// `auth_token`, or `twilio_token`.
    pub auth_token: Option<LiveSecret>,
    /// SID of an API key; goes before the auth token.
    pub api_key_sid: Option<String>,
    /// Its secret.
    pub api_key_secret: Option<LiveSecret>,
    /// A number, short code or sender id of ours.
    pub from_number: Option<String>,
    /// A Messaging Service; goes before `from_number`.
    pub messaging_service_sid: Option<String>,
    /// Twilio edge, like `dublin`; with `region` or not at all.
    pub edge: Option<String>,
    /// Twilio region, like `ie1`; with `edge` or not at all.
    pub region: Option<String>,
    /// Twilio's address, or a loopback one; `None`: by edge and region.
    pub base_url: Option<String>,
    /// Where Twilio can reach us with news of a message: `public_url`, or `None` where it cannot.
    pub status_callback: Option<String>,
}

/// Who logs in to the REST API.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: LiveSecret,
}

/// Who sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    Number(String),
    Service(String),
}

/// As meant: complete and well-formed.
pub(crate) struct TwilioSettings {
    pub(crate) account_sid: String,
    pub(crate) login: Login,
    pub(crate) sender: Sender,
    pub(crate) base_url: Url,
    /// Where Twilio tells us of messages, and how we know that it is Twilio.
    pub(crate) callbacks: Option<Callbacks>,
    pub(crate) status_callback: Option<String>,
    /// The number that calls come from; nothing where none can be made.
    pub(crate) caller: Option<String>,
}

impl TwilioOptions {
    /// Whether calls can be made: a number of ours to call from, and an address where Twilio asks what to say once a key was pressed,
    /// with the key of its signatures (D16). A Messaging Service, a short code or a sender id cannot call.
    #[must_use]
    pub fn can_call(&self) -> bool {
        let signs = self.auth_token.as_ref().is_some_and(|token| !token.is_blank());
        signs && given(self.status_callback.clone()).is_some() && self.caller().is_some()
    }

    fn caller(&self) -> Option<String> {
        given(self.from_number.clone()).filter(|number| domain::phone::E164::parse(number).is_some())
    }

    /// Checks everything that can be known without asking Twilio (R82).
    pub(crate) fn check(self) -> Result<TwilioSettings, SettingsError> {
        let caller = self.caller().filter(|_| self.can_call());
        // First what is wrong even where Twilio is not used.
        let base_url = base_url(given(self.base_url), given(self.edge), given(self.region))?;
        let account_sid = given(self.account_sid).ok_or_else(no_sid)?;
        well_formed(
            "account_sid",
            "AC",
            &account_sid,
            "must be AC and 32 hexadecimal digits, as the Twilio console shows it",
        )?;
        let auth_token = self.auth_token.filter(|token| !token.is_blank());
        let signs = auth_token.clone();
        let secret = self.api_key_secret.filter(|secret| !secret.is_blank());
        let login = match (given(self.api_key_sid), secret, auth_token) {
            (Some(user), Some(password), _) => {
                well_formed("api_key_sid", "SK", &user, "must be SK and 32 hexadecimal digits")?;
                Login { user, password }
            }
            (Some(_), None, _) => return Err(half_a_key("api_key_secret")),
            (None, Some(_), _) => return Err(half_a_key("api_key_sid")),
            (None, None, Some(password)) => Login { user: account_sid.clone(), password },
            (None, None, None) => {
                return Err(missing(
                    "twilio_token",
                    "auth_token",
                    "set it or auth_token_file, or give an API key",
                ));
            }
        };
        let sender = match (given(self.messaging_service_sid), given(self.from_number)) {
            (Some(service), _) => {
                well_formed("messaging_service_sid", "MG", &service, "must be MG and 32 hexadecimal digits")?;
                Sender::Service(service)
            }
            (None, Some(number)) if is_sender(&number) => Sender::Number(number),
            (None, Some(_)) => {
                return Err(invalid(
                    "from_number",
                    "must be a number in E.164 form (like +12015550123), a short code or a sender id of up to 11 characters",
                ));
            }
            (None, None) => {
                return Err(missing("from_number", "from_number", "set it or messaging_service_sid"));
            }
        };
        // Without the auth token nobody could check the signature of a callback.
        let status_callback = given(self.status_callback)
            .filter(|_| signs.is_some())
            .map(|text| called_at(&text))
            .transpose()?;
        let callbacks = signs
            .zip(status_callback.clone())
            .map(|(token, base)| Callbacks::new(token, account_sid.clone(), base));
        Ok(TwilioSettings { account_sid, login, sender, base_url, callbacks, status_callback, caller })
    }
}

fn invalid(key: &'static str, remedy: &'static str) -> SettingsError {
    SettingsError::Invalid { provider: NAME, key, remedy }
}

/// `name` is the one that operators look for in logs.
fn missing(name: &'static str, key: &'static str, remedy: &'static str) -> SettingsError {
    SettingsError::Missing { provider: NAME, name, key, remedy }
}

fn no_sid() -> SettingsError {
    missing("twilio_sid", "account_sid", "set it to the Account SID (AC…) that Twilio's console shows")
}

fn half_a_key(key: &'static str) -> SettingsError {
    missing(key, key, "set it beside the other half of the API key")
}

fn well_formed(key: &'static str, kind: &str, sid: &str, remedy: &'static str) -> Result<(), SettingsError> {
    if is_sid(kind, sid) { Ok(()) } else { Err(invalid(key, remedy)) }
}

fn base_url(
    given: Option<String>,
    edge: Option<String>,
    region: Option<String>,
) -> Result<Url, SettingsError> {
    let place = match (edge, region) {
        (None, None) => None,
        (Some(edge), Some(region)) => Some((edge, region)),
        (Some(_), None) => return Err(invalid("region", "edge and region go together: set both or neither")),
        (None, Some(_)) => return Err(invalid("edge", "edge and region go together: set both or neither")),
    };
    let label = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if let Some((edge, region)) = &place
        && !(label(edge) && label(region))
    {
        return Err(invalid("edge", "edge and region are lower-case names, like dublin and ie1"));
    }
    let text = given.unwrap_or_else(|| DEFAULT_BASE_URL.to_owned());
    let wrong = invalid(
        "base_url",
        "must be https://api.twilio.com, https://api.EDGE.REGION.twilio.com or a loopback address, without a path",
    );
    let Ok(mut url) = Url::parse(&text) else { return Err(wrong) };
    if !is_bare(&url) {
        return Err(wrong);
    }
    if is_loopback(&url) {
        return Ok(url);
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    if url.scheme() != "https" || url.port().is_some() || !is_twilio(&host) {
        return Err(wrong);
    }
    if let Some((edge, region)) = place {
        let wanted = format!("api.{edge}.{region}.twilio.com");
        if host != "api.twilio.com" && host != wanted {
            return Err(invalid(
                "base_url",
                "names another host than edge and region do: leave base_url out",
            ));
        }
        url.set_host(Some(&wanted)).map_err(|_| invalid("edge", "edge and region make no host name"))?;
    }
    Ok(url)
}

/// `api.twilio.com`, `api.us1.twilio.com` or `api.EDGE.REGION.twilio.com`; other hosts of the form
/// `api.REGION.twilio.com` do not work any more.
fn is_twilio(host: &str) -> bool {
    match host.split('.').collect::<Vec<_>>().as_slice() {
        ["api", "twilio", "com"] | ["api", "us1", "twilio", "com"] => true,
        ["api", edge, region, "twilio", "com"] => !edge.is_empty() && !region.is_empty(),
        _ => false,
    }
}

fn called_at(text: &str) -> Result<String, SettingsError> {
    callback_base(text).ok_or_else(|| {
        invalid(
            "callbacks",
            "server.public_url must be an http or https address whose host has no underscore: Twilio refuses others",
        )
    })
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
