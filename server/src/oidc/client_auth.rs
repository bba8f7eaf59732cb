//! What a request to the token, revocation or introspection endpoint shows of its client, in one way and no more, and how a client is
//! told that it is not admitted (RFC 6749 §2.3, §5.2). Whether it is, the domain says.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::client::{Client, ClientAuthUsed, ClientId, ClientSecret};
use domain::core::Core;
use domain::events::Trail;
use domain::oidc::admission::{self, NotAdmitted, Shown};
use domain::oidc::error::NOT_ADMITTED;
use domain::ports::Fault;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use zeroize::Zeroizing;

/// For `WWW-Authenticate`, where the `Authorization` header was used.
pub const CHALLENGE: &str = "Basic realm=\"Latchkey\", charset=\"UTF-8\"";

/// What a form says of its client; what is empty was not sent (RFC 6749 §3.2).
#[derive(Clone, Copy)]
pub struct Posted<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    /// A way of showing who one is that we do not offer.
    assertion: bool,
}

impl<'a> Posted<'a> {
    /// Out of a form, by a function that gives a field's value, or nothing where it was not sent. A form in which a field stands
    /// twice has to be refused before.
    pub fn read(field: impl Fn(&str) -> &'a str) -> Self {
        Self {
            client_id: field("client_id"),
            client_secret: field("client_secret"),
            assertion: !field("client_assertion").is_empty() || !field("client_assertion_type").is_empty(),
        }
    }
}

/// Why a request is not taken as a client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It shows who it is in more than one way, or contradicts itself.
    Malformed,
    /// No such client, a wrong secret, or not the registered way: the same answer for all.
    NotAdmitted {
        /// The `Authorization` header was used, so the answer says which scheme it takes.
        header: bool,
    },
    /// Too many wrong secrets of this client.
    Wait {
        /// As above.
        header: bool,
        /// When the next one is looked into.
        seconds: u64,
    },
}

impl Refused {
    /// The registered error (RFC 6749 §5.2).
    #[must_use]
    pub fn error(self) -> &'static str {
        match self {
            Self::Malformed => "invalid_request",
            Self::NotAdmitted { .. } | Self::Wait { .. } => "invalid_client",
        }
    }

    /// What helps whoever builds the app: the same for a client that nobody knows and for a wrong secret (R105).
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Malformed => {
                "show the client in one way: in the Authorization header or in the form, not in both, and with one client_id"
            }
            Self::NotAdmitted { .. } => NOT_ADMITTED,
            Self::Wait { .. } => "too many wrong secrets were shown for this client: see Retry-After",
        }
    }

    /// The status it is told with.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotAdmitted { .. } => StatusCode::UNAUTHORIZED,
            Self::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// The value of `WWW-Authenticate`, where one belongs into the answer.
    #[must_use]
    pub fn challenge(self) -> Option<&'static str> {
        matches!(self, Self::NotAdmitted { header: true }).then_some(CHALLENGE)
    }

    /// The value of `Retry-After`, where one belongs into the answer.
    #[must_use]
    pub fn retry_after(self) -> Option<u64> {
        match self {
            Self::Wait { seconds, .. } => Some(seconds),
            Self::Malformed | Self::NotAdmitted { .. } => None,
        }
    }
}

/// Finds out which client a request comes from.
///
/// # Errors
/// When the store fails: nobody is admitted then.
pub async fn client(
    core: &Core,
    headers: &HeaderMap,
    posted: Posted<'_>,
    trail: &Trail,
) -> Result<Result<Client, Refused>, Fault> {
    let header = headers.contains_key(AUTHORIZATION);
    let shown = match shown(headers, posted) {
        Ok(shown) => shown,
        Err(refused) => return Ok(Err(refused)),
    };
    let admitted = admission::admit(core, &shown, trail).await?;
    Ok(admitted.map_err(|why| match why {
        NotAdmitted::Unknown => Refused::NotAdmitted { header },
        NotAdmitted::Wait { seconds } => Refused::Wait { header, seconds },
    }))
}

/// Reads what a request shows, in exactly one way.
fn shown(headers: &HeaderMap, posted: Posted<'_>) -> Result<Shown, Refused> {
    let mut given_in_header = headers.get_all(AUTHORIZATION).iter();
    let header = given_in_header.next();
    if given_in_header.next().is_some() {
        return Err(Refused::Malformed);
    }
    // Unknown to us as a whole, whatever else is shown beside it.
    let foreign = Refused::NotAdmitted { header: header.is_some() };
    let Some(header) = header else {
        if posted.assertion {
            return Err(foreign);
        }
        let secret = given(posted.client_secret).map(|secret| ClientSecret::new(secret.to_owned()));
        let way = if secret.is_some() { ClientAuthUsed::Post } else { ClientAuthUsed::Nothing };
        return Ok(Shown { id: ClientId::parse(posted.client_id), way, secret });
    };
    if !posted.client_secret.is_empty() || posted.assertion {
        return Err(Refused::Malformed);
    }
    let (id, secret) = basic(header.as_bytes()).ok_or(foreign)?;
    if given(posted.client_id).is_some_and(|also| also != id) {
        return Err(Refused::Malformed);
    }
    Ok(Shown { id: ClientId::parse(&id), way: ClientAuthUsed::Basic, secret: Some(secret) })
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Id and secret of a `Basic` header: base64, a colon between, each of them written as in a form (RFC 6749 §2.3.1).
fn basic(header: &[u8]) -> Option<(String, ClientSecret)> {
    let (scheme, rest) = header.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let decoded = Zeroizing::new(STANDARD.decode(rest.trim_ascii()).ok()?);
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((form_decoded(id), ClientSecret::new(form_decoded(secret))))
}

/// One value written as in a form. An ampersand that was left as it is ends nothing here.
fn form_decoded(text: &str) -> String {
    let field = Zeroizing::new(format!("v={}", text.replace('&', "%26")));
    form_urlencoded::parse(field.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
#[path = "client_auth_tests.rs"]
mod tests;
