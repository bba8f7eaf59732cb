//! Signing what apps are told, and the keys for it: ports.
use crate::events::Trail;
use crate::id::Kid;
use crate::ports::Fault;
use crate::signing_keys::{KeyTimes, takes_over_at};
use crate::time::Timestamp;
use async_trait::async_trait;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Signs tokens (RS256) and knows again what was signed here. All nodes sign with the same key.
#[async_trait]
pub trait TokenSigner: Send + Sync {
    /// A JWT with these claims, a JSON object as text, signed by the key of the moment; its header names the key. The very first
    /// call of an installation makes that key.
    async fn sign(&self, claims: &str, now: Timestamp) -> Result<String, Fault>;
    /// The claims of a JWT as they were given to [`Self::sign`]. `None`: not signed here, changed, or its key is gone. Whether it has expired
    /// and whom it is for is the caller's to judge: a token handed in as a hint is good beyond its end (R119, R124).
    async fn verify(&self, token: &str, now: Timestamp) -> Result<Option<String>, Fault>;
    /// The published keys: a JWK set (RFC 7517) as JSON, public parts alone (R90).
    async fn key_set(&self, now: Timestamp) -> Result<Arc<[u8]>, Fault>;
}

/// A key as it is to be kept.
pub struct NewKey {
    /// Its name.
    pub kid: Kid,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// The public part, in the form the signer knows.
    pub public: Vec<u8>,
    /// The private part; the store seals it.
    pub private: Zeroizing<Vec<u8>>,
}

/// A key as it was kept.
pub struct KeptKey {
    /// Its name and moments.
    pub times: KeyTimes,
    /// The public part.
    pub public: Vec<u8>,
    /// The private part, until it has signed for the last time.
    pub private: Option<Zeroizing<Vec<u8>>>,
}

/// Keys of all nodes, in one place. Steps that add one are atomic: of several that come together, one counts.
#[async_trait]
pub trait SigningKeys: Send + Sync {
    /// All that are kept, in the order in which they sign; some may be gone.
    async fn kept(&self) -> Result<Vec<KeptKey>, Fault>;
    /// Keeps the first key, which signs from its first moment on: nobody knows another. False: one is there already.
    async fn keep_first(&self, key: &NewKey, trail: &Trail) -> Result<bool, Fault>;
    /// Keeps a key that takes over later. False: one waits already, or none signs yet.
    async fn keep_next(&self, key: &NewKey, trail: &Trail) -> Result<bool, Fault>;
    /// Withdraws all others and keeps this one, which signs at once; says how many were withdrawn.
    async fn keep_instead(&self, key: &NewKey, trail: &Trail) -> Result<u64, Fault>;
}

impl NewKey {
    /// One that signs from `now` on.
    #[must_use]
    pub fn at_once(kid: Kid, public: Vec<u8>, private: Zeroizing<Vec<u8>>, now: Timestamp) -> Self {
        Self { kid, signs_from: now, public, private }
    }

    /// One that apps get to know before it signs (R91).
    #[must_use]
    pub fn ahead(kid: Kid, public: Vec<u8>, private: Zeroizing<Vec<u8>>, now: Timestamp) -> Self {
        Self { kid, signs_from: takes_over_at(now), public, private }
    }
}
