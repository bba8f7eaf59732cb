//! Twilio as a provider: what a message carries, and what is asked about it later.
use super::NAME;
use super::callback::{Callbacks, STATUS_PATH, news, progress};
use super::http::Http;
use super::settings::{Sender, SettingsError, TwilioOptions};
use super::verdict::{READER, record_of};
use crate::sms::handover::{Attempt, Handover, Surroundings, TOTAL, Who};
use crate::sms::verdict::{Verdict, judge};
use async_trait::async_trait;
use domain::delivery::{SendReport, SmsMessage};
use domain::ports::Sms;
use domain::progress::News;
use std::sync::Arc;
use std::time::Duration;

/// Twilio's longest validity period, in seconds.
const LONGEST_LIFE: u64 = 36_000;

/// Twilio as a provider of text messages.
pub struct Twilio {
    http: Http,
    sender: Sender,
    status_callback: Option<String>,
    callbacks: Option<Arc<Callbacks>>,
    handover: Handover,
}

impl Twilio {
    /// Checks the settings and gets ready; asks Twilio nothing. Says at start how that went, in the words operators look for.
    ///
    /// # Errors
    /// When a setting is missing or wrong, or no certificate can be checked on this machine.
    pub fn start(options: TwilioOptions, surroundings: Surroundings) -> Result<Self, SettingsError> {
        tracing::info!("Twilio SMS. Initialization");
        match Self::new(options, surroundings) {
            Ok(twilio) => {
                tracing::info!("Twilio SMS. Initialized successfully");
                Ok(twilio)
            }
            Err(error) => {
                tracing::error!("Twilio SMS. {error}");
                Err(error)
            }
        }
    }

    fn new(options: TwilioOptions, surroundings: Surroundings) -> Result<Self, SettingsError> {
        let settings = options.check()?;
        Ok(Self {
            http: Http::new(&settings, surroundings.roots)?,
            sender: settings.sender,
            status_callback: settings.status_callback,
            callbacks: settings.callbacks.map(Arc::new),
            handover: Handover::new(
                Who { name: NAME, label: "Twilio SMS" },
                surroundings.clock,
                surroundings.entropy,
                surroundings.pause,
            ),
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
        judge(self.http.post(&fields, within).await, &READER)
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
}
