//! Transactions, and the words in which the store speaks to its database: `execute!`, `optional!`, `one!`, `all!`, and
//! `later!` where nobody needs the answer.
//!
//! They take a [`Tx`], `db.read()`, `db.write()` or a [`Place`], a statement and its values. Which database it is, is known here and in the
//! files named after each; nowhere else.
use super::Result;
use super::postgres::{self, Postgres};
use super::sql::SqlError;
use super::sqlite::{self, Sqlite};
use domain::time::{Clock, Timestamp};

pub(super) use super::postgres::{Value, Whose};

/// Several statements that count together or not at all.
pub(super) enum Tx {
    Sqlite(sqlite::Tx),
    Postgres(postgres::Tx),
}

/// Statements that read, each alone.
pub(super) enum Reading<'a> {
    Sqlite(&'a Sqlite),
    Postgres(&'a Postgres),
}

/// Statements that change something, each alone: atomic by itself.
pub(super) enum Writing<'a> {
    Sqlite(&'a Sqlite),
    Postgres(&'a Postgres),
}

/// Where one statement runs.
pub(super) enum Place<'a> {
    Sqlite(sqlite::Place<'a>),
    Postgres(postgres::Place<'a>),
}

/// How a transaction is to end.
pub(super) enum Step<T> {
    /// What was done counts.
    Keep(T),
    /// Nothing was done.
    Undo(T),
}

impl Tx {
    /// Ends it as the step says.
    pub(super) async fn finish<T>(self, step: Step<T>) -> Result<T> {
        match (self, step) {
            (Self::Sqlite(tx), Step::Keep(value)) => {
                tx.commit().await?;
                Ok(value)
            }
            (Self::Sqlite(tx), Step::Undo(value)) => {
                tx.undo().await?;
                Ok(value)
            }
            (Self::Postgres(tx), Step::Keep(value)) => {
                tx.commit().await?;
                Ok(value)
            }
            (Self::Postgres(tx), Step::Undo(value)) => {
                tx.undo().await?;
                Ok(value)
            }
        }
    }

    /// From here to the end nobody else counts under these keys. SQLite has one writer: there it is so anyway.
    pub(super) async fn lock(&mut self, keys: &[&str]) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(tx) => {
                tx.lock(keys);
                Ok(())
            }
        }
    }

    /// Has what waits carried out. What is asked next goes alone, with its values bound to it: none of them stands in the text, which a
    /// server writes into its log where it fails.
    pub(super) async fn carry_out(&mut self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(tx) => tx.carry_out().await,
        }
    }

    /// The time from which on its rows are its own: whoever had them has ended before.
    pub(super) async fn now(&mut self, clock: &dyn Clock) -> Result<Timestamp, SqlError> {
        self.carry_out().await?;
        Ok(clock.now())
    }

    /// However it is held.
    pub(super) fn itself(&mut self) -> &mut Self {
        self
    }

    pub(super) async fn place(&mut self) -> Result<Place<'_>, SqlError> {
        Ok(match self {
            Self::Sqlite(tx) => Place::Sqlite(sqlite::Place::Within(tx)),
            Self::Postgres(tx) => Place::Postgres(tx.place()),
        })
    }
}

impl Place<'_> {
    /// Found already.
    pub(super) async fn place(self) -> Result<Self, SqlError> {
        Ok(self)
    }
}

impl<'a> Reading<'a> {
    pub(super) async fn place(&self) -> Result<Place<'a>, SqlError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.reading().map(Place::Sqlite),
            Self::Postgres(postgres) => postgres.alone().await.map(Place::Postgres),
        }
    }
}

impl<'a> Writing<'a> {
    pub(super) async fn place(&self) -> Result<Place<'a>, SqlError> {
        match self {
            Self::Sqlite(sqlite) => Ok(Place::Sqlite(sqlite::Place::Alone(sqlite.begin().await?))),
            Self::Postgres(postgres) => postgres.alone().await.map(Place::Postgres),
        }
    }
}

/// Puts a statement to whichever database it is.
macro_rules! ask {
    ($how:ident, $on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $on.place().await {
            Ok($crate::store::tx::Place::Sqlite(place)) => {
                let done = place.$how($sql, rusqlite::params![$($bind),*]);
                match done {
                    Ok(done) => done.counted().await,
                    Err(error) => Err(error),
                }
            }
            Ok($crate::store::tx::Place::Postgres(place)) => {
                place.$how($sql, &[$($crate::store::tx::Value::of(&$bind)),*]).await
            }
            Err(error) => Err(error),
        }
    };
}

/// Runs a statement in a transaction whose answer nobody needs: at the latest when the transaction ends, and before the next whose
/// answer is needed. There it may wait for company, and what is wrong with it is told then.
macro_rules! later {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        match $tx.itself() {
            $crate::store::tx::Tx::Sqlite(tx) => tx.later($sql, rusqlite::params![$($bind),*]),
            $crate::store::tx::Tx::Postgres(tx) => {
                tx.later($sql, &[$($crate::store::tx::Value::of(&$bind)),*]);
                Ok(())
            }
        }
    }};
}

/// Runs a statement that answers nothing; gives the number of rows it touched.
macro_rules! execute {
    ($($ask:tt)+) => { $crate::store::tx::ask!(execute, $($ask)+) };
}

/// Runs a statement that answers one row or none.
macro_rules! optional {
    ($($ask:tt)+) => { $crate::store::tx::ask!(optional, $($ask)+) };
}

/// Runs a statement that answers exactly one row.
macro_rules! one {
    ($($ask:tt)+) => { $crate::store::tx::ask!(one, $($ask)+) };
}

/// Runs a statement that answers any number of rows.
macro_rules! all {
    ($($ask:tt)+) => { $crate::store::tx::ask!(all, $($ask)+) };
}

/// Does a step again, at most three times, where it stood in another's way and nothing of it counts (R132).
macro_rules! steadily {
    ($step:expr) => {{
        let mut left = 3u8;
        loop {
            match $step {
                Err(error) if left > 0 && error.is_passing() => left -= 1,
                answer => break answer,
            }
        }
    }};
}

/// The statements of a file: constants, and a list of them for the test that prepares all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*

        /// All statements of this file by name.
        pub(in crate::store) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $sql)),*];
    };
}

pub(super) use {all, ask, execute, later, one, optional, statements, steadily};
