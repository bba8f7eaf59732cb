//! Form tokens: an HMAC over a random cookie and the session, so that no other site can make our forms (R69, D8).
use crate::keys::Keys;
use domain::entropy::{Entropy, hex128};
use domain::id::SessionHandle;
use domain::oidc::ports::BrowserMark;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// The name of the hidden field.
pub const FIELD: &str = "csrf";

/// What the tokens of one browser are made from.
pub struct Seed {
    value: String,
    fresh: bool,
}

impl Seed {
    /// The seed of the browser's cookie, or a new one.
    #[must_use]
    pub fn of(cookie: Option<String>, entropy: &dyn Entropy) -> Self {
        match cookie {
            Some(value) if value.len() == 32 && value.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Self { value, fresh: false }
            }
            _ => Self { value: hex128(entropy), fresh: true },
        }
    }

    /// The seed itself, when the browser has to be told.
    #[must_use]
    pub fn to_set(&self) -> Option<&str> {
        self.fresh.then_some(self.value.as_str())
    }

    /// What requests of apps know this browser by: it does not give the seed away.
    #[must_use]
    pub fn mark(&self) -> BrowserMark {
        let hash = Sha256::new().chain_update(b"browser").chain_update(self.value.as_bytes()).finalize();
        BrowserMark(domain::entropy::hex(&hash))
    }

    /// The token for forms of this browser in this session.
    #[must_use]
    pub fn token(&self, keys: &Keys, session: Option<&SessionHandle>) -> String {
        let session = session.map_or("", SessionHandle::as_str);
        let mac = keys.csrf(&[self.value.as_bytes(), session.as_bytes()]);
        domain::entropy::hex(mac.get(..16).unwrap_or(&mac))
    }

    /// Whether `given` is that token. A browser that had no seed yet has no token either.
    #[must_use]
    pub fn accepts(&self, given: &str, keys: &Keys, session: Option<&SessionHandle>) -> bool {
        !self.fresh && self.token(keys, session).as_bytes().ct_eq(given.as_bytes()).into()
    }
}
