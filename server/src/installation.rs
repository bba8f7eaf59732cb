//! An installation: its key file and its database, opened or made for the first time.
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Config, Database};
use crate::entropy::OsEntropy;
use crate::keys::Keys;
use crate::passwords::PasswordPool;
use crate::paths::{absolute, is_there};
use crate::services::Adapters;
use crate::store::{Db, MigrateError, Steps, Store};
use domain::entropy::Entropy;
use domain::time::Clock;
use std::sync::Arc;

/// What may come into being when an installation is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Database, tables and key file, where there are none: the first start, and the commands that give it something to serve.
    Made,
    /// Nothing: an installation that is not there is refused. Tables of an earlier release are brought up to date.
    Updated,
    /// Nothing, and the opening writes nothing: an installation that is not there is refused, and so are tables of another release.
    Kept,
    /// Nothing, and the tables stay as they are; there need not be any.
    LookedAt,
}

/// Where a database is, whole.
fn place(database: &Database) -> String {
    database.file().map_or_else(|| database.shown(), |file| absolute(file).display().to_string())
}

/// What whoever works in the wrong folder reads: he would look after an installation that nobody serves.
fn no_installation(database: &Database) -> anyhow::Error {
    let place = place(database);
    anyhow::anyhow!(
        "there is no installation at {place}; name the settings of the one you mean with --config or run this in its folder, \
         or make a new one with `latchkey migrate` or `latchkey serve`"
    )
}

/// Whether an installation would be made in a file that is not there yet: nothing is, for what is refused.
///
/// # Errors
/// When that cannot be seen.
pub fn is_to_come(config: &Config) -> anyhow::Result<bool> {
    let there = config.database.file().map(|file| is_there("database.url", file)).transpose()?;
    Ok(there == Some(false))
}

/// What opening an installation gave.
pub struct Opened {
    /// What the program works with.
    pub adapters: Adapters,
    /// Where an installation was made, there having been none. Whoever works in the wrong folder, or without `--config`, must hear of
    /// it: he looks after one that nobody serves.
    pub made: Option<String>,
}

/// Opens key file and database, and makes what `opening` lets it make.
///
/// # Errors
/// Names what cannot be opened and the remedy.
pub async fn open(config: &Config, opening: Opening) -> anyhow::Result<Opened> {
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    if let Some(file) = config.database.file()
        && !is_there("database.url", file)?
        && opening != Opening::Made
    {
        return Err(no_installation(&config.database));
    }
    // What is wrong with a key file that is there is told before anything is made beside it.
    let kept =
        is_there("secrets.key_file", &config.key_file)?.then(|| Keys::load(&config.key_file)).transpose()?;
    let db = match opening {
        Opening::Made => Db::open(config.database.url()).await?,
        Opening::Updated | Opening::Kept | Opening::LookedAt => Db::open_kept(config.database.url()).await?,
    };
    let new = db.is_new().await.map_err(|error| db.unreadable(error))?;
    if new && matches!(opening, Opening::Updated | Opening::Kept) {
        return Err(no_installation(&config.database));
    }
    if new {
        db.takes_tables().await?;
    }
    let told = db.now().await?;
    let shared_clock = told.map(|(now, asking)| Arc::new(SharedClock::new(now, asking)));
    let clock: Arc<dyn Clock> = match &shared_clock {
        Some(shared) => Arc::clone(shared) as _,
        None => Arc::new(SystemClock),
    };
    // A new key would open nothing that is in an old database: none is made then, so that a lost file stays visibly lost.
    if kept.is_none() && !new {
        anyhow::bail!(
            "secrets.key_file: {} is missing, and this database was made with one; put it back from your backup, or give \
             another database.url to begin anew",
            absolute(&config.key_file).display()
        );
    }
    let had_a_key = kept.is_some();
    // Nodes that share a database share the key: what one would make alone is another one's.
    let keys = Arc::new(match kept {
        Some(keys) => keys,
        None if config.database.is_shared() || opening != Opening::Made => Keys::load(&config.key_file)?,
        None => Keys::load_or_make(&config.key_file, &*entropy)?,
    });
    match opening {
        Opening::Made | Opening::Updated => db.migrate().await?,
        Opening::Kept => fits(&db.steps().await?)?,
        // What is still to be done, a start does.
        Opening::LookedAt => later(&db.steps().await?)?,
    }
    let store = Store::new(
        db,
        Arc::clone(&keys),
        Arc::clone(&entropy),
        Arc::clone(&clock),
        config.policy.session.clone(),
    );
    match opening {
        Opening::Made | Opening::Updated => store.check_key().await?,
        // In a new database there is no key to compare with yet.
        Opening::LookedAt if new => {}
        Opening::Kept | Opening::LookedAt => store.compare_key().await?,
    }
    let passwords = Arc::new(PasswordPool::new(&keys, Arc::clone(&entropy))?);
    let adapters = Adapters { clock, shared_clock, entropy, keys, store, passwords };
    let made = (new && opening == Opening::Made).then(|| place(&config.database));
    if made.is_some() && had_a_key && !config.database.is_shared() {
        tracing::warn!(
            key_file = %config.key_file.display(),
            "a key file is there and its database was not: if accounts were expected, stop this and see whether database.url names the right \
             file and its disk is mounted"
        );
    }
    Ok(Opened { adapters, made })
}

/// Refuses tables from which a later release took away what this one uses.
fn later(steps: &Steps) -> anyhow::Result<()> {
    steps.taken_away.map_or(Ok(()), |step| Err(MigrateError::Later(step).into()))
}

/// Whether the tables are those that this release works with.
fn fits(steps: &Steps) -> anyhow::Result<()> {
    later(steps)?;
    if steps.pending > 0 {
        anyhow::bail!(
            "the tables of the database are those of an earlier release of latchkey (steps to be done: {}); run `latchkey migrate` \
             first, or start `latchkey serve` of this release",
            steps.pending
        );
    }
    Ok(())
}
