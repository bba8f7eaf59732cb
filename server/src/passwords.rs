//! Passwords: Argon2id, keyed with a pepper that is not in the database, on a bounded number of threads.
//!
//! What is stored is a PHC string whose hash field is not the Argon2 output but its HMAC-SHA-256 under the pepper, marked with
//! the key's id: `$argon2id$v=19$m=19456,t=2,p=1,keyid=…$salt$…` (R46). A copied database alone tests no guess.
//! An imported plain Argon2id string is accepted as it is and replaced at the next right sign-in; [`PasswordPool::adopt`] puts
//! the pepper on without knowing the password.
mod argon;
mod guesses;
mod phc;
mod pool;

pub use argon::{ArgonError, COST, Cost};
pub use guesses::Lists;
pub use phc::PhcError;

use crate::keys::{KeyId, Keys, Secret, mac};
use crate::passwords::argon::Kernel;
use crate::passwords::phc::Stored;
use crate::passwords::pool::{Pool, PoolError};
use async_trait::async_trait;
use domain::entropy::Entropy;
use domain::password::Password;
use domain::ports::{Fault, PasswordCheck, Passwords};
use hmac::Mac as _;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;
use thiserror::Error;
use zeroize::Zeroizing;

/// Bytes of a new salt.
const SALT: usize = 16;

/// More workers would only cost memory: at 16 the database is long the narrow place.
const MOST_WORKERS: usize = 16;

/// Checks that may wait for each worker. At the slowest machine worth running on, the last one waits about three seconds;
/// later ones are told to come back (R47).
const WAITING_PER_WORKER: usize = 200;

/// Why password hashing cannot start.
#[derive(Debug, Error)]
pub enum PasswordStartError {
    /// The threads could not be made.
    #[error("cannot start the threads that hash passwords: {0}")]
    Threads(#[from] io::Error),
    /// This machine computes a wrong Argon2id: nothing it stores or checks could be trusted.
    #[error("Argon2id gives wrong results on this processor; refusing to start")]
    SelfTest,
}

/// Hashes and checks passwords, as many at once as there are cores.
pub struct PasswordPool {
    pool: Pool,
    pepper: Pepper,
    entropy: Arc<dyn Entropy>,
    dummy: Stored,
}

#[derive(Clone)]
struct Pepper {
    id: KeyId,
    key: Arc<Secret>,
}

impl PasswordPool {
    /// One worker per core of this machine.
    ///
    /// # Errors
    /// When threads cannot be made or Argon2id fails its known answer here.
    pub fn new(keys: &Keys, entropy: Arc<dyn Entropy>) -> Result<Self, PasswordStartError> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_WORKERS);
        Self::with_workers(keys, entropy, cores, cores * WAITING_PER_WORKER)
    }

    /// `workers` threads, and at most `waiting` checks that wait for one.
    ///
    /// # Errors
    /// As [`PasswordPool::new`].
    pub fn with_workers(
        keys: &Keys,
        entropy: Arc<dyn Entropy>,
        workers: usize,
        waiting: usize,
    ) -> Result<Self, PasswordStartError> {
        if !Kernel::new().knows_its_answer() {
            return Err(PasswordStartError::SelfTest);
        }
        let pepper = Pepper { id: keys.id(), key: Arc::new(keys.pepper()) };
        // Nobody knows a password for random bytes; checking against them costs what every check costs.
        let dummy = Stored {
            cost: COST,
            version: argon::VERSION,
            key_id: Some(*pepper.id.as_bytes()),
            salt: random(&*entropy, SALT),
            hash: random(&*entropy, argon::OUTPUT),
        };
        Ok(Self { pool: Pool::start(workers, waiting)?, pepper, entropy, dummy })
    }

    /// Takes over a plain Argon2id PHC string of another system: the pepper is put on at once, the cost stays what it was until
    /// the next right sign-in. A string that has our pepper already stays as it is.
    ///
    /// # Errors
    /// When it is no Argon2id string, or asks for absurd work.
    pub fn adopt(&self, phc: &str) -> Result<String, PhcError> {
        // Directories write the name of the scheme before it.
        let mut stored: Stored = phc.strip_prefix("{ARGON2}").unwrap_or(phc).parse()?;
        if !stored.is_affordable() {
            return Err(PhcError::OutOfRange);
        }
        match stored.key_id {
            Some(id) if id == *self.pepper.id.as_bytes() => {}
            Some(_) => return Err(PhcError::OtherKey),
            None => {
                stored.hash = self.pepper.season(&stored.hash);
                stored.key_id = Some(*self.pepper.id.as_bytes());
            }
        }
        Ok(stored.to_string())
    }
}

#[async_trait]
impl Passwords for PasswordPool {
    fn waiting(&self) -> usize {
        self.pool.waiting()
    }

    async fn check(&self, stored: Option<String>, typed: Password) -> Result<PasswordCheck, Fault> {
        let known = stored.is_some();
        let stored: Stored = match stored {
            Some(phc) => phc.parse().map_err(|error| Fault::new("read a stored password hash", error))?,
            None => self.dummy.clone(),
        };
        if stored.key_id.is_some_and(|id| id != *self.pepper.id.as_bytes()) {
            return Err(Fault::new("check a password", PhcError::OtherKey));
        }
        let pepper = self.pepper.clone();
        let filler = stored.cost.filler().map(|cost| Stored { cost, ..self.dummy.clone() });
        let salt = random(&*self.entropy, SALT);
        let checked = self
            .pool
            .run(move |kernel| -> Result<PasswordCheck, ArgonError> {
                let right = pepper.matches(kernel, &stored, &typed)? && known;
                if let Some(filler) = filler.filter(|_| !right) {
                    pepper.matches(kernel, &filler, &typed)?;
                }
                Ok(match right {
                    false => PasswordCheck::Wrong,
                    true if stored.is_current() => PasswordCheck::Right { renewed: None },
                    true => PasswordCheck::Right { renewed: Some(pepper.hash(kernel, salt, &typed)?) },
                })
            })
            .await;
        match checked {
            Ok(done) => done.map_err(|error| Fault::new("check a password", error)),
            Err(PoolError::Busy) => Ok(PasswordCheck::Busy),
            Err(error @ PoolError::Lost) => Err(Fault::new("check a password", error)),
        }
    }

    async fn hash(&self, chosen: Password) -> Result<String, Fault> {
        let pepper = self.pepper.clone();
        let salt = random(&*self.entropy, SALT);
        match self.pool.run(move |kernel| pepper.hash(kernel, salt, &chosen)).await {
            Ok(done) => done.map_err(|error| Fault::new("hash a password", error)),
            Err(error) => Err(Fault::new("hash a password", error)),
        }
    }
}

impl Pepper {
    /// Whether a password is the one of a stored hash: one derivation and one comparison in constant time, whatever the answer.
    fn matches(&self, kernel: &mut Kernel, stored: &Stored, password: &Password) -> Result<bool, ArgonError> {
        let mut output = Zeroizing::new(vec![0; stored.hash.len()]);
        kernel.derive(
            stored.cost,
            stored.version,
            password.reveal().as_bytes(),
            &stored.salt,
            &mut output,
        )?;
        let seasoned = Zeroizing::new(self.season(&output));
        let compared = if stored.key_id.is_some() { &seasoned } else { &output };
        Ok(compared.as_slice().ct_eq(&stored.hash).into())
    }

    fn hash(&self, kernel: &mut Kernel, salt: Vec<u8>, password: &Password) -> Result<String, ArgonError> {
        let mut output = Zeroizing::new(vec![0; argon::OUTPUT]);
        kernel.derive(COST, argon::VERSION, password.reveal().as_bytes(), &salt, &mut output)?;
        let hash = self.season(&output);
        let stored =
            Stored { cost: COST, version: argon::VERSION, key_id: Some(*self.id.as_bytes()), salt, hash };
        Ok(stored.to_string())
    }

    /// HMAC-SHA-256 of an Argon2 output, as long as the output was, so that its length (an input of Argon2) is not lost. Outputs
    /// beyond 32 bytes, found in imported strings only, get a second block.
    fn season(&self, output: &[u8]) -> Vec<u8> {
        let mut seasoned = mac(&self.key).chain_update(output).finalize().into_bytes().to_vec();
        if output.len() > seasoned.len() {
            seasoned.extend_from_slice(
                &mac(&self.key).chain_update(output).chain_update([2]).finalize().into_bytes(),
            );
        }
        seasoned.truncate(output.len());
        seasoned
    }
}

fn random(entropy: &dyn Entropy, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    entropy.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests;
