//! What an operator does to apps at the command line.
use super::operator::trail;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::installation::{self, Opened, Opening};
use crate::store::Store;
use anyhow::{anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::client::{BOTH_SECRETS_HOLD, Client, ClientId, ClientSecret, WantedClient};
use domain::client_change::ClientChange;
use domain::entropy::Entropy;
use domain::ports::{Clients as _, Rotated};
use domain::time::{Clock, Timestamp};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The operator's use cases for apps.
pub struct ClientDesk {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    made: Option<String>,
}

/// A client just registered.
pub struct Added {
    /// As registered.
    pub client: Client,
    /// Its secret, to be shown this once; a public one has none.
    pub secret: Option<ClientSecret>,
    /// It asks for more than any enabled method gives: nobody can sign in to it.
    pub out_of_reach: bool,
}

/// A secret just made.
pub struct Renewed {
    /// To be shown this once.
    pub secret: ClientSecret,
    /// Until when the one before holds.
    pub previous_until: Timestamp,
}

impl ClientDesk {
    /// On the settings' database; `opening` says whether there must be one, and what may be made.
    ///
    /// # Errors
    /// Names what cannot be opened and the remedy.
    pub async fn new(config: &Config, opening: Opening) -> anyhow::Result<Self> {
        let Opened { adapters, made } = installation::open(config, opening).await?;
        Ok(Self { store: adapters.store, clock: adapters.clock, entropy: adapters.entropy, made })
    }

    /// Where an installation was made for this, there having been none.
    #[must_use]
    pub fn made(&self) -> Option<&str> {
        self.made.as_deref()
    }

    /// Whether an app could be registered so: before an installation is made for one that is refused.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn judge(wanted: &WantedClient) -> anyhow::Result<()> {
        wanted.judge(SystemClock.now())?;
        Ok(())
    }

    /// Registers an app; a confidential one gets its secret.
    ///
    /// # Errors
    /// Says what is wrong with it, or that its ID is taken.
    pub async fn add(&self, wanted: &WantedClient) -> anyhow::Result<Added> {
        let trail = trail(&*self.clock, &*self.entropy);
        let client = wanted.judge(trail.at)?;
        let secret = (!client.public).then(|| self.secret());
        let digest = secret.as_ref().map(ClientSecret::digest);
        if !self.store.add(&client, digest.as_ref(), &trail).await? {
            bail!("there is a client of this ID already; `latchkey client show {}` shows it", client.id);
        }
        let out_of_reach = self.out_of_reach(&client).await?;
        Ok(Added { client, secret, out_of_reach })
    }

    /// Changes what is registered of an app; its secrets stay. True: it asks for more than any enabled method gives, so that nobody can
    /// sign in to it.
    ///
    /// # Errors
    /// Says what is wrong with the change, or that there is none of that ID.
    pub async fn update(&self, id: &str, change: &ClientChange) -> anyhow::Result<bool> {
        let id = known(id)?;
        let before = self.store.find(&id).await?.ok_or_else(none)?;
        let client = change.of(&before)?;
        if !self.store.update(&client, &trail(&*self.clock, &*self.entropy)).await? {
            return Err(none());
        }
        self.out_of_reach(&client).await
    }

    async fn out_of_reach(&self, client: &Client) -> anyhow::Result<bool> {
        let methods = domain::ports::Methods::all(&self.store).await?;
        Ok(!client.can_be_reached(&methods))
    }

    /// All apps, in the order of their IDs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all(&self) -> anyhow::Result<Vec<Client>> {
        Ok(domain::ports::Clients::all(&self.store).await?)
    }

    /// One app, and until when its previous secret holds, if that is so now.
    ///
    /// # Errors
    /// When there is none of that ID.
    pub async fn show(&self, id: &str) -> anyhow::Result<(Client, Option<Timestamp>)> {
        let found = self.store.with_secrets(&known(id)?).await?;
        let (client, secrets) = found.ok_or_else(none)?;
        let until = secrets.previous.map(|(_, until)| until).filter(|until| *until > self.clock.now());
        Ok((client, until))
    }

    /// Makes an app a new secret; the one before holds for a day.
    ///
    /// # Errors
    /// When there is none of that ID, or it is public.
    pub async fn rotate(&self, id: &str) -> anyhow::Result<Renewed> {
        let id = known(id)?;
        let trail = trail(&*self.clock, &*self.entropy);
        let secret = self.secret();
        let previous_until = trail.at.plus(BOTH_SECRETS_HOLD);
        match self.store.rotate(&id, &secret.digest(), previous_until, &trail).await? {
            Rotated::Done => Ok(Renewed { secret, previous_until }),
            Rotated::Public => bail!("a public client has no secret: PKCE binds its codes"),
            Rotated::Unknown => Err(none()),
        }
    }

    /// Removes an app; what was granted to it ends.
    ///
    /// # Errors
    /// When there is none of that ID.
    pub async fn remove(&self, id: &str) -> anyhow::Result<()> {
        let trail = trail(&*self.clock, &*self.entropy);
        if self.store.remove(&known(id)?, &trail).await? { Ok(()) } else { Err(none()) }
    }

    /// 256 random bits (R105).
    fn secret(&self) -> ClientSecret {
        let mut bytes = Zeroizing::new([0; 32]);
        self.entropy.fill(&mut *bytes);
        ClientSecret::new(URL_SAFE_NO_PAD.encode(*bytes))
    }
}

fn known(id: &str) -> anyhow::Result<ClientId> {
    ClientId::parse(id).ok_or_else(none)
}

fn none() -> anyhow::Error {
    anyhow!("there is no client of this ID; `latchkey client list` shows all")
}
