//! What all use cases stand on: ports, policy, key, time and randomness.
use crate::code::CodeKey;
use crate::entropy::Entropy;
use crate::id::AccountId;
use crate::phone::{Phone, put_to_rest};
use crate::policy::{LEAST_LIFE_OF_CALL, Policy};
use crate::ports::{
    Accounts, Challenges, Clients, Deliveries, Dispatch, Fault, Limits, Methods, Notices, Numbers,
    PasswordTries, Passwords, Phones, Sessions, Words,
};
use crate::signing::TokenSigner;
use crate::time::{Clock, Timestamp};
use crate::watch::Watch;
use std::sync::Arc;

/// Handed to every use case; made once per process, or once per test.
pub struct Core {
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Phones.
    pub phones: Arc<dyn Phones>,
    /// Flows and codes.
    pub challenges: Arc<dyn Challenges>,
    /// Notices.
    pub notices: Arc<dyn Notices>,
    /// Messages already written.
    pub deliveries: Arc<dyn Deliveries>,
    /// Browser sessions.
    pub sessions: Arc<dyn Sessions>,
    /// The operator's apps.
    pub clients: Arc<dyn Clients>,
    /// How sign-in methods are switched.
    pub methods: Arc<dyn Methods>,
    /// Limits.
    pub limits: Arc<dyn Limits>,
    /// Wrong passwords.
    pub tries: Arc<dyn PasswordTries>,
    /// Carries messages.
    pub dispatch: Arc<dyn Dispatch>,
    /// Password hashing.
    pub passwords: Arc<dyn Passwords>,
    /// The number library.
    pub numbers: Arc<dyn Numbers>,
    /// Words of messages.
    pub words: Arc<dyn Words>,
    /// Signs tokens.
    pub signer: Arc<dyn TokenSigner>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Who counts.
    pub watch: Arc<dyn Watch>,
    /// The figures.
    pub policy: Policy,
    /// The key of code digests.
    pub code_key: CodeKey,
}

impl Core {
    /// The phones of an account as they stand now; those that nobody used for long are put to rest (A41).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn phones_of(&self, account: &AccountId, now: Timestamp) -> Result<Vec<Phone>, Fault> {
        let mut phones = self.phones.of(account).await?;
        put_to_rest(&mut phones, now);
        Ok(phones)
    }

    /// Whether codes can be told in calls: somebody carries them, and codes live long enough for one.
    #[must_use]
    pub fn calls(&self) -> bool {
        self.dispatch.calls() && self.policy.otp.ttl() >= LEAST_LIFE_OF_CALL
    }
}
