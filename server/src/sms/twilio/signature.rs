//! `X-Twilio-Signature`: whether a call comes from Twilio and is about our account (R80).
//!
//! Signed is the address as Twilio called it, followed by the fields of the form, sorted by name, without anything between them. The
//! address is made of our own settings, never of what the call says about itself. The text has no separators and no moment: letters
//! can move from one field into the next, and a call can come again; who reads the fields checks each for itself (R81).
use crate::sms::live_secret::LiveSecret;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use subtle::ConstantTimeEq as _;

/// Bytes of a signature.
const LENGTH: usize = 20;

/// What was sent with the address.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// A form: decoded names and values in the order in which they came; none for GET.
    Form(&'a [(String, String)]),
    /// Anything else; its hash stands in the address.
    Raw(&'a [u8]),
}

/// The primary auth token of an account: what Twilio signs with.
pub struct Signatures(LiveSecret);

impl Signatures {
    /// Of the account with this auth token.
    #[must_use]
    pub fn new(auth_token: LiveSecret) -> Self {
        Self(auth_token)
    }

    fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.now().expose_secret().as_bytes())
    }

    /// Twilio's signature for a call of `address` with this form: for trying out whether it is taken in.
    #[must_use]
    pub fn sign(&self, address: &str, form: &[(String, String)]) -> String {
        let signed = hmac::sign(&self.key(), format!("{address}{}", appended(form)).as_bytes());
        STANDARD.encode(signed.as_ref())
    }

    /// Whether `signature` is Twilio's for a call of `address` with this body. Twilio is not consistent about ports and apostrophes:
    /// up to four ways of writing the address are tried, always all.
    #[must_use]
    pub fn hold(&self, address: &str, body: Body<'_>, signature: &str) -> bool {
        let given = STANDARD.decode(signature).unwrap_or_default();
        let whole = given.len() == LENGTH;
        let appended = match body {
            Body::Form(fields) => appended(fields),
            Body::Raw(bytes) if hash_stands_in(address, bytes) => String::new(),
            Body::Raw(_) => return false,
        };
        let (mut right, key) = (false, self.key());
        for address in candidates(address) {
            let signed = hmac::sign(&key, format!("{address}{appended}").as_bytes());
            right |= bool::from(signed.as_ref().ct_eq(&given));
        }
        right && whole
    }
}

/// Each distinct name with its distinct values, both sorted by bytes.
fn appended(fields: &[(String, String)]) -> String {
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in fields {
        sorted.entry(name).or_default().insert(value);
    }
    let mut text = String::new();
    for (name, values) in sorted {
        for value in values {
            text.push_str(name);
            text.push_str(value);
        }
    }
    text
}

fn hash_stands_in(address: &str, body: &[u8]) -> bool {
    let Some(query) = address.split_once('?').map(|(_, query)| query) else { return false };
    let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "bodySHA256");
    let hash = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    given.is_some_and(|(_, given)| given.as_bytes().ct_eq(hash.as_bytes()).into())
}

/// The address without and with its port, each as it stands and as a browser would write it.
fn candidates(address: &str) -> [String; 4] {
    let address = address.split_once('#').map_or(address, |(before, _)| before);
    let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    // The colons of an IPv6 address stand in brackets.
    let colon = host.rfind(':').filter(|colon| host.rfind(']').is_none_or(|bracket| bracket < *colon));
    let (name, port) = colon.map_or((host, ""), |colon| host.split_at(colon));
    let port = match (port, scheme) {
        ("", "http") => ":80",
        ("", _) => ":443",
        (port, _) => port,
    };
    let user = if user.is_empty() { String::new() } else { format!("{user}@") };
    let tidy = Url::parse(address).map_or_else(
        |_| path.to_owned(),
        |url| url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())),
    );
    [
        format!("{scheme}://{user}{name}{path}"),
        format!("{scheme}://{user}{name}{port}{path}"),
        format!("{scheme}://{user}{name}{tidy}"),
        format!("{scheme}://{user}{name}{port}{tidy}"),
    ]
}
