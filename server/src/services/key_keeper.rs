//! What an operator does to signing keys: listing them, having the next one made, replacing all at once.
use crate::config::Config;
use crate::installation::{self, Opening};
use crate::signing;
use crate::store::Store;
use anyhow::{anyhow, bail};
use domain::entropy::{Entropy, hex128};
use domain::events::{Actor, Trail};
use domain::id::Kid;
use domain::signing::{NewKey, SigningKeys as _};
use domain::signing_keys::{KeySize, KeyState, KeyTimes, takes_over_at};
use domain::time::{Clock, Timestamp};
use std::sync::Arc;

/// The operator's use cases about signing keys.
pub struct KeyKeeper {
    store: Store,
    size: KeySize,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// A key as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownKey {
    /// Its name.
    pub kid: Kid,
    /// Where it stands.
    pub state: KeyState,
    /// When it was made.
    pub made_at: Timestamp,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// When another takes over; `None` while none is to.
    pub signs_until: Option<Timestamp>,
    /// From when nothing it signed is believed.
    pub gone_at: Option<Timestamp>,
    /// It was given up before its time.
    pub withdrawn: bool,
}

impl KeyKeeper {
    /// On the settings' database; `opening` says whether there must be one, and what may be made.
    ///
    /// # Errors
    /// Names what cannot be opened and the remedy.
    pub async fn new(config: &Config, opening: Opening) -> anyhow::Result<Self> {
        let adapters = installation::open(config, opening).await?.adapters;
        Ok(Self {
            store: adapters.store,
            size: config.key_size,
            clock: adapters.clock,
            entropy: adapters.entropy,
        })
    }

    /// All keys of the last months, in the order in which they sign.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> anyhow::Result<Vec<ShownKey>> {
        let now = self.clock.now();
        let all: Vec<KeyTimes> = self.store.kept().await?.into_iter().map(|key| key.times).collect();
        let shown = |key: &KeyTimes| ShownKey {
            kid: key.kid.clone(),
            state: key.state(&all, now),
            made_at: key.made_at,
            signs_from: key.signs_from,
            signs_until: key.withdrawn_at.or_else(|| key.signs_until(&all)),
            gone_at: key.gone_at(&all),
            withdrawn: key.withdrawn_at.is_some(),
        };
        Ok(all.iter().map(shown).collect())
    }

    /// Makes the next key: published at once, signing once every app can know it. Where there is no key yet, makes the first.
    ///
    /// # Errors
    /// When one waits already.
    pub async fn rotate(&self) -> anyhow::Result<ShownKey> {
        // Asked before: nobody should wait for a key that is then thrown away.
        let waiting = self.list().await?.into_iter().find(|key| key.state == KeyState::Next);
        if let Some(key) = waiting {
            bail!(
                "{} waits already and takes over by itself; `keys list` says when, `keys rotate --now` is for keys that others may have",
                key.kid
            );
        }
        let next = signing::make(self.size, &*self.entropy, self.clock.now(), NewKey::ahead).await?;
        // Making one took a while: the time ahead counts from when it is published.
        let trail = self.trail();
        let next = NewKey { signs_from: takes_over_at(trail.at), ..next };
        if self.store.keep_next(&next, &trail).await? {
            return self.find(&next.kid).await;
        }
        let first = NewKey { signs_from: trail.at, ..next };
        if self.store.keep_first(&first, &trail).await? {
            return self.find(&first.kid).await;
        }
        bail!("another node or operator has made a key in this moment; `keys list` shows it")
    }

    /// Withdraws all keys and puts a new one in their place, which signs at once; says how many were withdrawn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rotate_now(&self) -> anyhow::Result<(ShownKey, u64)> {
        let key = signing::make(self.size, &*self.entropy, self.clock.now(), NewKey::at_once).await?;
        let trail = self.trail();
        let key = NewKey { signs_from: trail.at, ..key };
        let withdrawn = self.store.keep_instead(&key, &trail).await?;
        Ok((self.find(&key.kid).await?, withdrawn))
    }

    async fn find(&self, kid: &Kid) -> anyhow::Result<ShownKey> {
        let key = self.list().await?.into_iter().find(|key| key.kid == *kid);
        key.ok_or_else(|| anyhow!("the key was withdrawn in this moment"))
    }

    fn trail(&self) -> Trail {
        Trail::unattended(Actor::Operator, self.clock.now(), hex128(&*self.entropy))
    }
}
