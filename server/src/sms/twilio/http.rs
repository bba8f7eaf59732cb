//! Twilio's REST API: what is asked of it, and how.
use super::NAME;
use super::settings::{Login, TwilioSettings};
use crate::sms::http::{Reply, Roots, client, is_loopback, sent};
use crate::sms::live_secret::LiveSecret;
use crate::sms::settings_error::SettingsError;
use reqwest::{Url, header};
use secrecy::ExposeSecret as _;
use std::time::Duration;

/// Which of Twilio's hosts: its first label. Messages go to the first; the others are read by `latchkey doctor` alone (R82).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// Accounts, numbers, messages, calls.
    Api,
    /// Countries that texts may go to.
    Accounts,
    /// Messaging Services.
    Messaging,
    /// Countries that may be called.
    Voice,
}

impl Host {
    /// Where it is, given the first one. A loopback address stands for all of them: their paths differ.
    fn beside(self, api: &Url) -> Option<Url> {
        let mut url = api.clone();
        let label = match self {
            Self::Api => return Some(url),
            _ if is_loopback(api) => return Some(url),
            Self::Accounts => "accounts",
            Self::Messaging => "messaging",
            Self::Voice => "voice",
        };
        let rest = api.host_str()?.strip_prefix("api.")?;
        url.set_host(Some(&format!("{label}.{rest}"))).ok()?;
        Some(url)
    }
}

/// What is asked of Twilio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A message.
    Message,
    /// A call.
    Call,
}

/// The REST API under one login.
pub(crate) struct Http {
    client: reqwest::Client,
    messages: Url,
    calls: Url,
    user: String,
    password: LiveSecret,
}

impl Http {
    pub(crate) fn new(settings: &TwilioSettings, roots: Roots) -> Result<Self, SettingsError> {
        let client = client(&settings.base_url, roots)
            .map_err(|cause| SettingsError::Tls { provider: NAME, cause })?;
        let resource = |name| {
            let mut url = settings.base_url.clone();
            url.set_path(&format!("/2010-04-01/Accounts/{}/{name}.json", settings.account_sid));
            url
        };
        Ok(Self {
            client,
            messages: resource("Messages"),
            calls: resource("Calls"),
            user: settings.login.user.clone(),
            password: settings.login.password.clone(),
        })
    }

    /// Asks Twilio to send a message or to call; `within` bounds everything from the connection to the end of the answer.
    pub(crate) async fn post(&self, what: Kind, fields: &[(&str, &str)], within: Duration) -> Reply {
        let resource = match what {
            Kind::Message => &self.messages,
            Kind::Call => &self.calls,
        };
        let request = self
            .client
            .post(resource.clone())
            .basic_auth(&self.user, Some(self.password.now().expose_secret()))
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
            .basic_auth(&self.user, Some(self.password.now().expose_secret()))
            .header(header::ACCEPT, "application/json")
            .timeout(within);
        sent(request).await
    }

    /// The same connection under another login.
    pub(crate) fn under(&self, login: Login) -> Self {
        let Self { client, messages, calls, .. } = self;
        let (client, messages, calls) = (client.clone(), messages.clone(), calls.clone());
        Self { client, messages, calls, user: login.user, password: login.password }
    }

    /// Asks Twilio for a resource. Changes nothing there.
    pub(crate) async fn read(
        &self,
        host: Host,
        path: &str,
        query: &[(&str, &str)],
        within: Duration,
    ) -> Reply {
        let Some(mut resource) = host.beside(&self.messages) else { return Reply::NotSent };
        resource.set_path(path);
        if !query.is_empty() {
            resource.query_pairs_mut().extend_pairs(query);
        }
        let request = self
            .client
            .get(resource)
            .basic_auth(&self.user, Some(self.password.now().expose_secret()))
            .header(header::ACCEPT, "application/json")
            .timeout(within);
        sent(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_stand_beside_the_first_one_in_its_region_and_all_at_one_loopback_address() {
        for (api, host, wanted) in [
            ("https://api.twilio.com", Host::Api, "api.twilio.com"),
            ("https://api.twilio.com", Host::Voice, "voice.twilio.com"),
            ("https://api.dublin.ie1.twilio.com", Host::Messaging, "messaging.dublin.ie1.twilio.com"),
            ("http://127.0.0.1:4010", Host::Accounts, "127.0.0.1"),
        ] {
            let beside = host.beside(&Url::parse(api).unwrap()).unwrap();
            assert_eq!(beside.host_str(), Some(wanted), "{api} {host:?}");
            assert_eq!(beside.port(), Url::parse(api).unwrap().port());
        }
    }
}
