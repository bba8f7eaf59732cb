//! The small cookies beside the session's: the seed of form tokens, the browser's memory of names, one word of news. None gives
//! any right.
use super::site::Site;
use http::HeaderValue;
use http::header::COOKIE;

/// The seed that form tokens are made from.
pub const SEED: &str = "seed";
/// In which names' right passwords were typed here before.
pub const KNOWN: &str = "known";
/// One word about what was just done, shown once.
pub const NEWS: &str = "news";
/// The session's own cookie; written by the session layer.
pub const SESSION: &str = "sid";

/// The name as the browser knows it: with the prefix that pins it to this host where that is allowed (R55).
#[must_use]
pub fn name(site: &Site, short: &str) -> String {
    if site.secure { format!("__Host-{short}") } else { short.to_owned() }
}

/// The value of a cookie in a request.
#[must_use]
pub fn read(headers: &http::HeaderMap, site: &Site, short: &str) -> Option<String> {
    let full = name(site, short);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == full)
        .map(|(_, value)| value.to_owned())
}

/// A `Set-Cookie` line. `max_age` in seconds; 0 takes the cookie away, `None` keeps it until the browser is closed.
#[must_use]
pub fn set(site: &Site, short: &str, value: &str, max_age: Option<u32>) -> Option<HeaderValue> {
    let secure = if site.secure { "; Secure" } else { "" };
    let age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let line = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", name(site, short));
    HeaderValue::from_str(&line).ok()
}
