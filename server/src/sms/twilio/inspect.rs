//! What Twilio says about an account, its senders and the countries it may reach: asked for an operator who wants to know why something
//! does not work. Reads alone; nothing is sent, nothing is changed, and no text of Twilio's is handed on.
use super::callback::STATUS_PATH;
use super::errors;
use super::http::{Host, Http};
use super::settings::{Login, Sender, TwilioOptions, TwilioSettings};
use super::signature::Signatures;
use crate::sms::http::{Answer, Reply, Roots};
use crate::sms::live_secret::LiveSecret;
use crate::sms::settings_error::SettingsError;
use domain::phone::E164;
use domain::time::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// One question takes at most so long.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// An account as Twilio's API knows it, with everything that can be asked about it.
pub struct Inspector {
    http: Http,
    account_sid: String,
    sender: SenderKind,
    from_number: Option<String>,
    with_key: bool,
    /// The account's own token, where an API key signs in and the token is the key of callbacks' signatures alone.
    token: Option<Http>,
    callbacks: Option<(Signatures, String)>,
}

/// What messages are sent with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderKind {
    /// A number of the account's, E.164.
    Number(String),
    /// A short code.
    ShortCode,
    /// Letters in place of a number.
    Letters,
    /// A Messaging Service.
    Service(String),
}

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// No connection.
    NotReached,
    /// No answer in time, or none that could be read.
    NoAnswer,
    /// Twilio said no.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Twilio's code.
        code: Option<u32>,
        /// What the code means and what to do.
        remedy: &'static str,
    },
}

impl Silence {
    /// Twilio knows no such thing.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Twilio does not tell it to this login.
    #[must_use]
    pub fn is_denied(self) -> bool {
        matches!(self, Self::Refused { status: 401 | 403, .. })
    }
}

/// The state of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// It may send.
    pub active: bool,
    /// It sends to numbers that are verified with Twilio alone.
    pub trial: bool,
}

/// What a number of the account can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// Send texts.
    pub sms: bool,
    /// Call.
    pub voice: bool,
}

/// A status callback about a message that nobody knows, signed as Twilio would sign it.
pub struct TrialCallback {
    /// Where it goes.
    pub address: String,
    /// Its form.
    pub form: Vec<(String, String)>,
    /// The header and its right value.
    pub signature: (&'static str, String),
}

#[derive(Deserialize)]
struct AccountRecord {
    status: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Numbers {
    incoming_phone_numbers: Vec<NumberRecord>,
}

#[derive(Deserialize)]
struct NumberRecord {
    phone_number: String,
    capabilities: Capabilities,
}

#[derive(Deserialize)]
struct Capabilities {
    #[serde(default, alias = "SMS")]
    sms: bool,
    #[serde(default)]
    voice: bool,
}

#[derive(Deserialize)]
struct Permissions {
    permissions: Vec<Permission>,
}

#[derive(Deserialize)]
struct Permission {
    country_code: Option<String>,
    enabled: Option<bool>,
}

#[derive(Deserialize)]
struct CallCountry {
    low_risk_numbers_enabled: Option<bool>,
}

impl Inspector {
    /// Checks the settings as the provider itself does; asks Twilio nothing.
    ///
    /// # Errors
    /// When a setting is missing or wrong, or no certificate can be checked on this machine.
    pub fn new(options: TwilioOptions, roots: Roots) -> Result<Self, SettingsError> {
        let from_number = options.from_number.as_deref().map(str::trim).and_then(E164::parse);
        let with_key = options.api_key_sid.as_deref().is_some_and(|sid| !sid.trim().is_empty());
        let signs = options.auth_token.clone();
        let settings: TwilioSettings = options.check()?;
        let sender = match &settings.sender {
            Sender::Service(service) => SenderKind::Service(service.clone()),
            Sender::Number(number) if E164::parse(number).is_some() => SenderKind::Number(number.clone()),
            Sender::Number(code) if code.bytes().all(|byte| byte.is_ascii_digit()) => SenderKind::ShortCode,
            Sender::Number(_) => SenderKind::Letters,
        };
        let http = Http::new(&settings, roots)?;
        let beside = signs.as_ref().filter(|token| !token.is_blank()).filter(|_| with_key);
        let login =
            |token: &LiveSecret| Login { user: settings.account_sid.clone(), password: token.clone() };
        Ok(Self {
            token: beside.map(|token| http.under(login(token))),
            http,
            account_sid: settings.account_sid,
            sender,
            from_number: from_number.map(|number| number.reveal().to_owned()),
            with_key,
            callbacks: signs
                .zip(settings.status_callback)
                .map(|(token, base)| (Signatures::new(token), base)),
        })
    }

    /// What messages are sent with.
    #[must_use]
    pub fn sender(&self) -> &SenderKind {
        &self.sender
    }

    /// The number that calls would come from: there must be one, and a callback that reaches us.
    #[must_use]
    pub fn caller(&self) -> Option<&str> {
        self.from_number.as_deref().filter(|_| self.callbacks.is_some())
    }

    /// An API key signs in, not the account's own token: it may not be allowed to read everything.
    #[must_use]
    pub fn signs_in_with_a_key(&self) -> bool {
        self.with_key
    }

    /// A callback to try out; `token` and `sid` (32 hexadecimal digits) are of no message. Nothing where none are asked for.
    #[must_use]
    pub fn trial_callback(&self, token: &str, sid: &str) -> Option<TrialCallback> {
        let (signatures, base) = self.callbacks.as_ref()?;
        let address = format!("{base}{STATUS_PATH}{token}");
        let form: Vec<(String, String)> = [
            ("AccountSid", self.account_sid.clone()),
            ("MessageSid", format!("SM{sid}")),
            ("MessageStatus", "sent".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
        let signature = ("x-twilio-signature", signatures.sign(&address, &form));
        Some(TrialCallback { address, form, signature })
    }

    /// Whether Twilio takes the auth token that stands beside the API key: nothing else would show that it was changed there. Nothing
    /// where none does.
    ///
    /// # Errors
    /// Why there is no answer; refused with 401 where the token is none of the account's.
    pub async fn token(&self) -> Option<Result<(), Silence>> {
        let path = format!("/2010-04-01/Accounts/{}.json", self.account_sid);
        let reply = self.token.as_ref()?.read(Host::Api, &path, &[], PATIENCE).await;
        Some(record::<AccountRecord>(&reply).map(drop))
    }

    /// The account, and what time it is at Twilio.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn account(&self) -> (Result<Account, Silence>, Option<Timestamp>) {
        let path = format!("/2010-04-01/Accounts/{}.json", self.account_sid);
        let reply = self.http.read(Host::Api, &path, &[], PATIENCE).await;
        let date = match &reply {
            Reply::Answer(answer) => answer.date,
            Reply::NotSent | Reply::Lost(_) => None,
        };
        let account = record::<AccountRecord>(&reply).map(|record| Account {
            active: record.status == "active",
            trial: record.kind.as_deref() == Some("Trial"),
        });
        (account, date)
    }

    /// What a number of the account can do; nothing where the account has no such number.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn number(&self, number: &str) -> Result<Option<Abilities>, Silence> {
        let path = self.of_account("IncomingPhoneNumbers.json");
        let found: Numbers = self.ask(Host::Api, &path, &[("PhoneNumber", number)]).await?;
        // The filter also finds numbers that hold this one.
        let found = found.incoming_phone_numbers.into_iter().find(|found| found.phone_number == number);
        Ok(found.map(|found| Abilities { sms: found.capabilities.sms, voice: found.capabilities.voice }))
    }

    /// Whether the login is right at all: asks for what every login may see.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn login(&self) -> Result<(), Silence> {
        let path = self.of_account("IncomingPhoneNumbers.json");
        self.ask::<Numbers>(Host::Api, &path, &[("PageSize", "1")]).await.map(drop)
    }

    /// Whether a Messaging Service has anything to send with; nothing where there is no such service.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn service(&self, service: &str) -> Result<Option<bool>, Silence> {
        let base = format!("/v1/Services/{service}");
        match self.ask::<serde_json::Value>(Host::Messaging, &base, &[]).await {
            Ok(_) => {}
            Err(silence) if silence.is_unknown() => return Ok(None),
            Err(silence) => return Err(silence),
        }
        for (list, key) in [
            ("PhoneNumbers", "phone_numbers"),
            ("ShortCodes", "short_codes"),
            ("AlphaSenders", "alpha_senders"),
        ] {
            let path = format!("{base}/{list}");
            let page: serde_json::Value = self.ask(Host::Messaging, &path, &[("PageSize", "1")]).await?;
            let members = page.get(key).and_then(serde_json::Value::as_array).ok_or(Silence::NoAnswer)?;
            if !members.is_empty() {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    /// Countries (ISO 3166-1 alpha-2) and whether texts may go there.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn text_countries(&self) -> Result<BTreeMap<String, bool>, Silence> {
        let list: Permissions = self.ask(Host::Accounts, "/v1/Messaging/GeoPermissions", &[]).await?;
        let told = list.permissions.into_iter().filter_map(|one| Some((one.country_code?, one.enabled?)));
        Ok(told.collect())
    }

    /// Whether ordinary numbers of a country may be called; nothing where Twilio has no such country.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn call_country(&self, iso: &str) -> Result<Option<bool>, Silence> {
        let path = format!("/v1/DialingPermissions/Countries/{iso}");
        match self.ask::<CallCountry>(Host::Voice, &path, &[]).await {
            Ok(country) => Ok(country.low_risk_numbers_enabled),
            Err(silence) if silence.is_unknown() => Ok(None),
            Err(silence) => Err(silence),
        }
    }

    fn of_account(&self, resource: &str) -> String {
        format!("/2010-04-01/Accounts/{}/{resource}", self.account_sid)
    }

    async fn ask<T: for<'d> Deserialize<'d>>(
        &self,
        host: Host,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Silence> {
        record(&self.http.read(host, path, query, PATIENCE).await)
    }
}

/// The members that are needed; the answer may hold secrets beside them (an account's record holds its auth token), so it goes no
/// farther.
fn record<T: for<'d> Deserialize<'d>>(reply: &Reply) -> Result<T, Silence> {
    let answer = match reply {
        Reply::NotSent => return Err(Silence::NotReached),
        Reply::Lost(_) => return Err(Silence::NoAnswer),
        Reply::Answer(answer) => answer,
    };
    let status = answer.status.as_u16();
    if !answer.status.is_success() {
        let code = code(answer);
        return Err(Silence::Refused { status, code, remedy: errors::refusal(status, code).remedy });
    }
    let body = answer.body.as_ref().ok_or(Silence::NoAnswer)?;
    serde_json::from_slice(body).map_err(|_| Silence::NoAnswer)
}

fn code(answer: &Answer) -> Option<u32> {
    #[derive(Deserialize)]
    struct Refusal {
        code: Option<u32>,
    }
    serde_json::from_slice::<Refusal>(answer.body.as_ref()?).ok()?.code
}
