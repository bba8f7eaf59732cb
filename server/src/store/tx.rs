//! Transactions, and the words in which the store speaks to its database: `execute!`, `optional!`, `one!`, `all!`.
//!
//! They take a [`Tx`], `db.read()` or `db.write()`, a statement and its values. PostgreSQL joins with a second variant of the enums
//! here, a second arm in `ask!`, and a retry of serialisation failures around [`Tx::begin`] … [`Tx::finish`].
use super::Result;
use super::sql::SqlError;
use super::sqlite::{self, Sqlite};
use std::future::{Ready, ready};

/// Several statements that count together or not at all.
pub(super) enum Tx {
    Sqlite(sqlite::Tx),
}

/// Statements that read, each alone.
pub(super) enum Reading<'a> {
    Sqlite(&'a Sqlite),
}

/// Statements that change something, each alone: atomic by itself.
pub(super) enum Writing<'a> {
    Sqlite(&'a Sqlite),
}

/// Where one statement runs.
pub(super) enum Place<'a> {
    Sqlite(sqlite::Place<'a>),
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
                tx.commit()?;
                Ok(value)
            }
            (Self::Sqlite(tx), Step::Undo(value)) => {
                drop(tx);
                Ok(value)
            }
        }
    }

    pub(super) fn place(&mut self) -> Ready<Result<Place<'_>, SqlError>> {
        ready(match self {
            Self::Sqlite(tx) => Ok(Place::Sqlite(sqlite::Place::Within(tx))),
        })
    }
}

impl<'a> Reading<'a> {
    pub(super) fn place(&self) -> Ready<Result<Place<'a>, SqlError>> {
        ready(match self {
            Self::Sqlite(sqlite) => sqlite.reading().map(Place::Sqlite),
        })
    }
}

impl<'a> Writing<'a> {
    pub(super) async fn place(&self) -> Result<Place<'a>, SqlError> {
        match self {
            Self::Sqlite(sqlite) => Ok(Place::Sqlite(sqlite::Place::Alone(sqlite.begin().await?))),
        }
    }
}

/// Puts a statement to whichever database it is.
macro_rules! ask {
    ($how:ident, $on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $on.place().await {
            Ok($crate::store::tx::Place::Sqlite(place)) => place.$how($sql, rusqlite::params![$($bind),*]),
            Err(error) => Err(error),
        }
    };
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

/// The statements of a file: constants, and a list of them for the test that prepares all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*

        /// All statements of this file by name.
        pub(in crate::store) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $sql)),*];
    };
}

pub(super) use {all, ask, execute, one, optional, statements};
