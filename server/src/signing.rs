//! Signs tokens with keys that all nodes share, and publishes their public parts (R90, R91).
//!
//! The keys are in the database; a node asks for them every five seconds at most. Who signs at a moment follows from the moments written with
//! the keys, so nodes change over together, without asking. Signing is a line of RFC 7515 over aws-lc, with keys that are read once;
//! `jsonwebtoken` reads and checks the private key anew for every signature, which makes it half as dear again, and checking tokens of
//! our own takes no parser (see `ring.rs`). It is the second opinion in the tests.
//!
//! Time of a core (Xeon with AVX-512) for a signature: 0.5 ms with 2048 bits, 1.3 ms with 3072, 2.7 ms with 4096; for checking one a tenth of a
//! millisecond at most. That is done where it is asked for: handing it to another thread would let more signatures run than there are
//! cores, and pages wait for them.
mod ring;
mod rsa;

use self::ring::Ring;
use async_trait::async_trait;
use domain::entropy::{Entropy, hex128};
use domain::events::{Actor, Trail};
use domain::id::Kid;
use domain::ports::Fault;
use domain::signing::{NewKey, SigningKeys, TokenSigner};
use domain::signing_keys::KeySize;
use domain::time::Timestamp;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// Signs for this node.
pub struct Signer {
    keys: Arc<dyn SigningKeys>,
    entropy: Arc<dyn Entropy>,
    size: KeySize,
    ring: RwLock<Option<Arc<Ring>>>,
    /// One asks the database, and one makes a key, however many wait.
    turn: Mutex<()>,
}

impl Signer {
    /// With the keys that are kept there; those it has to make are of this size.
    #[must_use]
    pub fn new(keys: Arc<dyn SigningKeys>, entropy: Arc<dyn Entropy>, size: KeySize) -> Self {
        Self { keys, entropy, size, ring: RwLock::new(None), turn: Mutex::new(()) }
    }

    fn known(&self) -> Option<Arc<Ring>> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ring(&self, now: Timestamp) -> Result<Arc<Ring>, Fault> {
        let known = self.known();
        if let Some(ring) = known.as_ref().filter(|ring| ring.is_fresh(now)) {
            return Ok(Arc::clone(ring));
        }
        let will_do = known.filter(|ring| ring.will_do(now));
        let _turn = match (self.turn.try_lock(), &will_do) {
            (Ok(turn), _) => turn,
            (Err(_), Some(ring)) => return Ok(Arc::clone(ring)),
            (Err(_), None) => self.turn.lock().await,
        };
        // Somebody else may have asked meanwhile.
        if let Some(ring) = self.known().filter(|ring| ring.is_fresh(now)) {
            return Ok(ring);
        }
        match self.read(now).await {
            Ok(ring) => Ok(ring),
            Err(fault) => will_do.ok_or(fault),
        }
    }

    /// Asks the database; where it has no key, makes the first.
    async fn read(&self, now: Timestamp) -> Result<Arc<Ring>, Fault> {
        let known = self.known();
        let ring = Ring::of(self.keys.kept().await?, known.as_deref(), now)?;
        let ring = if ring.can_sign(now) {
            ring
        } else {
            let key = make(self.size, &*self.entropy, now, NewKey::at_once).await?;
            // Another node may have been faster: then its key is the one, and ours is forgotten.
            if self.keys.keep_first(&key, &trail(&*self.entropy, now)).await? {
                tracing::info!(
                    kid = key.kid.as_str(),
                    bits = self.size.bits(),
                    "The first signing key is made"
                );
            }
            Ring::of(self.keys.kept().await?, Some(&ring), now)?
        };
        let ring = Arc::new(ring);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&ring));
        Ok(ring)
    }
}

#[async_trait]
impl TokenSigner for Signer {
    async fn sign(&self, claims: &str, now: Timestamp) -> Result<String, Fault> {
        self.ring(now).await?.sign(claims, now)
    }

    async fn verify(&self, token: &str, now: Timestamp) -> Result<Option<String>, Fault> {
        Ok(self.ring(now).await?.verify(token, now))
    }

    async fn key_set(&self, now: Timestamp) -> Result<Arc<[u8]>, Fault> {
        Ok(self.ring(now).await?.published())
    }
}

/// Makes a key: `when` says from when it signs.
///
/// # Errors
/// When the library makes none.
pub async fn make(
    size: KeySize,
    entropy: &dyn Entropy,
    now: Timestamp,
    when: fn(Kid, Vec<u8>, zeroize::Zeroizing<Vec<u8>>, Timestamp) -> NewKey,
) -> Result<NewKey, Fault> {
    let made = rsa::make(size).await?;
    Ok(when(Kid::new(entropy), made.public, made.private, now))
}

/// Nobody asked for it.
fn trail(entropy: &dyn Entropy, at: Timestamp) -> Trail {
    Trail::unattended(Actor::System, at, hex128(entropy))
}
