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
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions};
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Postgres as Driver, SqlSafeStr as _,
};
use std::str::FromStr as _;
use std::time::Duration;

/// Waiting for a free connection, and for the server to take a new one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Statements kept prepared per connection; there are fewer than that.
const PREPARED: usize = 256;

/// A statement with its values.
pub(super) type Statement<'q> = Query<'q, Driver, PgArguments>;

/// The connections to one database.
#[derive(Debug)]
pub(super) struct Postgres {
    pool: PgPool,
}

/// A transaction of several statements. Dropped without an end, nothing of it counts.
pub(super) struct Tx(sqlx::Transaction<'static, Driver>);

/// Where one statement runs.
pub(super) enum Place<'a> {
    /// In a transaction that goes on.
    Within(&'a mut PgConnection),
    /// Alone: it counts when it is done.
    Alone(PoolConnection<Driver>),
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
    pub(super) async fn open(url: &str, connections: u32) -> Result<Self, SqlError> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("latchkey")
            .statement_cache_capacity(PREPARED)
            .options([("default_transaction_isolation", "read committed"), ("timezone", "UTC")]);
        // Alone and first, because the pool says of whatever goes wrong that it took too long.
        let first = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options)).await;
        first.map_err(|_| SqlError::Postgres(sqlx::Error::PoolTimedOut))??.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            // A connection that died is found by its first statement; asking before each would cost a message each time.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    /// The connections, for migrating.
    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A transaction that changes rows of `whose`. A connection that turns out to be dead is replaced: nothing was asked yet.
    pub(super) async fn begin(&self, whose: Whose<'_>) -> Result<Tx, SqlError> {
        let begin = whose.begin()?;
        for _ in 0..=self.pool.options().get_max_connections() {
            match self.pool.begin_with(AssertSqlSafe(begin.clone())).await {
                Ok(tx) => return Ok(Tx(tx)),
                Err(error) if is_broken(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(SqlError::Closed)
    }

    /// A place for one statement.
    pub(super) async fn alone<'a>(&self) -> Result<Place<'a>, SqlError> {
        Ok(Place::Alone(self.pool.acquire().await?))
    }

    /// Finishes what is under way and closes all.
    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

impl Tx {
    /// What was done counts.
    pub(super) async fn commit(self) -> Result<(), SqlError> {
        Ok(self.0.commit().await?)
    }

    /// Nothing was done.
    pub(super) async fn undo(self) -> Result<(), SqlError> {
        Ok(self.0.rollback().await?)
    }

    pub(super) fn place(&mut self) -> Place<'_> {
        Place::Within(&mut self.0)
    }

    /// Waits until nobody else counts under these keys, up to the end of this transaction.
    pub(super) async fn lock(&mut self, keys: &[&str]) -> Result<(), SqlError> {
        let mut numbers: Vec<i64> = keys.iter().map(|key| number(key)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let lock =
            "SELECT pg_advisory_xact_lock(k) FROM unnest($1) WITH ORDINALITY AS keys (k, nth) ORDER BY nth";
        sqlx::query(lock).bind(numbers).execute(&mut *self.0).await?;
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
        Ok(statement.execute(self.connection()).await?.rows_affected())
    }

    /// Runs a statement that answers one row or none.
    pub(super) async fn optional<R: Record>(
        mut self,
        statement: Statement<'_>,
    ) -> Result<Option<R>, SqlError> {
        let row = statement.fetch_optional(self.connection()).await?;
        row.map(|row| R::read(&Row::Postgres(&row))).transpose()
    }

    /// Runs a statement that answers exactly one row.
    pub(super) async fn one<R: Record>(mut self, statement: Statement<'_>) -> Result<R, SqlError> {
        R::read(&Row::Postgres(&statement.fetch_one(self.connection()).await?))
    }

    /// Runs a statement that answers any number of rows.
    pub(super) async fn all<R: Record>(mut self, statement: Statement<'_>) -> Result<Vec<R>, SqlError> {
        let rows = statement.fetch_all(self.connection()).await?;
        rows.iter().map(|row| R::read(&Row::Postgres(row))).collect()
    }

    fn connection(&mut self) -> &mut PgConnection {
        match self {
            Self::Within(connection) => connection,
            Self::Alone(connection) => connection,
        }
    }
}

/// Whether the server answers, and the newest step of its tables.
pub(super) async fn newest(pool: &PgPool) -> Result<Option<i64>, SqlError> {
    let has_notes: Option<String> =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations')::text").fetch_one(pool).await?;
    if has_notes.is_none() {
        return Ok(None);
    }
    let newest = "SELECT MAX(version) FROM _sqlx_migrations WHERE success";
    Ok(sqlx::query_scalar(newest).fetch_one(pool).await?)
}

/// Asks the server to prepare a statement.
pub(super) async fn prepare(pool: &PgPool, statement: &str) -> Result<(), SqlError> {
    let mut connection = pool.acquire().await?;
    (&mut *connection).prepare(AssertSqlSafe(statement.to_owned()).into_sql_str()).await?;
    connection.clear_cached_statements().await?;
    Ok(())
}

/// The server's time, and how long it took to learn it.
pub(super) async fn now(pool: &PgPool) -> Result<(Timestamp, Duration), SqlError> {
    let mut connection = pool.acquire().await?;
    let asked = tokio::time::Instant::now();
    let now = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
    let millis = sqlx::query_scalar(now).fetch_one(&mut *connection).await?;
    Ok((Timestamp::from_millis(millis), asked.elapsed()))
}
