//! Connections to PostgreSQL, kept by ourselves.
//!
//! The driver's own pool asks a connection whether it lives each time it comes back: as many messages again as there are statements.
use super::whose::LOCKS;
use crate::store::sql::SqlError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Waiting for a free connection, and for the server to take a new one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Statements kept prepared per connection; there are fewer than that.
const PREPARED: usize = 256;

/// How a connection behaves. Nobody waits for a lock, a statement or a node that died in a transaction longer than a person waits
/// for a page. Every statement finds its rows by a key: a plan made once fits all values, and making one anew for each costs more than
/// carrying it out. While tables are small the server would rather read them whole, and keep that plan when they have grown.
const SESSION: [(&str, &str); 9] = [
    ("default_transaction_isolation", "read committed"),
    ("timezone", "UTC"),
    ("lock_timeout", "5s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("plan_cache_mode", "force_generic_plan"),
    ("jit", "off"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
];

/// The connections to one database.
#[derive(Debug)]
pub(in crate::store) struct Postgres {
    options: PgConnectOptions,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Idle>>>,
}

/// A connection on which nothing is under way.
#[derive(Debug)]
struct Idle {
    connection: PgConnection,
    knows_locks: bool,
}

/// A connection in use. Dropped in the middle of something, it is closed: nobody knows what the server will still say on it.
pub(in crate::store) struct Held {
    pub(super) connection: PgConnection,
    /// [`LOCKS`] are planned on it. Not from the start: their tables may still have to be made.
    knows_locks: bool,
    idle: Arc<Mutex<Vec<Idle>>>,
    _place: OwnedSemaphorePermit,
}

impl Postgres {
    /// Connects; the first connection is made here, so that a wrong address is told at the start.
    pub(in crate::store) async fn open(url: &str, connections: usize) -> Result<Self, SqlError> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("latchkey")
            .statement_cache_capacity(PREPARED)
            .options(SESSION);
        let postgres = Self {
            options,
            places: Arc::new(Semaphore::new(connections)),
            idle: Arc::new(Mutex::new(Vec::new())),
        };
        postgres.held().await?.give_back();
        Ok(postgres)
    }

    /// A connection, waiting for a free one where all are in use.
    pub(in crate::store) async fn held(&self) -> Result<Held, SqlError> {
        let place = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout(PATIENCE, place).await.map_err(|_| SqlError::Busy)?;
        let place = place.map_err(|_| SqlError::Closed)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Idle { connection, knows_locks } = match idle {
            Some(idle) => idle,
            None => Idle { connection: self.connect().await?, knows_locks: false },
        };
        Ok(Held { connection, knows_locks, idle: Arc::clone(&self.idle), _place: place })
    }

    /// A connection as the driver's migrations want it.
    pub(in crate::store) fn pool(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(self.options.clone())
    }

    /// A connection beside the kept ones, for what is done once.
    pub(in crate::store) async fn connect(&self) -> Result<PgConnection, SqlError> {
        let connection = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&self.options)).await;
        Ok(connection.map_err(|_| SqlError::Unreachable)??)
    }

    /// Finishes what is under way and closes all.
    pub(in crate::store) async fn close(&self) {
        self.places.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for idle in idle {
            // It is gone either way.
            let _ = idle.connection.close().await;
        }
    }
}

impl Held {
    /// Begins a transaction with this text, see [`super::Whose`].
    pub(super) async fn begin(&mut self, begin: &str) -> Result<(), sqlx::Error> {
        if !self.knows_locks {
            sqlx::raw_sql(LOCKS).execute(&mut self.connection).await?;
            self.knows_locks = true;
        }
        sqlx::raw_sql(AssertSqlSafe(begin.to_owned())).execute(&mut self.connection).await?;
        Ok(())
    }

    /// It is dead: the server was restarted, and those that wait are dead as well.
    pub(super) fn bury(self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Nothing is under way on it any more.
    pub(super) fn give_back(self) {
        let idle = Idle { connection: self.connection, knows_locks: self.knows_locks };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
    }
}
