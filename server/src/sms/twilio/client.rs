//! Twilio as a provider: what a message carries, and what is asked about it later.
use super::callback::{Callbacks, STATUS_PATH, VOICE_PATH};
use super::http::{Http, Kind};
use super::settings::{Sender, TwilioOptions};
use super::verdict::{CALLS, MESSAGES, record_of};
use super::voice;
use super::words::{news, progress};
use super::{NAME, WHO};
use crate::sms::handover::{Attempt, Handover, Surroundings, TOTAL};
use crate::sms::settings_error::SettingsError;
use crate::sms::verdict::{Verdict, judge};
use async_trait::async_trait;
use domain::channel::Channel;
use domain::delivery::{SendProblem, SendReport, SmsMessage};
use domain::lang::Lang;
use domain::ports::Sms;
use domain::progress::News;
use std::sync::Arc;
use std::time::Duration;

/// Twilio's longest validity period, in seconds.
const LONGEST_LIFE: u64 = 36_000;

/// Twilio as a provider of text messages and calls.
pub struct Twilio {
    http: Http,
    sender: Sender,
    status_callback: Option<String>,
    callbacks: Option<Arc<Callbacks>>,
    /// From where calls are made, where they can be.
    line: Option<Line>,
    handover: Handover,
}

impl Twilio {
    /// Checks the settings and gets ready; asks Twilio nothing. Says at start how that went, in the words operators look for.
    ///
    /// # Errors
    /// When a setting is missing or wrong, or no certificate can be checked on this machine.
    pub fn start(options: TwilioOptions, surroundings: Surroundings) -> Result<Self, SettingsError> {
        WHO.begin(|| Self::new(options, surroundings))
    }

    fn new(options: TwilioOptions, surroundings: Surroundings) -> Result<Self, SettingsError> {
        let settings = options.check()?;
        Ok(Self {
            http: Http::new(&settings, surroundings.roots)?,
            sender: settings.sender,
            line: settings
                .caller
                .zip(settings.status_callback.clone())
                .map(|(caller, base)| Line { caller, base }),
            status_callback: settings.status_callback,
            callbacks: settings.callbacks.map(Arc::new),
            handover: Handover::new(WHO, surroundings.clock, surroundings.entropy, surroundings.pause),
        })
    }

    /// How its callbacks are read; nothing where none are asked for.
    #[must_use]
    pub fn callbacks(&self) -> Option<Arc<Callbacks>> {
        self.callbacks.clone()
    }

    fn callback(&self, message: &SmsMessage) -> Option<String> {
        let base = self.status_callback.as_ref()?;
        Some(format!("{base}{STATUS_PATH}{}", message.callback_token))
    }
}

#[async_trait]
impl Attempt for Twilio {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    async fn attempt(&self, message: &SmsMessage, life: Duration, within: Duration) -> Verdict {
        let seconds = life.as_secs().clamp(1, LONGEST_LIFE).to_string();
        let callback = self.callback(message);
        let mut fields = vec![("To", message.to.reveal())];
        fields.push(match &self.sender {
            Sender::Number(number) => ("From", number.as_str()),
            Sender::Service(service) => ("MessagingServiceSid", service.as_str()),
        });
        fields.push(("Body", message.body.as_str()));
        fields.push(("ValidityPeriod", &seconds));
        if let Some(callback) = &callback {
            fields.push(("StatusCallback", callback));
        }
        judge(self.http.post(Kind::Message, &fields, within).await, &MESSAGES)
    }
}

#[async_trait]
impl Sms for Twilio {
    fn is_asked(&self) -> bool {
        self.status_callback.is_none()
    }

    async fn ask(&self, provider_id: &str, token: &str) -> Option<News> {
        let record = record_of(&self.http.look(provider_id, TOTAL).await)?;
        let news = news(token, provider_id, progress(&record.status)?, record.code);
        Some(News { bill: record.bill, ..news })
    }

    async fn send(&self, message: &SmsMessage) -> SendReport {
        self.handover.send(self, message).await
    }
    fn calls(&self) -> bool {
        self.line.is_some()
    }

    async fn call(&self, greeting: &SmsMessage, lang: Lang) -> SendReport {
        match &self.line {
            Some(line) => self.handover.send(&Call { http: &self.http, line, lang }, greeting).await,
            None => SendReport::not_asked(NAME, SendProblem::Unavailable),
        }
    }
}

/// From where calls are made.
struct Line {
    /// The number that is seen on the phone that rings.
    caller: String,
    /// Our address as Twilio calls it.
    base: String,
}

/// A call in place of a text: it greets and asks for a key; its document holds no code (R22).
struct Call<'a> {
    http: &'a Http,
    line: &'a Line,
    lang: Lang,
}

#[async_trait]
impl Attempt for Call<'_> {
    fn channel(&self) -> Channel {
        Channel::Voice
    }

    async fn attempt(&self, greeting: &SmsMessage, life: Duration, within: Duration) -> Verdict {
        let Line { caller, base } = self.line;
        let action = format!("{base}{VOICE_PATH}{}", greeting.callback_token);
        let document = voice::greeting(self.lang, &greeting.body, &action);
        let limit = voice::time_limit(u32::try_from(life.as_secs()).unwrap_or(u32::MAX));
        let callback = format!("{base}{STATUS_PATH}{}", greeting.callback_token);
        let mut fields = vec![
            ("To", greeting.to.reveal()),
            ("From", caller.as_str()),
            ("Twiml", document.as_str()),
            ("Timeout", voice::RINGS),
            ("TimeLimit", limit.as_str()),
            ("StatusCallback", callback.as_str()),
        ];
        fields.extend(voice::EVENTS.map(|event| ("StatusCallbackEvent", event)));
        judge(self.http.post(Kind::Call, &fields, within).await, &CALLS)
    }
}
