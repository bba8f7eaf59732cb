//! Transactions and connections: the one place where databases differ in how they are spoken to.
//!
//! PostgreSQL joins with a second variant of the three enums here, a second arm in `on!`, and a retry of serialisation failures
//! around [`Tx::begin`] … [`Tx::finish`].
use super::Result;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Sqlite, Transaction};

/// Connections of one kind.
#[derive(Clone)]
pub(super) enum Pool {
    Sqlite(SqlitePool),
}

/// Several statements that count together or not at all.
pub(super) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
}

/// Where a statement runs.
pub(super) enum On<S> {
    Sqlite(S),
}

/// How a transaction is to end.
pub(super) enum Step<T> {
    /// What was done counts.
    Keep(T),
    /// Nothing was done.
    Undo(T),
}

impl Pool {
    pub(super) fn on(&self) -> On<&SqlitePool> {
        match self {
            Self::Sqlite(pool) => On::Sqlite(pool),
        }
    }
}

impl Tx {
    /// A transaction that writes. SQLite: `IMMEDIATE`, because one that reads first and writes then fails at once where somebody else
    /// writes, whatever the timeout says (R132).
    pub(super) async fn begin(pool: &Pool) -> Result<Self, sqlx::Error> {
        match pool.on() {
            On::Sqlite(pool) => pool.begin_with("BEGIN IMMEDIATE").await.map(Self::Sqlite),
        }
    }

    pub(super) fn on(&mut self) -> On<&mut SqliteConnection> {
        match self {
            Self::Sqlite(tx) => On::Sqlite(&mut **tx),
        }
    }

    /// Ends it as the step says.
    pub(super) async fn finish<T>(self, step: Step<T>) -> Result<T> {
        match (self, step) {
            (Self::Sqlite(tx), Step::Keep(value)) => {
                tx.commit().await?;
                Ok(value)
            }
            (Self::Sqlite(tx), Step::Undo(value)) => {
                tx.rollback().await?;
                Ok(value)
            }
        }
    }
}

/// Runs one body on whichever database it is.
macro_rules! on {
    ($on:expr, $c:ident => $body:expr) => {
        match $on.on() {
            $crate::store::tx::On::Sqlite($c) => $body,
        }
    };
}

/// Runs a statement that answers nothing; gives the number of rows it touched.
macro_rules! execute {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::tx::on!($on, c => {
            sqlx::query($sql)$(.bind($bind))*.execute(c).await.map(|done| done.rows_affected())
        })
    };
}

/// Runs a statement that answers one row or none.
macro_rules! optional {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::tx::on!($on, c => sqlx::query_as($sql)$(.bind($bind))*.fetch_optional(c).await)
    };
}

/// Runs a statement that answers exactly one row.
macro_rules! one {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::tx::on!($on, c => sqlx::query_as($sql)$(.bind($bind))*.fetch_one(c).await)
    };
}

/// Runs a statement that answers any number of rows.
macro_rules! all {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::tx::on!($on, c => sqlx::query_as($sql)$(.bind($bind))*.fetch_all(c).await)
    };
}

/// The statements of a file: constants, and a list of them for the test that prepares all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*

        /// All statements of this file by name.
        pub(in crate::store) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $sql)),*];
    };
}

pub(super) use {all, execute, on, one, optional, statements};
