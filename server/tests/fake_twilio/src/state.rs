//! What the fake remembers: requests, messages, scripts.
use crate::call::{Call, WantedCall};
use crate::check::Wanted;
use crate::script::{Act, Playlist, Script};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The account that the fake keeps.
#[derive(Clone)]
pub struct Settings {
    /// Account SID.
    pub account_sid: String,
    /// Auth Token.
    pub auth_token: String,
    /// SID and secret of an API key.
    pub api_key: Option<(String, String)>,
    /// Numbers that may send.
    pub senders: Vec<String>,
    /// Messaging Services that may send.
    pub services: Vec<String>,
    /// A trial account: some forty characters go before each text.
    pub trial: bool,
    /// What is wrong with the account.
    pub flaws: Flaws,
}

/// What is wrong with an account; as it comes, nothing is.
#[derive(Clone, Debug, Default)]
pub struct Flaws {
    /// It was suspended: it tells of itself and of nothing else.
    pub suspended: bool,
    /// The API key is a standard one: it may not read the account.
    pub standard_key: bool,
    /// Numbers that cannot send texts.
    pub without_sms: Vec<String>,
    /// Numbers that cannot call.
    pub without_voice: Vec<String>,
    /// Messaging Services have no sender.
    pub empty_services: bool,
    /// Countries that texts may not go to, ISO 3166-1 alpha-2.
    pub countries_off: Vec<String>,
    /// Countries that may not be called.
    pub countries_not_called: Vec<String>,
    /// So much is the clock ahead when it tells of the account.
    pub seconds_ahead: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account_sid: "AC0123456789abcdef0123456789abcdef".to_owned(),
            auth_token: "fake-auth-token".to_owned(),
            api_key: Some((
                "SK0123456789abcdef0123456789abcdef".to_owned(),
                "fake-api-key-secret".to_owned(),
            )),
            senders: vec!["+15005550006".to_owned()],
            services: vec!["MG0123456789abcdef0123456789abcdef".to_owned()],
            trial: false,
            flaws: Flaws::default(),
        }
    }
}

/// A request as it came.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// User of the Basic login, if one was given.
    pub user: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// Decoded form fields in the order they came.
    pub fields: Vec<(String, String)>,
    /// The code of the refusal; `None` where the message was taken or a script stepped in.
    pub refused: Option<u32>,
}

impl Request {
    /// The value of a form field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A message as the phone would show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inbox {
    /// Destination, E.164.
    pub to: String,
    /// The whole text.
    pub body: String,
    /// Always `sms`.
    pub channel: String,
    /// RFC 3339, UTC.
    pub sent_at: String,
}

/// What a message's record is to say.
#[derive(Clone, Debug, Deserialize)]
pub struct StatusChange {
    /// Which message.
    pub sid: String,
    /// Its new status.
    pub status: String,
    /// Its error code.
    #[serde(default)]
    pub error_code: Option<u32>,
}

/// A message that was taken.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) sid: String,
    pub(crate) account: String,
    pub(crate) to: String,
    pub(crate) from: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) body: String,
    pub(crate) callback: Option<String>,
    pub(crate) status: String,
    pub(crate) error_code: Option<u32>,
    pub(crate) at: OffsetDateTime,
    fixed: bool,
}

#[derive(Default)]
struct Memory {
    playlist: Playlist,
    requests: Vec<Request>,
    messages: Vec<Message>,
    sids: u128,
    redirects_followed: u32,
    connections: u32,
    calls: Vec<Call>,
}

/// Shared by all connections.
pub(crate) struct State {
    pub(crate) settings: Settings,
    memory: Mutex<Memory>,
}

impl State {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn script(&self, script: Script) {
        self.memory().playlist.add(script);
    }

    pub(crate) fn act_for(&self, to: Option<&str>) -> Option<Act> {
        self.memory().playlist.act_for(to)
    }

    /// Counts a connection; true where it is to be reset unread.
    pub(crate) fn connected(&self) -> bool {
        let mut memory = self.memory();
        memory.connections += 1;
        memory.playlist.resets_connection()
    }

    pub(crate) fn connections(&self) -> u32 {
        self.memory().connections
    }

    pub(crate) fn followed(&self) {
        self.memory().redirects_followed += 1;
    }

    pub(crate) fn redirects_followed(&self) -> u32 {
        self.memory().redirects_followed
    }

    pub(crate) fn record(&self, request: Request) {
        self.memory().requests.push(request);
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.memory().requests.clone()
    }

    pub(crate) fn reset(&self) {
        let mut memory = self.memory();
        memory.playlist.clear();
        memory.requests.clear();
        memory.messages.clear();
        memory.calls.clear();
        memory.redirects_followed = 0;
    }

    /// Takes a message; its first status is Twilio's, or the script's.
    pub(crate) fn take(&self, wanted: Wanted, status: Option<(String, Option<u32>)>) -> Message {
        let mut memory = self.memory();
        memory.sids += 1;
        let fixed = status.is_some();
        let usual = if wanted.service.is_some() { "accepted" } else { "queued" };
        let (status, error_code) = status.unwrap_or_else(|| (usual.to_owned(), None));
        let body = if self.settings.trial {
            format!("Sent from your Twilio trial account - {}", wanted.body)
        } else {
            wanted.body
        };
        let message = Message {
            sid: format!("SM{:032x}", memory.sids),
            account: self.settings.account_sid.clone(),
            to: wanted.to,
            from: wanted.from,
            service: wanted.service,
            body,
            callback: wanted.callback,
            status,
            error_code,
            at: OffsetDateTime::now_utc(),
            fixed,
        };
        memory.messages.push(message.clone());
        message
    }

    /// Takes a call.
    pub(crate) fn take_call(&self, wanted: WantedCall) -> Call {
        let mut memory = self.memory();
        memory.sids += 1;
        let call = Call::of(wanted, memory.sids);
        memory.calls.push(call.clone());
        call
    }

    pub(crate) fn calls(&self, to: Option<&str>) -> Vec<Call> {
        let memory = self.memory();
        memory.calls.iter().rev().filter(|call| to.is_none_or(|to| call.to == to)).cloned().collect()
    }

    /// The record of a message. Each look finds it one step further on its way, until a status is set by hand.
    pub(crate) fn look_up(&self, sid: &str) -> Option<Message> {
        let mut memory = self.memory();
        let message = memory.messages.iter_mut().find(|message| message.sid == sid)?;
        let now = message.clone();
        if !message.fixed {
            let next = match message.status.as_str() {
                "accepted" => "queued",
                "queued" => "sending",
                "sending" => "sent",
                _ => "delivered",
            };
            next.clone_into(&mut message.status);
        }
        Some(now)
    }

    pub(crate) fn newest(&self, to: &str) -> Option<Message> {
        self.memory().messages.iter().rev().find(|message| message.to == to).cloned()
    }

    pub(crate) fn set_status(&self, change: &StatusChange) -> bool {
        let mut memory = self.memory();
        let Some(message) = memory.messages.iter_mut().find(|message| message.sid == change.sid) else {
            return false;
        };
        change.status.clone_into(&mut message.status);
        message.error_code = change.error_code;
        message.fixed = true;
        true
    }

    pub(crate) fn inbox(&self, to: Option<&str>) -> Vec<Inbox> {
        let memory = self.memory();
        let fits = |message: &&Message| to.is_none_or(|to| message.to == to);
        memory.messages.iter().rev().filter(fits).map(inbox_line).collect()
    }
}

fn inbox_line(message: &Message) -> Inbox {
    Inbox {
        to: message.to.clone(),
        body: message.body.clone(),
        channel: "sms".to_owned(),
        sent_at: message.at.format(&Rfc3339).unwrap_or_default(),
    }
}
