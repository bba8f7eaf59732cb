//! Connections to providers: where they may lead, how long they may take, and whether anything left the machine.
use domain::time::Timestamp;
use reqwest::{Certificate, StatusCode, Url, header, redirect, retry};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use zeroize::Zeroizing;

/// Address, TCP and TLS (R82).
pub(crate) const CONNECT: Duration = Duration::from_secs(3);
/// An unused connection is closed before the provider does it in the middle of our next request.
const IDLE: Duration = Duration::from_secs(15);
const IDLE_CONNECTIONS: usize = 4;
/// Answers of providers are below 2 KiB.
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
    /// Seconds the provider asks us to wait.
    pub(crate) retry_after: Option<u64>,
    /// The provider's time, to the second.
    pub(crate) date: Option<Timestamp>,
    /// The whole body; `None` where it broke off or is too long.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
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

/// A client for one provider: its own connections, no redirects, no proxy, TLS 1.2 or later except to this machine itself (R82).
///
/// # Errors
/// The cause, where no certificate can be checked on this machine.
pub(crate) fn client(base_url: &Url, roots: Roots) -> Result<reqwest::Client, String> {
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
        .https_only(!is_loopback(base_url))
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_CONNECTIONS);
    let builder = match roots {
        Roots::System if base_url.scheme() == "http" => builder.tls_certs_only([]),
        Roots::System => builder,
        Roots::Only(certificates) => builder.tls_certs_only(certificates),
    };
    builder.build().map_err(|error| root_cause(&error))
}

/// `http` or `https` to this machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let here = match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    };
    here && matches!(url.scheme(), "http" | "https")
}

/// A host and nothing that a setting could carry along: no path, query, name or password.
pub(crate) fn is_bare(url: &Url) -> bool {
    let path = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    path && url.username().is_empty() && url.password().is_none()
}

/// Sends a request and reads what comes back.
pub(crate) async fn sent(request: reqwest::RequestBuilder) -> Reply {
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
    let date = response.headers().get(header::DATE).and_then(|value| value.to_str().ok()).and_then(moment);
    let mut body = Zeroizing::new(Vec::new());
    let whole = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST_ANSWER => body.extend_from_slice(&chunk),
            Ok(None) => break true,
            Ok(Some(_)) | Err(_) => break false,
        }
    };
    Answer { status, retry_after, date, body: whole.then_some(body) }
}

/// A moment as HTTP writes it.
fn moment(text: &str) -> Option<Timestamp> {
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    Some(Timestamp::from_millis(at.unix_timestamp().checked_mul(1000)?))
}

/// The innermost cause: the outer ones only say that building failed.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_an_answer_is_read() {
        assert_eq!(moment("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Timestamp::from_millis(784_111_777_000)));
        assert_eq!(moment("yesterday"), None);
    }
}
