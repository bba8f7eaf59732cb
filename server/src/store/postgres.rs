//! PostgreSQL: connections, transactions, and how a statement is put to it.
//!
//! Any number of nodes share one database. Transactions run at `READ COMMITTED`; what must not happen beside one another is put in
//! order by advisory locks that end with the transaction: first that of the account whose rows are changed, then those of the
//! limits that are counted, in the order of their numbers. So the conditions of a statement are judged on what stands, as on
//! SQLite, where one writes at a time; others' accounts are not waited for.
use super::record::{Record, Row};
use super::sql::SqlError;
use domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions};
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Postgres as Driver, SqlSafeStr as _,
};
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Waiting for a free connection, and for the server to take a new one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Statements kept prepared per connection; there are fewer than that.
const PREPARED: usize = 256;

/// How a connection behaves. Nobody waits for a lock, a statement or a node that died in a transaction longer than a person waits
/// for a page.
const SESSION: [(&str, &str); 5] = [
    ("default_transaction_isolation", "read committed"),
    ("timezone", "UTC"),
    ("lock_timeout", "5s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "10s"),
];

/// A statement with its values.
pub(super) type Statement<'q> = Query<'q, Driver, PgArguments>;

/// The connections to one database. Kept by ourselves and not by the driver's pool, which asks a connection whether it lives each
/// time it comes back: that is as many messages again as there are statements.
#[derive(Debug)]
pub(super) struct Postgres {
    options: PgConnectOptions,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<PgConnection>>>,
}

/// A connection in use. Dropped in the middle of something, it is closed: nobody knows what the server will still say on it.
pub(super) struct Held {
    connection: PgConnection,
    idle: Arc<Mutex<Vec<PgConnection>>>,
    _place: OwnedSemaphorePermit,
}

/// A transaction of several statements. Dropped without an end, its connection is closed and nothing of it counts.
pub(super) struct Tx(Held);

/// Where one statement runs.
pub(super) enum Place<'a> {
    /// In a transaction that goes on.
    Within(&'a mut PgConnection),
    /// Alone: it counts when it is done.
    Alone(Held),
}

/// Whose rows a transaction changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose<'a> {
    /// This account's.
    Account(&'a str),
    /// Those of the account that this flow is about.
    Flow(&'a str),
    /// … this code.
    Challenge(&'a str),
    /// … this message.
    Delivery(&'a str),
    /// … this browser session.
    Session(&'a str),
    /// Nobody's in particular, or new ones.
    Nobody,
}

impl Whose<'_> {
    /// The beginning of the transaction, with the account's lock in the same message. Ids are letters and digits: nothing else
    /// can stand in the text.
    fn begin(self) -> Result<String, SqlError> {
        let account = match self {
            Self::Nobody => return Ok("BEGIN".to_owned()),
            Self::Account(id) => format!("'{}'", plain(id)?),
            Self::Flow(id) => format!("(SELECT account_id FROM flows WHERE id = '{}')", plain(id)?),
            Self::Challenge(id) => format!(
                "(SELECT f.account_id FROM challenges c JOIN flows f ON f.id = c.flow_id WHERE c.id = '{}')",
                plain(id)?
            ),
            Self::Delivery(id) => format!("(SELECT account_id FROM deliveries WHERE id = '{}')", plain(id)?),
            Self::Session(id) => format!(
                "(SELECT COALESCE(s.account_id, f.account_id) FROM sessions s LEFT JOIN flows f ON f.id = s.flow_id \
                 WHERE s.handle = '{}')",
                plain(id)?
            ),
        };
        Ok(format!("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended({account}, 0))"))
    }
}

fn plain(id: &str) -> Result<&str, SqlError> {
    if id.bytes().all(|byte| byte.is_ascii_alphanumeric()) { Ok(id) } else { Err(SqlError::NotAnId) }
}

impl Postgres {
    /// Connects; the first connection is made here, so that a wrong address is told at the start.
    pub(super) async fn open(url: &str, connections: usize) -> Result<Self, SqlError> {
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
    pub(super) async fn held(&self) -> Result<Held, SqlError> {
        let place = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout(PATIENCE, place).await.map_err(|_| SqlError::Busy)?;
        let place = place.map_err(|_| SqlError::Closed)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        Ok(Held { connection, idle: Arc::clone(&self.idle), _place: place })
    }

    /// A connection as the driver's migrations want it.
    pub(super) fn pool(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(self.options.clone())
    }

    /// A connection beside the kept ones, for what is done once.
    pub(super) async fn connect(&self) -> Result<PgConnection, SqlError> {
        let connection = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&self.options)).await;
        Ok(connection.map_err(|_| SqlError::Unreachable)??)
    }

    /// A transaction that changes rows of `whose`. A connection that turns out to be dead is replaced: nothing was asked yet. Where
    /// one is dead the server was restarted, and the others are dead as well.
    pub(super) async fn begin(&self, whose: Whose<'_>) -> Result<Tx, SqlError> {
        let begin = whose.begin()?;
        let mut held = self.held().await?;
        match sqlx::raw_sql(AssertSqlSafe(begin.clone())).execute(&mut held.connection).await {
            Ok(_) => return Ok(Tx(held)),
            Err(error) if is_broken(&error) => self.forget_idle(),
            Err(error) => return Err(error.into()),
        }
        held.connection = self.connect().await?;
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut held.connection).await?;
        Ok(Tx(held))
    }

    /// A place for one statement.
    pub(super) async fn alone<'a>(&self) -> Result<Place<'a>, SqlError> {
        self.held().await.map(Place::Alone)
    }

    fn forget_idle(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Finishes what is under way and closes all.
    pub(super) async fn close(&self) {
        self.places.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            // It is gone either way.
            let _ = connection.close().await;
        }
    }
}

impl Held {
    /// Nothing is under way on it any more.
    pub(super) fn give_back(self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(self.connection);
    }
}

impl Tx {
    /// What was done counts.
    pub(super) async fn commit(mut self) -> Result<(), SqlError> {
        sqlx::raw_sql("COMMIT").execute(&mut self.0.connection).await?;
        self.0.give_back();
        Ok(())
    }

    /// Nothing was done.
    pub(super) async fn undo(mut self) -> Result<(), SqlError> {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.0.connection).await?;
        self.0.give_back();
        Ok(())
    }

    pub(super) fn place(&mut self) -> Place<'_> {
        Place::Within(&mut self.0.connection)
    }

    /// Waits until nobody else counts under these keys, up to the end of this transaction.
    pub(super) async fn lock(&mut self, keys: &[&str]) -> Result<(), SqlError> {
        let mut numbers: Vec<i64> = keys.iter().map(|key| number(key)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let lock =
            "SELECT pg_advisory_xact_lock(k) FROM unnest($1) WITH ORDINALITY AS keys (k, nth) ORDER BY nth";
        sqlx::query(lock).bind(numbers).execute(&mut self.0.connection).await?;
        Ok(())
    }
}

/// The number of a limit's lock.
fn number(key: &str) -> i64 {
    let hash = Sha256::digest(key.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(hash.split_at(8).0);
    i64::from_be_bytes(first)
}

/// The connection is gone, not the statement wrong.
fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        // The server is shutting down, or was.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

impl Place<'_> {
    /// Runs a statement that answers nothing; the number of rows it touched.
    pub(super) async fn execute(mut self, statement: Statement<'_>) -> Result<u64, SqlError> {
        let done = statement.execute(self.connection()).await;
        Ok(self.over(done)?.rows_affected())
    }

    /// Runs a statement that answers one row or none.
    pub(super) async fn optional<R: Record>(
        mut self,
        statement: Statement<'_>,
    ) -> Result<Option<R>, SqlError> {
        let row = statement.fetch_optional(self.connection()).await;
        self.over(row)?.map(|row| R::read(&Row::Postgres(&row))).transpose()
    }

    /// Runs a statement that answers exactly one row.
    pub(super) async fn one<R: Record>(mut self, statement: Statement<'_>) -> Result<R, SqlError> {
        let row = statement.fetch_one(self.connection()).await;
        R::read(&Row::Postgres(&self.over(row)?))
    }

    /// Runs a statement that answers any number of rows.
    pub(super) async fn all<R: Record>(mut self, statement: Statement<'_>) -> Result<Vec<R>, SqlError> {
        let rows = statement.fetch_all(self.connection()).await;
        self.over(rows)?.iter().map(|row| R::read(&Row::Postgres(row))).collect()
    }

    fn connection(&mut self) -> &mut PgConnection {
        match self {
            Self::Within(connection) => connection,
            Self::Alone(held) => &mut held.connection,
        }
    }

    /// The statement is done: a connection on which nothing is under way goes back.
    fn over<T>(self, answer: Result<T, sqlx::Error>) -> Result<T, SqlError> {
        match self {
            Self::Within(_) => {}
            Self::Alone(held) => {
                if answer.as_ref().err().is_none_or(|error| !is_broken(error)) {
                    held.give_back();
                } else {
                    held.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
                }
            }
        }
        Ok(answer?)
    }
}

impl Postgres {
    /// The newest step of the tables; nothing where no start has made any yet.
    pub(super) async fn newest(&self) -> Result<Option<i64>, SqlError> {
        let place = self.alone().await?;
        let known = "SELECT CAST(to_regclass('_sqlx_migrations') AS TEXT)";
        let (known,): (Option<String>,) = place.one(sqlx::query(known)).await?;
        if known.is_none() {
            return Ok(None);
        }
        let newest = "SELECT MAX(version) FROM _sqlx_migrations WHERE success";
        let (newest,): (Option<i64>,) = self.alone().await?.one(sqlx::query(newest)).await?;
        Ok(newest)
    }

    /// The first step after `last` that takes something away.
    pub(super) async fn contracted(&self, last: Option<i64>) -> Result<Option<i64>, SqlError> {
        let first =
            "SELECT MIN(version) FROM _sqlx_migrations WHERE version > $1 AND description LIKE 'contract%'";
        let (step,): (Option<i64>,) = self.alone().await?.one(sqlx::query(first).bind(last)).await?;
        Ok(step)
    }

    /// Asks the server to prepare a statement.
    pub(super) async fn prepare(&self, statement: &str) -> Result<(), SqlError> {
        let mut connection = self.connect().await?;
        (&mut connection).prepare(AssertSqlSafe(statement.to_owned()).into_sql_str()).await?;
        Ok(connection.close().await?)
    }

    /// The server's time, and how long it took to learn it.
    pub(super) async fn now(&self) -> Result<(Timestamp, Duration), SqlError> {
        let place = self.alone().await?;
        let asked = tokio::time::Instant::now();
        let now = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        let (millis,): (i64,) = place.one(sqlx::query(now)).await?;
        Ok((Timestamp::from_millis(millis), asked.elapsed()))
    }
}
