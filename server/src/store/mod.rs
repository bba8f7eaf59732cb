//! What is kept: accounts, phones, flows and codes, messages, sessions, in one database.
//!
//! A port of the domain is a file here. Statements are constants in the portable subset of SQL that SQLite and PostgreSQL share:
//! ids TEXT, times BIGINT milliseconds, a yes-or-no is a time that is null or not, placeholders `$1`, `ON CONFLICT … DO UPDATE`,
//! `RETURNING`, `CASE`; no `GREATEST`, no `now()`, no arrays, no data-changing `WITH`. What differs between databases is in [`tx`],
//! [`db`], [`record`], [`migrations`], [`sqlite`] and [`postgres`]. `now` is an argument down to the SQL.
//!
//! A new statement: a line in the `statements!` of its file (a test prepares them all), a promise in `tests/store`, which both databases keep. A step
//! that several tables share is one transaction, and its condition is in the `WHERE` of a statement, never in a read before it.
mod account_log;
mod accounts;
mod calls;
mod challenges;
mod clean;
mod clients;
mod cookie;
mod cost;
mod day_cap;
mod db;
mod deliveries;
mod delivery_health;
mod delivery_news;
mod delivery_words;
pub mod directory;
mod ends;
mod events;
mod examine;
mod key_check;
mod limits;
mod log_line;
mod methods;
mod migrations;
mod notices;
mod oidc;
mod password_tries;
mod phones;
mod postgres;
mod record;
mod restored;
mod sessions;
mod signing_keys;
mod sql;
mod sqlite;
mod statements;
mod trace;
mod tx;

pub use account_log::AccountEvent;
pub use clean::Cleaned;
pub use day_cap::SendingToday;
pub use db::{Db, DbError, LEAST_ROOM};
pub use key_check::KeyCheckError;
pub use log_line::LogLine;
pub use migrations::{MigrateError, Steps};
pub use restored::Revived;
pub use sql::SqlError;
pub use statements::all as statements;
pub use trace::{MOST_LINES, MOST_MESSAGES, TracedMessage, TracedRefusal, TracedStep};

use crate::clock::SharedClock;
use crate::keys::{Keys, OpenError};
use domain::entropy::Entropy;
use domain::policy::SessionPolicy;
use domain::ports::Fault;
use domain::time::{Clock, Timestamp};
use std::sync::Arc;

/// All store ports on one database; cheap to clone.
///
/// Also the `SessionStore` of the cookie layer (see `cookie.rs`), and the operator's steps (see [`directory`]).
#[derive(Clone)]
pub struct Store {
    db: Db,
    keys: Arc<Keys>,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    session: SessionPolicy,
}

impl Store {
    /// On an open database. `clock` gives the time where the caller hands in none, and for changes dated after the account is locked.
    #[must_use]
    pub fn new(
        db: Db,
        keys: Arc<Keys>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
        session: SessionPolicy,
    ) -> Self {
        Self { db, keys, entropy, clock, session }
    }

    /// Whether the database answers and its tables are those of this release.
    pub async fn is_ready(&self) -> bool {
        matches!(self.db.is_migrated().await, Ok(true)) && matches!(self.db.takes_changes().await, Ok(true))
    }

    /// Tells a clock what time it is for all nodes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_clock(&self, clock: &SharedClock) -> Result<(), Fault> {
        if let Some((now, asking)) = self.db.now().await.doing("asking for the time")? {
            clock.told(now, asking);
        }
        Ok(())
    }

    /// The database beneath.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// What goes wrong inside a step.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// Something sealed does not open: another key file, or a changed row.
    #[error(transparent)]
    Sealed(#[from] OpenError),
    /// A row holds what this program never writes.
    #[error("the database holds an unknown {0}")]
    Unknown(&'static str),
}

impl Error {
    /// Whether the step may go well when it is done again at once.
    fn is_passing(&self) -> bool {
        matches!(self, Self::Sql(error) if error.is_passing())
    }

    /// Whether the database cannot be used at the moment, whatever it is asked.
    fn is_away(&self) -> bool {
        matches!(self, Self::Sql(error) if error.is_away())
    }
}

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// Turns what went wrong into a fault of the port, saying what was being done.
trait Doing<T> {
    fn doing(self, what: &'static str) -> Result<T, Fault>;
}

impl<T, E: Into<Error>> Doing<T> for Result<T, E> {
    fn doing(self, what: &'static str) -> Result<T, Fault> {
        self.map_err(|error| {
            let error = error.into();
            let away = error.is_away();
            Fault::new(what, error).if_passing(away)
        })
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// A count as kept, as the domain counts.
fn count(kept: i64) -> u32 {
    u32::try_from(kept).unwrap_or(if kept < 0 { 0 } else { u32::MAX })
}

/// Columns whose content is sealed; part of what binds it to its place.
mod column {
    pub(super) const NUMBER: &str = "phones.number";
    pub(super) const BODY: &str = "deliveries.body";
    pub(super) const SPOKEN: &str = "deliveries.spoken";
    pub(super) const SIGNING_KEY: &str = "signing_keys.private";
}
