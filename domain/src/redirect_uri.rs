//! Addresses of an app that a browser may be sent back to: judged when an operator registers them, compared as bytes ever after
//! (R93; RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1 and §4.1.3).
//!
//! The judging is ours because what matters is what a browser would make of the text, not what a parser forgives: nothing is
//! normalised, so nothing can be normalised differently elsewhere.
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr as _;
use thiserror::Error;

/// The longest address, in bytes.
pub const URI_MAX: usize = 2048;

/// Parameters of the answer, which an app must be able to tell from its own (RFC 6749 §4.1.2, RFC 9207, and those of flows we do
/// not offer: an app may read them all the same).
const ANSWER: [&str; 14] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "session_state",
    "access_token",
    "token_type",
    "expires_in",
    "id_token",
    "refresh_token",
    "response",
    "scope",
];

/// Why an address is not registered. The text says what it must be.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Hash)]
pub enum UriProblem {
    /// Too long, or nothing.
    #[error("must have 1 to 2048 characters")]
    Length,
    /// A space, a control character, something beyond ASCII, or one that no address holds.
    #[error(
        "holds a character that no address may hold as it is (spaces, control characters, letters beyond ASCII, \" < > \\ ^ ` {{ | }}); write it percent-encoded"
    )]
    Character,
    /// A percent sign without two hexadecimal digits.
    #[error("holds a % that two hexadecimal digits do not follow; write a percent sign as %25")]
    Percent,
    /// `*`.
    #[error("holds a *; addresses are compared byte for byte, so register each one by itself")]
    Wildcard,
    /// `#`.
    #[error("must not have a fragment: leave # and what follows out")]
    Fragment,
    /// Not one of the kinds there are.
    #[error(
        "must begin with https://, with http:// and a loopback address (127.0.0.1, [::1] or localhost), or with an app's own scheme such as com.example.app:/"
    )]
    Scheme,
    /// `http` to somewhere else.
    #[error("http:// is for loopback addresses alone (127.0.0.1, [::1] or localhost); use https://")]
    PlainHttp,
    /// User name or password.
    #[error("must not hold a user name or password: leave out what stands before the @")]
    UserInfo,
    /// Not a host that all browsers read alike.
    #[error(
        "must have a host name in lower case, an IPv4 address in four decimal parts or an IPv6 address in brackets"
    )]
    Host,
    /// Not a port.
    #[error("must have a port from 1 to 65535 after the colon, without leading zeros, or no colon")]
    Port,
    /// `.` or `..` as a part of the path, in any spelling.
    #[error("must not hold . or .. as a part of its path: browsers would go elsewhere")]
    DotSegment,
    /// A parameter of the answer.
    #[error("must not have a query parameter that the answer uses itself, such as code, state, iss or error")]
    AnswerName,
}

/// A registered address.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RedirectUri(String);

/// What stands between the scheme and the path of an `http` or `https` address.
struct Authority<'a> {
    host: &'a str,
    /// Path and query, or nothing.
    rest: &'a str,
}

impl RedirectUri {
    /// Judges what an operator wants to register.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn register(text: &str) -> Result<Self, UriProblem> {
        characters(text)?;
        let rest = if let Some(after) = text.strip_prefix("https://") {
            authority(after)?.rest
        } else if let Some(after) = text.strip_prefix("http://") {
            let authority = authority(after)?;
            if !matches!(authority.host, "127.0.0.1" | "[::1]" | "localhost") {
                return Err(UriProblem::PlainHttp);
            }
            authority.rest
        } else {
            private(text)?
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if path.split('/').any(is_dots) {
            return Err(UriProblem::DotSegment);
        }
        if query.split(['&', ';']).any(is_answer) {
            return Err(UriProblem::AnswerName);
        }
        Ok(Self(text.to_owned()))
    }

    /// One that was registered before.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an app that asks for this address means this registration: the same bytes. Only where `http` goes to 127.0.0.1 or
    /// `[::1]` may the port be another, because an app of the machine takes the one that is free (RFC 8252 §7.3). Where the port
    /// differs, it is the only thing that does, so what was asked may stand in a header.
    #[must_use]
    pub fn matches(&self, asked: &str) -> bool {
        if self.0 == asked {
            return true;
        }
        ["http://127.0.0.1", "http://[::1]"].into_iter().any(|loopback| {
            let behind = |text| after_port(str::strip_prefix(text, loopback)?);
            matches!((behind(&self.0), behind(asked)), (Some(ours), Some(theirs)) if ours == theirs)
        })
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What follows a port, where there is one. `None`: a colon without a port.
fn after_port(text: &str) -> Option<&str> {
    let Some(text) = text.strip_prefix(':') else { return Some(text) };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (port, rest) = text.split_at(digits);
    is_port(port).then_some(rest)
}

fn characters(text: &str) -> Result<(), UriProblem> {
    if !(1..=URI_MAX).contains(&text.len()) {
        return Err(UriProblem::Length);
    }
    // RFC 3986 has no other characters; several of these are read as `/` or dropped by browsers.
    let foreign = |byte: u8| !byte.is_ascii_graphic() || b"\"<>\\^`{|}".contains(&byte);
    if text.bytes().any(foreign) {
        return Err(UriProblem::Character);
    }
    let mut parts = text.split('%').skip(1);
    let is_hex = |part: &str| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !parts.all(is_hex) {
        return Err(UriProblem::Percent);
    }
    if text.contains('*') {
        return Err(UriProblem::Wildcard);
    }
    if text.contains('#') {
        return Err(UriProblem::Fragment);
    }
    Ok(())
}

fn authority(after: &str) -> Result<Authority<'_>, UriProblem> {
    let end = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    if authority.contains('@') {
        return Err(UriProblem::UserInfo);
    }
    let bracket = authority.find(']').map_or(0, |at| at + 1);
    let (host, port) = match authority.get(bracket..).and_then(|tail| tail.find(':')) {
        None => (authority, None),
        Some(colon) => {
            let (host, port) = authority.split_at(bracket + colon);
            (host, port.strip_prefix(':'))
        }
    };
    if !is_host(host) {
        return Err(UriProblem::Host);
    }
    if port.is_some_and(|port| !is_port(port)) {
        return Err(UriProblem::Port);
    }
    Ok(Authority { host, rest })
}

fn is_port(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    plain && text.parse::<u16>().is_ok()
}

fn is_host(host: &str) -> bool {
    if let Some(inside) = host.strip_prefix('[') {
        let address = inside.strip_suffix(']').and_then(|inside| Ipv6Addr::from_str(inside).ok());
        // In the one spelling that browsers make of it; an IPv4 address within they spell otherwise than we would.
        return address.is_some_and(|address| format!("[{address}]") == host && !host.contains('.'));
    }
    let label = |label: &str| {
        let sound =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        (1..=63).contains(&label.len())
            && label.bytes().all(sound)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.split('.').all(label) {
        return false;
    }
    // Where the last part is a number, browsers read all of it as an IPv4 address, in many spellings: one of them is allowed.
    let last = host.rsplit('.').next().unwrap_or_default();
    let number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    !number || Ipv4Addr::from_str(host).is_ok()
}

/// An app's own scheme: a domain name turned round, so that it has a dot (RFC 8252 §7.1, §8.4). Gives path and query.
fn private(text: &str) -> Result<&str, UriProblem> {
    let (scheme, rest) = text.split_once(':').ok_or(UriProblem::Scheme)?;
    let label = |label: &str| {
        let sound =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'+');
        !label.is_empty() && label.bytes().all(sound)
    };
    let starts = scheme.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts || !scheme.contains('.') || !scheme.split('.').all(label) || !rest.starts_with('/') {
        return Err(UriProblem::Scheme);
    }
    let Some(after) = rest.strip_prefix("//") else { return Ok(rest) };
    let end = after.find(['/', '?']).unwrap_or(after.len());
    let (host, rest) = after.split_at(end);
    if host.contains('@') {
        return Err(UriProblem::UserInfo);
    }
    // Nobody is looked up there; it is a name that the app chose, or none.
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if host.bytes().all(sound) { Ok(rest) } else { Err(UriProblem::Host) }
}

/// `.` or `..`, with dots encoded or not, and whatever a server may cut off behind a semicolon.
fn is_dots(segment: &str) -> bool {
    let segment = segment.split(';').next().unwrap_or_default();
    let dots = segment.replace("%2e", ".").replace("%2E", ".");
    matches!(dots.as_str(), "." | "..")
}

fn is_answer(pair: &str) -> bool {
    let name = decoded(pair.split('=').next().unwrap_or_default());
    ANSWER.iter().any(|answer| name.eq_ignore_ascii_case(answer.as_bytes()))
}

/// A form's spelling undone.
fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit =
                    || bytes.next().and_then(|hex| char::from(hex).to_digit(16)).unwrap_or_default();
                let (high, low) = (digit(), digit());
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            plain => plain,
        });
    }
    out
}

#[cfg(test)]
#[path = "redirect_uri_tests.rs"]
mod tests;
