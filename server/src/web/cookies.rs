//! The small cookies beside the session's: the seed of form tokens, the browser's memory of names, one word of news. None gives
//! any right.
use super::site::Site;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

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
pub fn read(headers: &HeaderMap, site: &Site, short: &str) -> Option<String> {
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

/// Drops cookies that only read like the session's, and all of them where there are several: a neighbouring host may set any name but ours,
/// and the session layer decodes and trims names, and takes the last (A17).
pub fn drop_lookalikes(headers: &mut HeaderMap, site: &Site) {
    let own = name(site, SESSION);
    let pairs: Vec<&[u8]> =
        headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';')).collect();
    let is_ours = |pair: &[u8]| named(pair) == own.as_bytes();
    let reads_like_ours = |pair: &[u8]| {
        let read = percent_encoding::percent_decode(named(pair)).decode_utf8_lossy();
        read.trim().eq_ignore_ascii_case(&own)
    };
    let mut values: Vec<&[u8]> =
        pairs.iter().copied().filter(|pair| is_ours(pair)).map(<[u8]>::trim_ascii).collect();
    values.dedup();
    let several = values.len() > 1;
    let stays = |pair: &&[u8]| !reads_like_ours(pair) || (is_ours(pair) && !several);
    if pairs.iter().all(stays) {
        return;
    }
    let kept: Vec<&[u8]> = pairs.iter().copied().filter(stays).map(<[u8]>::trim_ascii).collect();
    let kept = HeaderValue::from_bytes(&kept.join(&b"; "[..]));
    headers.remove(COOKIE);
    if let Ok(kept) = kept {
        headers.insert(COOKIE, kept);
    }
}

/// The name in a pair of a `Cookie` line.
fn named(pair: &[u8]) -> &[u8] {
    pair.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii()
}

/// Leaves a session's cookie that we do not know where it is. The session layer takes it away; but of two requests sent at once, the
/// first may have given the browser a new session, and the late answer to the second would take that one. Who signs out is told by a
/// line of our own.
pub fn leave_unknown(headers: &mut HeaderMap, site: &Site) {
    let gone = format!("{}=;", name(site, SESSION));
    let of_the_layer = |line: &HeaderValue| {
        line.to_str().is_ok_and(|line| line.starts_with(&gone) && !line.contains("HttpOnly"))
    };
    if headers.get_all(SET_COOKIE).iter().any(of_the_layer) {
        let kept: Vec<HeaderValue> =
            headers.get_all(SET_COOKIE).iter().filter(|line| !of_the_layer(line)).cloned().collect();
        headers.remove(SET_COOKIE);
        for line in kept {
            headers.append(SET_COOKIE, line);
        }
    }
}

/// A `Set-Cookie` line. `max_age` in seconds; 0 takes the cookie away, `None` keeps it until the browser is closed.
#[must_use]
pub fn set(site: &Site, short: &str, value: &str, max_age: Option<u32>) -> Option<HeaderValue> {
    let secure = if site.secure { "; Secure" } else { "" };
    let age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let line = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", name(site, short));
    HeaderValue::from_str(&line).ok()
}
