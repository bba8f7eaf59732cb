//! What an operator does at the command line: accounts, their passwords and phones. The same rules as for everybody else.
mod about;
mod import;
mod numbers;

pub use self::about::About;
pub use self::import::Progress;
use crate::config::{Config, Provider};
use crate::entropy::OsEntropy;
use crate::installation::{self, Opened, Opening};
use crate::keys::Keys;
use crate::numbers::PhoneNumbers;
use crate::passwords::{Lists, PasswordPool};
use crate::store::Store;
use crate::store::directory::{NewNumber, NewUser};
pub use crate::store::directory::{User, UserPhone};
pub use crate::store::{
    AccountEvent, LogLine, MOST_LINES, MOST_MESSAGES, Revived, SendingToday, TracedMessage, TracedRefusal,
    TracedStep,
};
use crate::words::Catalogue;
use anyhow::{anyhow, bail};
use domain::day_cap::DayCap;
use domain::email::tidy_email;
use domain::entropy::{Entropy, hex128};
use domain::events::{Actor, Trail};
use domain::notice::NoticeKind;
use domain::notices::Making;
use domain::password::{NameKey, Password};
use domain::phone::{NumberProblem, tidy_label};
use domain::policy::Policy;
use domain::ports::{Numbers as _, Passwords as _, Phones as _};
use domain::time::Clock;
use std::sync::Arc;

/// The operator's use cases.
pub struct Operator {
    store: Store,
    passwords: Arc<PasswordPool>,
    numbers: PhoneNumbers,
    words: Catalogue,
    service: Service,
    policy: Policy,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    made: Option<String>,
}

/// What everybody knows of this service: a password made of it is guessed soon.
struct Service {
    brand: String,
    host: String,
}

impl Service {
    fn of(config: &Config) -> Self {
        Self { brand: config.site.brand.clone(), host: config.site.host.clone() }
    }

    /// A password to be set for the account of this name.
    fn chosen(&self, password: &str, key: &NameKey) -> anyhow::Result<Password> {
        Password::chosen(password, key, &[&self.brand, &self.host], &Lists)
            .map_err(|problem| anyhow!(problem.remedy()))
    }
}

/// An account as it is to be made.
pub struct Wanted<'a> {
    /// The name as given.
    pub username: &'a str,
    /// The password as given.
    pub password: &'a str,
    /// Kept as given.
    pub email: Option<String>,
    /// A number that the operator vouches for.
    pub phone: Option<&'a str>,
    /// Its label.
    pub label: Option<&'a str>,
}

impl Operator {
    /// On the settings' database; `opening` says whether there must be one, and what may be made.
    ///
    /// # Errors
    /// Names what cannot be opened and the remedy.
    pub async fn new(config: &Config, opening: Opening) -> anyhow::Result<Self> {
        let Opened { adapters, made } = installation::open(config, opening).await?;
        let numbers = numbers(config, &adapters.keys)?;
        let words = Catalogue::new(&config.site.brand, &config.site.host, config.policy.otp.digits())?;
        let passwords = Arc::new(PasswordPool::new(&adapters.keys, Arc::clone(&adapters.entropy))?);
        Ok(Self {
            store: adapters.store,
            passwords,
            numbers,
            words,
            service: Service::of(config),
            policy: config.policy.clone(),
            clock: adapters.clock,
            entropy: adapters.entropy,
            made,
        })
    }

    /// Where an installation was made for this, there having been none.
    #[must_use]
    pub fn made(&self) -> Option<&str> {
        self.made.as_deref()
    }

    /// Whether such an account could be added, as far as settings and arguments tell: before an installation is made for one that is
    /// refused.
    ///
    /// # Errors
    /// Says what is wrong with name, password or number.
    pub fn judge(config: &Config, wanted: &Wanted<'_>) -> anyhow::Result<()> {
        let key = name_key(wanted.username)?;
        Service::of(config).chosen(wanted.password, &key)?;
        email(wanted.email.as_deref())?;
        if let Some(typed) = wanted.phone {
            // What it is found by later is of no interest here.
            let numbers = numbers(config, &Arc::new(super::nobodys_keys(&OsEntropy)))?;
            number(&numbers, typed, wanted.label.unwrap_or_default(), true)?;
        }
        Ok(())
    }

    /// Adds an account.
    ///
    /// # Errors
    /// Says what is wrong with name, password or number, or that the name is taken.
    pub async fn add(&self, wanted: Wanted<'_>) -> anyhow::Result<()> {
        let key = name_key(wanted.username)?;
        let hash = self.hash(wanted.password, &key).await?;
        let numbers = match wanted.phone {
            None => Vec::new(),
            Some(typed) => vec![self.number(typed, wanted.label.unwrap_or_default(), true)?],
        };
        let user = NewUser {
            username: wanted.username.trim().to_owned(),
            key,
            email: email(wanted.email.as_deref())?,
            password_hash: hash,
            numbers,
        };
        match self.store.add_user(&user, &self.trail()).await? {
            Some(_) => Ok(()),
            None => bail!("there is an account with this name already"),
        }
    }

    /// Accounts in the order of their names, a page at a time; the page after the account with `key`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(&self, key: &str) -> anyhow::Result<Vec<User>> {
        Ok(self.store.users_after(key, 1000).await?)
    }

    /// One account.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn find(&self, name: &str) -> anyhow::Result<User> {
        let key = name_key(name)?;
        self.store.find_user(&key).await?.ok_or_else(|| anyhow!("there is no account of this name"))
    }

    /// Stops all messages at once, on all nodes, or lets them go on; false where it was so already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stop_sending(&self, stop: bool) -> anyhow::Result<bool> {
        Ok(self.store.stop_sending(stop, &self.trail()).await?)
    }

    /// A backup was put back: all that it had under way ends (A45).
    ///
    /// # Errors
    /// When a node serves on the file, for that one still has the old one open; when the database fails. Nothing has ended then.
    pub async fn mark_restored(&self) -> anyhow::Result<Revived> {
        let _alone = self.store.db().take_alone()?;
        Ok(self.store.mark_restored(&self.trail()).await?)
    }

    /// How messages stand today, and the most there may be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sending_today(&self) -> anyhow::Result<(SendingToday, DayCap)> {
        let today = self.store.sending_today(self.clock.now()).await?;
        Ok((today, self.policy.limits.per_day))
    }

    /// What is known of a message by its reference, or of a request by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trace(&self, what: &str) -> anyhow::Result<(Vec<TracedMessage>, Vec<LogLine>)> {
        let messages = self.store.trace_reference(&what.to_ascii_uppercase()).await?;
        if messages.is_empty() {
            return Ok(self.store.trace_request(what).await?);
        }
        Ok((messages, Vec::new()))
    }

    /// Switches an account off; whoever is signed in to it is signed out.
    ///
    /// # Errors
    /// When there is no such account, or it is off already.
    pub async fn disable(&self, name: &str) -> anyhow::Result<()> {
        let user = self.find(name).await?;
        let done = self.store.disable_user(&user.id, &self.trail()).await?;
        if done { Ok(()) } else { bail!("the account is disabled already") }
    }

    /// Switches an account on again.
    ///
    /// # Errors
    /// When there is no such account, or it is on already.
    pub async fn enable(&self, name: &str) -> anyhow::Result<()> {
        let user = self.find(name).await?;
        let done = self.store.enable_user(&user.id, &self.trail()).await?;
        if done { Ok(()) } else { bail!("the account is not disabled") }
    }

    /// Sets a password. Sessions end; the second step stays (R39).
    ///
    /// # Errors
    /// When there is no such account or the password breaks a rule.
    pub async fn set_password(&self, name: &str, password: &str) -> anyhow::Result<()> {
        let user = self.find(name).await?;
        let hash = self.hash(password, &name_key(name)?).await?;
        let phones = self.store.of(&user.id).await?;
        let trail = self.trail();
        let notice = self.notices().to_others(NoticeKind::PasswordSet, None, &phones, &trail)?;
        self.store.set_password(&user.id, &hash, &[notice], &trail).await?;
        Ok(())
    }

    /// Removes an account with all that it has.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn remove(&self, name: &str) -> anyhow::Result<()> {
        let user = self.find(name).await?;
        let removed = self.store.remove_user(&user.id, &self.trail()).await?;
        if removed { Ok(()) } else { bail!("there is no account of this name") }
    }

    fn notices(&self) -> Making<'_> {
        Making { words: &self.words, limits: &self.policy.limits, entropy: &*self.entropy }
    }

    fn number(&self, typed: &str, label: &str, verified: bool) -> anyhow::Result<NewNumber> {
        number(&self.numbers, typed, label, verified)
    }

    async fn hash(&self, password: &str, key: &NameKey) -> anyhow::Result<String> {
        Ok(self.passwords.hash(self.service.chosen(password, key)?).await?)
    }

    fn trail(&self) -> Trail {
        trail(&*self.clock, &*self.entropy)
    }
}

/// What reads numbers with these settings.
fn numbers(config: &Config, keys: &Arc<Keys>) -> anyhow::Result<PhoneNumbers> {
    let numbers = PhoneNumbers::new(
        Arc::clone(keys),
        &config.allowed_countries,
        config.allow_voip,
        &config.default_country,
    )?;
    Ok(numbers.with_calls(config.providers.iter().any(Provider::calls)))
}

fn number(numbers: &PhoneNumbers, typed: &str, label: &str, verified: bool) -> anyhow::Result<NewNumber> {
    if !typed.trim_start().starts_with('+') {
        bail!("a phone number must begin with + and the country code, such as +12015550123");
    }
    let known = numbers.read(typed).map_err(|problem| anyhow!(why(problem)))?;
    let label = tidy_label(label)
        .ok_or_else(|| anyhow!("a label may have 64 characters and no control characters"))?;
    Ok(NewNumber { known, label, verified })
}

fn email(typed: Option<&str>) -> anyhow::Result<Option<String>> {
    let read =
        |typed| tidy_email(typed).ok_or_else(|| anyhow!("an e-mail address must look like name@example.com"));
    typed.map(read).transpose()
}

/// What the operator's commands leave as their mark.
pub(super) fn trail(clock: &dyn Clock, entropy: &dyn Entropy) -> Trail {
    Trail::unattended(Actor::Operator, clock.now(), hex128(entropy))
}

fn name_key(name: &str) -> anyhow::Result<NameKey> {
    NameKey::of(name)
        .ok_or_else(|| anyhow!("a user name must have 1 to 128 characters, no control characters among them"))
}

fn why(problem: NumberProblem) -> &'static str {
    match problem {
        NumberProblem::Missing => "the phone number is missing",
        NumberProblem::NotANumber => "the phone number does not read as one; write it such as +12015550123",
        NumberProblem::NotValid => "no such phone number can exist; check its digits",
        NumberProblem::Country => "the phone number's country is not among phones.allowed_countries",
        NumberProblem::Kind => "this kind of phone number gets no text messages",
    }
}
