//! PostgreSQL: connections, transactions, and how a statement is put to it.
//!
//! Any number of nodes share one database. Transactions run at `READ COMMITTED`; what must not happen beside one another is put in
//! order by advisory locks that end with the transaction: first that of the account whose rows are changed, then those of the
//! limits that are counted, in the order of their numbers. So the conditions of a statement are judged on what stands, as on
//! SQLite, where one writes at a time; others' accounts are not waited for.
mod connections;
mod message;
mod value;
mod whose;

pub(super) use connections::Postgres;
pub(super) use value::Value;
pub(super) use whose::Whose;

use self::connections::{Answer, Held};
use self::message::Message;
use super::record::{Record, Row};
use super::sql::SqlError;
use domain::time::Timestamp;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, Connection as _, Either, Executor as _, PgConnection, Postgres as Driver, SqlSafeStr as _,
};
use std::time::Duration;

/// A statement as the driver binds values to it.
type Statement<'q> = Query<'q, Driver, PgArguments>;

/// A transaction of several statements. Dropped without an end, its connection is closed and nothing of it counts.
pub(super) struct Tx {
    held: Held,
    /// The server knows of it.
    begun: bool,
    /// What is carried out with the next statement whose answer is needed, or with the end.
    waiting: Message,
    /// How much of that is the beginning.
    opening: usize,
}

/// Where one statement runs.
pub(super) enum Place<'a> {
    /// In a transaction that goes on.
    Within(&'a mut Tx),
    /// Alone: it counts when it is done.
    Alone(Held),
}

impl Postgres {
    /// A transaction that changes rows of `whose`.
    pub(super) async fn begin(&self, whose: Whose<'_>) -> Result<Tx, SqlError> {
        let mut waiting = Message::default();
        waiting.word("BEGIN");
        if let Some((sql, key)) = whose.lock() {
            waiting.statement(sql, &[key]);
        }
        Ok(Tx { held: self.held().await?, begun: false, opening: waiting.len(), waiting })
    }

    /// A place for one statement.
    pub(super) async fn alone<'a>(&self) -> Result<Place<'a>, SqlError> {
        self.held().await.map(Place::Alone)
    }
}

impl Tx {
    /// What was done counts.
    pub(super) async fn commit(mut self) -> Result<(), SqlError> {
        if !self.begun && self.waiting.len() > self.opening {
            // Not with the end in one message: where its connection turns out to be dead, nobody could tell whether it counts.
            self.send().await?;
        }
        if self.begun {
            self.waiting.word("COMMIT");
            self.send().await?;
        }
        self.held.give_back();
        Ok(())
    }

    /// Nothing was done.
    pub(super) async fn undo(mut self) -> Result<(), SqlError> {
        self.waiting.clear();
        if self.begun {
            self.waiting.word("ROLLBACK");
            self.send().await?;
        }
        self.held.give_back();
        Ok(())
    }

    pub(super) fn place(&mut self) -> Place<'_> {
        Place::Within(self)
    }

    /// A statement whose answer nobody needs: it is carried out with the next whose answer is needed, or with the end.
    pub(super) fn later(&mut self, sql: &'static str, values: &[Value<'_>]) {
        self.waiting.statement(sql, values);
    }

    /// Has what waits carried out, and waits until its rows are its own.
    pub(super) async fn carry_out(&mut self) -> Result<(), SqlError> {
        if !self.waiting.is_empty() {
            self.send().await?;
        }
        Ok(())
    }

    /// From here on nobody else counts under these keys, up to the end of this transaction.
    pub(super) fn lock(&mut self, keys: &[&str]) {
        let mut numbers: Vec<i64> = keys.iter().map(|key| number(key)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let listed: Vec<String> = numbers.iter().map(i64::to_string).collect();
        self.waiting.statement(whose::KEYS, &[Value::of(&listed.join(","))]);
    }

    /// Has what waits carried out. A connection that turns out to be dead at the beginning is replaced: nothing of it counts.
    async fn send(&mut self) -> Result<Answer, SqlError> {
        let message = std::mem::take(&mut self.waiting);
        let first = !std::mem::replace(&mut self.begun, true);
        let mut answer = self.held.send(&message).await;
        if first && answer.as_ref().is_err_and(is_broken) {
            self.held.renew().await?;
            answer = self.held.send(&message).await;
        }
        Ok(answer?)
    }

    async fn ask(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Answer, SqlError> {
        if self.waiting.is_empty() {
            return Ok(asked(&mut self.held.connection, sql, values).await?);
        }
        self.waiting.statement(sql, values);
        self.send().await
    }
}

/// One statement in a message of its own.
async fn asked(
    connection: &mut PgConnection,
    sql: &'static str,
    values: &[Value<'_>],
) -> Result<Answer, sqlx::Error> {
    let statement = values.iter().fold(sqlx::query(sql), |statement, value| value.bind(statement));
    let mut answers = connection.fetch_many(statement);
    let mut answer = Answer::default();
    while let Some(next) = answers.try_next().await? {
        match next {
            Either::Left(result) => answer.touched = result.rows_affected(),
            Either::Right(row) => answer.rows.push(row),
        }
    }
    Ok(answer)
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
    pub(super) async fn execute(self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, SqlError> {
        Ok(self.ask(sql, values).await?.touched)
    }

    /// Runs a statement that answers one row or none.
    pub(super) async fn optional<R: Record>(
        self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<R>, SqlError> {
        let answer = self.ask(sql, values).await?;
        answer.rows.first().map(|row| R::read(&Row::Postgres(row))).transpose()
    }

    /// Runs a statement that answers exactly one row.
    pub(super) async fn one<R: Record>(self, sql: &'static str, values: &[Value<'_>]) -> Result<R, SqlError> {
        self.optional(sql, values).await?.ok_or(SqlError::Postgres(sqlx::Error::RowNotFound))
    }

    /// Runs a statement that answers any number of rows.
    pub(super) async fn all<R: Record>(
        self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<R>, SqlError> {
        let answer = self.ask(sql, values).await?;
        answer.rows.iter().map(|row| R::read(&Row::Postgres(row))).collect()
    }

    /// A connection on which nothing is under way goes back.
    async fn ask(self, sql: &'static str, values: &[Value<'_>]) -> Result<Answer, SqlError> {
        let mut held = match self {
            Self::Within(tx) => return tx.ask(sql, values).await,
            Self::Alone(held) => held,
        };
        let answer = asked(&mut held.connection, sql, values).await;
        if answer.as_ref().is_err_and(is_broken) {
            held.bury();
        } else {
            held.give_back();
        }
        Ok(answer?)
    }
}

impl Postgres {
    /// The newest step of the tables; nothing where no start has made any yet.
    pub(super) async fn newest(&self) -> Result<Option<i64>, SqlError> {
        let place = self.alone().await?;
        let known = "SELECT CAST(to_regclass('_sqlx_migrations') AS TEXT)";
        let (known,): (Option<String>,) = place.one(known, &[]).await?;
        if known.is_none() {
            return Ok(None);
        }
        let newest = "SELECT MAX(version) FROM _sqlx_migrations WHERE success";
        let (newest,): (Option<i64>,) = self.alone().await?.one(newest, &[]).await?;
        Ok(newest)
    }

    /// A table in the way, in a database in which there are none of ours.
    pub(super) async fn foreign_table(&self) -> Result<Option<String>, SqlError> {
        let place = self.alone().await?;
        let named = "SELECT CAST(n AS TEXT) FROM unnest(ARRAY['accounts', 'phones', 'sessions', 'flows', 'events', 'clients']) AS n \
            WHERE to_regclass(n) IS NOT NULL LIMIT 1";
        let found: Option<(String,)> = place.optional(named, &[]).await?;
        Ok(found.map(|(name,)| name))
    }

    /// Whether this user may make tables where they are made.
    pub(super) async fn may_make_tables(&self) -> Result<bool, SqlError> {
        let allowed =
            "SELECT CAST(COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false) AS TEXT)";
        let (allowed,): (String,) = self.alone().await?.one(allowed, &[]).await?;
        Ok(allowed == "true")
    }

    /// The first step after `last` that takes something away.
    pub(super) async fn contracted(&self, last: Option<i64>) -> Result<Option<i64>, SqlError> {
        let first =
            "SELECT MIN(version) FROM _sqlx_migrations WHERE version > $1 AND description LIKE 'contract%'";
        let (step,): (Option<i64>,) = self.alone().await?.one(first, &[Value::of(&last)]).await?;
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
        let (read_only,): (String,) = self.alone().await?.one(read_only, &[]).await?;
        Ok(read_only != "on")
    }

    /// The server's time, and how long it took to learn it.
    pub(super) async fn now(&self) -> Result<(Timestamp, Duration), SqlError> {
        let place = self.alone().await?;
        let asked = tokio::time::Instant::now();
        let now = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        let (millis,): (i64,) = place.one(now, &[]).await?;
        Ok((Timestamp::from_millis(millis), asked.elapsed()))
    }
}
