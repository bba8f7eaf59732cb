//! Vonage as a provider: what a message carries.
use super::WHO;
use super::callback::{Callbacks, STATUS_PATH};
use super::http::Http;
use super::settings::VonageOptions;
use super::verdict::READER;
use crate::sms::handover::{Attempt, Handover, Surroundings};
use crate::sms::settings_error::SettingsError;
use crate::sms::verdict::{Verdict, judge};
use async_trait::async_trait;
use domain::channel::Channel;
use domain::delivery::{SendReport, SmsMessage};
use domain::ports::Sms;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// Vonage's shortest and longest time to live, in seconds: those of its own SMS service, which the Messages API hands messages to. A code
/// that has less left than the shortest may so arrive some seconds too late.
const LIFE: (u64, u64) = (20, 604_800);

/// Vonage as a provider of text messages.
pub struct Vonage {
    http: Http,
    from: String,
    status_callback: Option<String>,
    callbacks: Option<Arc<Callbacks>>,
    handover: Handover,
}

/// What is posted.
#[derive(Serialize)]
struct Wanted<'a> {
    message_type: &'static str,
    channel: &'static str,
    /// Digits, without the plus.
    to: &'a str,
    from: &'a str,
    text: &'a str,
    /// Stands beside the message in Vonage's records: the reference that its owner and our log have too.
    client_ref: &'a str,
    /// Seconds for which a delivery is tried.
    ttl: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
    /// In which shape news comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_version: Option<&'static str>,
}

impl Vonage {
    /// Checks the settings and gets ready; asks Vonage nothing. Says at start how that went.
    ///
    /// # Errors
    /// When a setting is missing or wrong, or no certificate can be checked on this machine.
    pub fn start(options: VonageOptions, surroundings: Surroundings) -> Result<Self, SettingsError> {
        WHO.begin(|| Self::new(options, surroundings))
    }

    fn new(options: VonageOptions, surroundings: Surroundings) -> Result<Self, SettingsError> {
        let reachable = options.status_callback.is_some();
        let settings = options.check()?;
        if reachable && settings.callbacks.is_none() {
            tracing::info!(
                "Vonage SMS. No callbacks are asked for: sms.vonage.signature_secret is not set; nobody hears how far messages get"
            );
        }
        Ok(Self {
            http: Http::new(&settings, surroundings.roots)?,
            from: settings.from,
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
}

#[async_trait]
impl Attempt for Vonage {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    async fn attempt(&self, message: &SmsMessage, life: Duration, within: Duration) -> Verdict {
        let base = self.status_callback.as_ref();
        let webhook_url = base.map(|base| format!("{base}{STATUS_PATH}{}", message.callback_token));
        let wanted = Wanted {
            message_type: "text",
            channel: "sms",
            to: message.to.reveal().trim_start_matches('+'),
            from: &self.from,
            text: &message.body,
            client_ref: &message.reference,
            ttl: life.as_secs().clamp(LIFE.0, LIFE.1),
            webhook_version: webhook_url.is_some().then_some("v1"),
            webhook_url,
        };
        let Ok(body) = serde_json::to_vec(&wanted) else {
            return judge(crate::sms::http::Reply::NotSent, &READER);
        };
        judge(self.http.post(Zeroizing::new(body), within).await, &READER)
    }
}

#[async_trait]
impl Sms for Vonage {
    async fn send(&self, message: &SmsMessage) -> SendReport {
        self.handover.send(self, message).await
    }
}
