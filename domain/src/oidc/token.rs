//! Codes and tokens: 256 random bits that mean nothing but a row, of which the store knows the hash alone (R102, R106).
use crate::entropy::{Entropy, hex};
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// A code, access token or refresh token as its app holds it. No `Debug`, no `Display`.
pub struct Bearer(Zeroizing<String>);

impl Bearer {
    /// A new one.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0u8; 32]);
        entropy.fill(&mut *bytes);
        Self(Zeroizing::new(hex(&*bytes)))
    }

    /// To hand it to its app.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> BearerHash {
        BearerHash::of(&self.0)
    }
}

/// What is kept of a code or token. Of 256 random bits a plain hash tells nothing; looking it up by hash compares no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct BearerHash([u8; 32]);

impl BearerHash {
    /// Of a text that an app sent, whatever it is.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// As kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for BearerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerHash")
    }
}
