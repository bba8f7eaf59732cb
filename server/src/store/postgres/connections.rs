//! Connections to PostgreSQL, kept by ourselves.
//!
//! The driver's own pool asks a connection whether it lives each time it comes back: as many messages again as there are statements.
use super::message::{Known, Message, Written};
use crate::store::sql::SqlError;
use futures::TryStreamExt as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Either, PgConnection, PgPool};
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
/// Between quotes a backslash is a sign like any other; bytes are answered as the driver reads them.
const SESSION: [(&str, &str); 11] = [
    ("default_transaction_isolation", "read committed"),
    ("standard_conforming_strings", "on"),
    ("bytea_output", "hex"),
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
    options: Arc<PgConnectOptions>,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Idle>>>,
}

/// A connection on which nothing is under way.
#[derive(Debug)]
struct Idle {
    connection: PgConnection,
    known: Known,
}

/// A connection in use. Dropped in the middle of something, it is closed: nobody knows what the server will still say on it.
pub(in crate::store) struct Held {
    pub(super) connection: PgConnection,
    known: Known,
    /// Nobody can tell what it has prepared.
    unsure: bool,
    options: Arc<PgConnectOptions>,
    idle: Arc<Mutex<Vec<Idle>>>,
    _place: OwnedSemaphorePermit,
}

/// What the last statement of a message was answered.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// How many rows it touched, or found.
    pub(super) touched: u64,
    pub(super) rows: Vec<PgRow>,
}

impl Postgres {
    /// Connects; the first connection is made here, so that a wrong address is told at the start.
    pub(in crate::store) async fn open(url: &str, connections: usize) -> Result<Self, SqlError> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("latchkey")
            .statement_cache_capacity(PREPARED)
            .options(SESSION)
            // Values are written out in messages: they belong in no log.
            .disable_statement_logging();
        let postgres = Self {
            options: Arc::new(options),
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
        let Idle { connection, known } = match idle {
            Some(idle) => idle,
            None => Idle { connection: connect(&self.options).await?, known: Known::new() },
        };
        let (options, idle) = (Arc::clone(&self.options), Arc::clone(&self.idle));
        Ok(Held { connection, known, unsure: false, options, idle, _place: place })
    }

    /// A connection as the driver's migrations want it.
    pub(in crate::store) fn pool(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with((*self.options).clone())
    }

    /// A connection beside the kept ones, for what is done once.
    pub(in crate::store) async fn connect(&self) -> Result<PgConnection, SqlError> {
        connect(&self.options).await
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

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, SqlError> {
    let connection = tokio::time::timeout(PATIENCE, PgConnection::connect_with(options)).await;
    Ok(connection.map_err(|_| SqlError::Unreachable)??)
}

impl Held {
    /// Has all statements of a message carried out, in its order, up to the first that fails.
    pub(super) async fn send(&mut self, message: &Message) -> Result<Answer, sqlx::Error> {
        let Written { text, statements, new } = message.written(&self.known);
        // What failed before stays unknown, whatever goes well afterwards.
        let before = self.unsure;
        self.unsure |= !new.is_empty();
        let mut answers = sqlx::raw_sql(AssertSqlSafe(text)).fetch_many(&mut self.connection);
        let (mut done, mut last) = (0, Answer::default());
        while let Some(answer) = answers.try_next().await? {
            match answer {
                Either::Left(result) => {
                    done += 1;
                    last.touched = result.rows_affected();
                }
                Either::Right(row) if done + 1 == statements => last.rows.push(row),
                Either::Right(_) => {}
            }
        }
        drop(answers);
        for sql in new {
            self.known.insert(sql, self.known.len());
        }
        self.unsure = before;
        Ok(last)
    }

    /// Another connection in the place of this one, which is dead: the server was restarted, and those that wait are dead as well.
    pub(super) async fn renew(&mut self) -> Result<(), SqlError> {
        self.bury_others();
        self.connection = connect(&self.options).await?;
        (self.known, self.unsure) = (Known::new(), false);
        Ok(())
    }

    /// It is dead.
    pub(super) fn bury(self) {
        self.bury_others();
    }

    fn bury_others(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Nothing is under way on it any more.
    pub(super) fn give_back(self) {
        if !self.unsure {
            let idle = Idle { connection: self.connection, known: self.known };
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
        }
    }
}
