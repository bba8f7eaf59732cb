//! Which client a request to the token, revocation or introspection endpoint comes from (R105; RFC 6749 §2.3, §5.2).
//!
//! One way per request, and the registered one. A right secret always passes: secrets are 256 random bits of ours, nobody guesses
//! one, and so nobody can lock an app out by showing wrong ones in its name. What is limited are those wrong ones: beyond the limit
//! they are turned away without a line in the security log.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::client::{Client, ClientAuthUsed, ClientId, ClientSecret};
use domain::core::Core;
use domain::events::{Actor, Event, EventKind, Trail};
use domain::limits;
use domain::oidc::error::NOT_ADMITTED;
use domain::ports::Fault;
use domain::watch::Seen;
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

/// Who a request says it is, by which way, with which secret. No `Debug`.
struct Claim {
    /// `None`: a text that is no client's id.
    id: Option<ClientId>,
    way: ClientAuthUsed,
    secret: Option<ClientSecret>,
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
    let claim = match claim(headers, posted) {
        Ok(claim) => claim,
        Err(refused) => return Ok(Err(refused)),
    };
    let found = match &claim.id {
        Some(id) => core.clients.with_secrets(id).await?,
        None => None,
    };
    match found {
        Some((client, kept)) if client.admits(claim.way, claim.secret.as_ref(), &kept, trail.at) => {
            Ok(Ok(client))
        }
        found => refuse(core, found.map(|(client, _)| client.id), header, trail).await.map(Err),
    }
}

async fn refuse(core: &Core, known: Option<ClientId>, header: bool, trail: &Trail) -> Result<Refused, Fault> {
    let rule = limits::for_wrong_secret(known.as_ref(), &trail.address);
    if let Some(wait) = core.limits.hit(&[rule], trail.at).await? {
        core.watch.saw(Seen::Held(wait.limit));
        return Ok(Refused::Wait { header, seconds: wait.seconds(trail.at) });
    }
    // A text that is no client's could be anything: a password, for instance.
    let of = known.as_ref().map_or("unknown", ClientId::as_str);
    let trail = Trail { actor: Actor::App, ..trail.clone() };
    core.accounts.note(&[Event::anonymous(EventKind::ClientRefused).detail(of)], &trail).await?;
    Ok(Refused::NotAdmitted { header })
}

/// Reads what a request shows, in exactly one way.
fn claim(headers: &HeaderMap, posted: Posted<'_>) -> Result<Claim, Refused> {
    let mut shown = headers.get_all(AUTHORIZATION).iter();
    let header = shown.next();
    if shown.next().is_some() {
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
        return Ok(Claim { id: ClientId::parse(posted.client_id), way, secret });
    };
    if !posted.client_secret.is_empty() || posted.assertion {
        return Err(Refused::Malformed);
    }
    let (id, secret) = basic(header.as_bytes()).ok_or(foreign)?;
    if given(posted.client_id).is_some_and(|also| also != id) {
        return Err(Refused::Malformed);
    }
    Ok(Claim { id: ClientId::parse(&id), way: ClientAuthUsed::Basic, secret: Some(secret) })
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
