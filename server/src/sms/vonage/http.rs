//! Vonage's Messages API: one address, JSON both ways.
use super::NAME;
use super::settings::VonageSettings;
use crate::sms::http::{Reply, Roots, client, sent};
use crate::sms::live_secret::LiveSecret;
use crate::sms::settings_error::SettingsError;
use reqwest::{Url, header};
use secrecy::ExposeSecret as _;
use std::time::Duration;
use zeroize::Zeroizing;

/// The API under one account.
pub(crate) struct Http {
    client: reqwest::Client,
    messages: Url,
    user: String,
    password: LiveSecret,
}

impl Http {
    pub(crate) fn new(settings: &VonageSettings, roots: Roots) -> Result<Self, SettingsError> {
        let client = client(&settings.base_url, roots)
            .map_err(|cause| SettingsError::Tls { provider: NAME, cause })?;
        let mut messages = settings.base_url.clone();
        messages.set_path("/v1/messages");
        let (user, password) = (settings.api_key.clone(), settings.api_secret.clone());
        Ok(Self { client, messages, user, password })
    }

    /// Asks Vonage to send a message; `within` bounds everything from the connection to the end of the answer.
    pub(crate) async fn post(&self, body: Zeroizing<Vec<u8>>, within: Duration) -> Reply {
        let request = self
            .client
            .post(self.messages.clone())
            .basic_auth(&self.user, Some(self.password.now().expose_secret()))
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            .timeout(within)
            .body(body.to_vec());
        sent(request).await
    }
}
