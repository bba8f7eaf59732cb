//! One connection to Twilio: what may be asked, for how long, and whether anything left the machine.
use super::settings::{SettingsError, TwilioSettings, is_loopback};
use reqwest::{Certificate, StatusCode, Url, header, redirect, retry};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;
use zeroize::Zeroizing;

/// Address, TCP and TLS (R82).
pub(crate) const CONNECT: Duration = Duration::from_secs(3);
/// An unused connection is closed before Twilio does it in the middle of our next request.
const IDLE: Duration = Duration::from_secs(15);
const IDLE_CONNECTIONS: usize = 4;
/// Twilio's answers are below 2 KiB.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What came back, in the ways that differ for us (R83).
pub(crate) enum Reply {
    /// An HTTP answer.
    Answer(Answer),
    /// No connection: not a byte of the request was sent.
    NotSent,
    /// The request, or a part of it, may have arrived. No answer did.
    Lost(&'static str),
}

/// An HTTP answer. No `Debug`: the body holds the text of the message.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Seconds Twilio asks us to wait.
    pub(crate) retry_after: Option<u64>,
    /// The whole body; `None` where it broke off or is too long.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
}

/// What is asked of Twilio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A message.
    Message,
    /// A call.
    Call,
}

/// Which certificates are believed.
#[derive(Default)]
pub enum Roots {
    /// Those of the system; nothing is looked for where the address is plain `http` on this machine.
    #[default]
    System,
    /// These and no others: for tests.
    Only(Vec<Certificate>),
}

/// The REST API under one login.
pub(crate) struct Http {
    client: reqwest::Client,
    messages: Url,
    calls: Url,
    user: String,
    password: SecretString,
}

impl Http {
    pub(crate) fn new(settings: &TwilioSettings, roots: Roots) -> Result<Self, SettingsError> {
        // reqwest panics without a provider. Where the program has installed one, this is refused and changes nothing.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("latchkey/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .https_only(!is_loopback(&settings.base_url))
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS);
        let builder = match roots {
            Roots::System if settings.base_url.scheme() == "http" => builder.tls_certs_only([]),
            Roots::System => builder,
            Roots::Only(certificates) => builder.tls_certs_only(certificates),
        };
        let client = builder.build().map_err(|error| SettingsError::Tls(root_cause(&error)))?;
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

async fn sent(request: reqwest::RequestBuilder) -> Reply {
    match request.send().await {
        Ok(response) => Reply::Answer(read(response).await),
        Err(error) if error.is_connect() || error.is_builder() => Reply::NotSent,
        Err(error) if error.is_timeout() => Reply::Lost("timeout"),
        Err(_) => Reply::Lost("connection lost"),
    }
}

async fn read(mut response: reqwest::Response) -> Answer {
    let status = response.status();
    let retry_after = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().parse().ok());
    let mut body = Zeroizing::new(Vec::new());
    let whole = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST_ANSWER => body.extend_from_slice(&chunk),
            Ok(None) => break true,
            Ok(Some(_)) | Err(_) => break false,
        }
    };
    Answer { status, retry_after, body: whole.then_some(body) }
}

/// The innermost cause: the outer ones only say that building failed.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
