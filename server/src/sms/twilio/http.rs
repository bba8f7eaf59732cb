//! Twilio's REST API: what is asked of it, and how.
use super::settings::{SettingsError, TwilioSettings};
use crate::sms::http::{Reply, Roots, client, sent};
use reqwest::{Url, header};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;

/// The REST API under one login.
pub(crate) struct Http {
    client: reqwest::Client,
    messages: Url,
    user: String,
    password: SecretString,
}

impl Http {
    pub(crate) fn new(settings: &TwilioSettings, roots: Roots) -> Result<Self, SettingsError> {
        let client = client(&settings.base_url, roots).map_err(SettingsError::Tls)?;
        let path = format!("/2010-04-01/Accounts/{}/Messages.json", settings.account_sid);
        let mut messages = settings.base_url.clone();
        messages.set_path(&path);
        Ok(Self {
            client,
            messages,
            user: settings.login.user.clone(),
            password: settings.login.password.clone(),
        })
    }

    /// Asks Twilio to send a message; `within` bounds everything from the connection to the end of the answer.
    pub(crate) async fn post(&self, fields: &[(&str, &str)], within: Duration) -> Reply {
        let request = self
            .client
            .post(self.messages.clone())
            .basic_auth(&self.user, Some(self.password.expose_secret()))
            .header(header::ACCEPT, "application/json")
            .timeout(within)
            .form(fields);
        sent(request).await
    }

    /// Asks Twilio for the record of a message. Changes nothing there.
    pub(crate) async fn look(&self, sid: &str, within: Duration) -> Reply {
        let mut record = self.messages.clone();
        record.set_path(&format!("{}/{sid}.json", self.messages.path().trim_end_matches(".json")));
        let request = self
            .client
            .get(record)
            .basic_auth(&self.user, Some(self.password.expose_secret()))
            .header(header::ACCEPT, "application/json")
            .timeout(within);
        sent(request).await
    }
}
