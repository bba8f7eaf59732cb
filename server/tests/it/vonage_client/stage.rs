//! A client and a fake Vonage, with the time between them in the test's hand.
use crate::fake_vonage::{API_KEY, API_SECRET, Act, FROM, FakeVonage};
use crate::twilio_client::stage::{HandClock, Waits, message, surroundings};
use domain::delivery::{SendReport, SmsMessage};
use domain::ports::Sms as _;
use secrecy::SecretString;
use server::sms::vonage::{Vonage, VonageOptions};
use std::sync::Arc;

pub struct Stage {
    pub fake: FakeVonage,
    pub vonage: Arc<Vonage>,
    pub clock: Arc<HandClock>,
    pub waits: Arc<Waits>,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings of the client.
    pub async fn with(change: impl FnOnce(&mut VonageOptions)) -> Self {
        let fake = FakeVonage::start().await;
        let mut options = options(&fake.base_url());
        change(&mut options);
        let (clock, waits, surroundings) = surroundings();
        let vonage = Arc::new(Vonage::start(options, surroundings).ok().unwrap());
        Self { fake, vonage, clock, waits }
    }

    pub async fn send(&self) -> SendReport {
        self.vonage.send(&message()).await
    }

    pub async fn send_living(&self, seconds: u32) -> SendReport {
        self.vonage.send(&SmsMessage { valid_for_seconds: seconds, ..message() }).await
    }

    /// One message, while the fake does this.
    pub async fn send_into(&self, act: &Act) -> SendReport {
        self.fake.script(1, act);
        self.send().await
    }

    pub fn posts(&self) -> usize {
        self.fake.requests().len()
    }
}

/// Settings that the fake accepts.
pub fn options(base_url: &str) -> VonageOptions {
    VonageOptions {
        api_key: Some(API_KEY.to_owned()),
        api_secret: Some(SecretString::from(API_SECRET).into()),
        from: Some(FROM.to_owned()),
        base_url: Some(base_url.to_owned()),
        ..VonageOptions::default()
    }
}
