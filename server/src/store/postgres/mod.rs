//! PostgreSQL: connections, transactions, and how a statement is put to it.
//!
//! Any number of nodes share one database. Transactions run at `READ COMMITTED`; what must not happen beside one another is put in
//! order by advisory locks that end with the transaction: first that of the account whose rows are changed, then those of the
//! limits that are counted, in the order of their numbers. So the conditions of a statement are judged on what stands, as on
//! SQLite, where one writes at a time; others' accounts are not waited for.
mod connections;
mod whose;

pub(super) use connections::Postgres;
pub(super) use whose::Whose;

use self::connections::Held;
use super::record::{Record, Row};
use super::sql::SqlError;
use domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, Postgres as Driver, SqlSafeStr as _,
};
use std::time::Duration;

/// A statement with its values.
pub(super) type Statement<'q> = Query<'q, Driver, PgArguments>;

/// A transaction of several statements. Dropped without an end, its connection is closed and nothing of it counts.
pub(super) struct Tx(Held);

/// Where one statement runs.
pub(super) enum Place<'a> {
    /// In a transaction that goes on.
    Within(&'a mut PgConnection),
    /// Alone: it counts when it is done.
    Alone(Held),
}

impl Postgres {
    /// A transaction that changes rows of `whose`. A connection that turns out to be dead is replaced: nothing was asked yet. Where
    /// one is dead the server was restarted, and the others are dead as well.
    pub(super) async fn begin(&self, whose: Whose<'_>) -> Result<Tx, SqlError> {
        let begin = whose.begin()?;
        let mut held = self.held().await?;
        match held.begin(&begin).await {
            Ok(()) => return Ok(Tx(held)),
            Err(error) if is_broken(&error) => held.bury(),
            Err(error) => return Err(error.into()),
        }
        let mut held = self.held().await?;
        held.begin(&begin).await?;
        Ok(Tx(held))
    }

    /// A place for one statement.
    pub(super) async fn alone<'a>(&self) -> Result<Place<'a>, SqlError> {
        self.held().await.map(Place::Alone)
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
                    held.bury();
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

    /// A table in the way, in a database in which there are none of ours.
    pub(super) async fn foreign_table(&self) -> Result<Option<String>, SqlError> {
        let place = self.alone().await?;
        let named = "SELECT CAST(n AS TEXT) FROM unnest(ARRAY['accounts', 'phones', 'sessions', 'flows', 'events', 'clients']) AS n \
            WHERE to_regclass(n) IS NOT NULL LIMIT 1";
        let found: Option<(String,)> = place.optional(sqlx::query(named)).await?;
        Ok(found.map(|(name,)| name))
    }

    /// Whether this user may make tables where they are made.
    pub(super) async fn may_make_tables(&self) -> Result<bool, SqlError> {
        let allowed =
            "SELECT CAST(COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false) AS TEXT)";
        let (allowed,): (String,) = self.alone().await?.one(sqlx::query(allowed)).await?;
        Ok(allowed == "true")
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

    /// Whether it may be written to: a standby may not, nor one that was set so.
    pub(super) async fn takes_changes(&self) -> Result<bool, SqlError> {
        let read_only = "SELECT current_setting('transaction_read_only')";
        let (read_only,): (String,) = self.alone().await?.one(sqlx::query(read_only)).await?;
        Ok(read_only != "on")
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
