//! What an operator does to sign-in methods at the command line, and whether each could be used with the settings as they are.
use super::operator::trail;
use crate::config::{Config, Provider};
use crate::installation::{self, Opening};
use crate::store::Store;
use anyhow::anyhow;
use domain::client::ClientId;
use domain::entropy::Entropy;
use domain::level::Level;
use domain::method::{Method, MethodProblem, MethodSet, SwitchedOff};
use domain::ports::{Clients, Methods as _};
use domain::time::Clock;
use std::sync::Arc;

/// The operator's use cases for sign-in methods.
pub struct MethodDesk {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// What keeps text messages from being sent: the portal would not start with it either.
    no_messages: Option<String>,
}

/// A method as an operator sees it.
pub struct Shown {
    /// How it is switched.
    pub method: Method,
    /// What keeps it from being used, as the settings are: the key and the remedy.
    pub why_not: Option<String>,
}

/// What switching a method did.
pub struct Switched {
    /// Which one.
    pub level: Level,
    /// Nothing was to be done.
    pub already: bool,
    /// What keeps it from being used, as the settings are.
    pub why_not: Option<String>,
}

/// What switching a method off did, and what it means.
pub struct Off {
    /// What was done.
    pub done: SwitchedOff,
    /// All methods as they stand now.
    pub methods: MethodSet,
    /// Accounts with a proven number: they are asked for a code as before.
    pub second_steps: u32,
    /// Clients that nobody can sign in to: no enabled method is enough for them.
    pub out_of_reach: Vec<ClientId>,
}

impl MethodDesk {
    /// On the settings' database; `opening` says whether there must be one, and what may be made.
    ///
    /// # Errors
    /// Names what cannot be opened and the remedy.
    pub async fn new(config: Config, opening: Opening) -> anyhow::Result<Self> {
        let adapters = installation::open(&config, opening).await?.adapters;
        let no_messages = config.providers.iter().find_map(Provider::why_not);
        Ok(Self { store: adapters.store, clock: adapters.clock, entropy: adapters.entropy, no_messages })
    }

    /// All methods, weakest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all(&self) -> anyhow::Result<Vec<Shown>> {
        let shown = |method: &Method| Shown { method: *method, why_not: self.why_not(method.level) };
        Ok(self.store_methods().await?.iter().map(shown).collect())
    }

    /// Lets apps ask for a method.
    ///
    /// # Errors
    /// `INVALID_ACR` when there is none of that name.
    pub async fn enable(&self, acr: &str) -> anyhow::Result<Switched> {
        let level = known(acr)?;
        let done = self.store.enable(level, &trail(&*self.clock, &*self.entropy)).await?;
        Ok(Switched { level, already: !done, why_not: self.why_not(level) })
    }

    /// Takes a method away from apps.
    ///
    /// # Errors
    /// `INVALID_ACR` when there is none of that name.
    pub async fn disable(&self, acr: &str) -> anyhow::Result<Off> {
        let level = known(acr)?;
        let done = self.store.disable(level, &trail(&*self.clock, &*self.entropy)).await?;
        let methods = self.store_methods().await?;
        let clients = Clients::all(&self.store).await?.into_iter();
        let out_of_reach = clients.filter(|client| !client.can_be_reached(&methods)).map(|client| client.id);
        let out_of_reach = out_of_reach.collect();
        Ok(Off { done, second_steps: self.store.second_steps().await?, out_of_reach, methods })
    }

    /// Makes a method the one that is meant where an app asks for none.
    ///
    /// # Errors
    /// `INVALID_ACR` when there is none of that name, or it is disabled.
    pub async fn set_default(&self, acr: &str) -> anyhow::Result<Switched> {
        let level = known(acr)?;
        let done = self.store.set_default(level, &trail(&*self.clock, &*self.entropy)).await?;
        let done =
            done.map_err(|problem| anyhow!("{problem}; `latchkey method enable {acr}` comes first"))?;
        Ok(Switched { level, already: !done, why_not: self.why_not(level) })
    }

    /// Leaves no default: where an app asks for nothing, whatever the account has is meant. Gives the one that was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unset_default(&self) -> anyhow::Result<Option<Level>> {
        Ok(self.store.unset_default(&trail(&*self.clock, &*self.entropy)).await?)
    }

    async fn store_methods(&self) -> anyhow::Result<MethodSet> {
        Ok(domain::ports::Methods::all(&self.store).await?)
    }

    fn why_not(&self, level: Level) -> Option<String> {
        match level {
            Level::Password => None,
            Level::TwilioSms => self.no_messages.clone(),
        }
    }
}

fn known(acr: &str) -> anyhow::Result<Level> {
    let unknown = || anyhow!("{}; `latchkey method list` shows all", MethodProblem::Unknown);
    Level::of_acr(acr).ok_or_else(unknown)
}
