//! Where one statement runs, and how it is put to SQLite.
use super::Sqlite;
use super::writer::{Turn, Tx};
use crate::store::record::{Record, Row};
use crate::store::sql::SqlError;
use rusqlite::{CachedStatement, Connection, ToSql};

/// Where one statement runs.
pub(in crate::store) enum Place<'a> {
    /// In a transaction that goes on.
    Within(&'a mut Tx),
    /// Alone: it counts when it is done.
    Alone(Tx),
    /// Reading on the writer, which nobody else uses meanwhile.
    Idle(Turn),
    /// On a connection that reads, which goes back afterwards.
    Reading(&'a Sqlite, Connection),
}

/// What a statement answered; one that ran alone has yet to count.
pub(in crate::store) struct Done<T> {
    answer: T,
    alone: Option<Tx>,
}

impl<T> Done<T> {
    /// The answer, once it counts.
    pub(in crate::store) async fn counted(self) -> Result<T, SqlError> {
        if let Some(tx) = self.alone {
            tx.commit().await?;
        }
        Ok(self.answer)
    }
}

impl Tx {
    /// A statement whose answer nobody needs.
    pub(in crate::store) fn later(&mut self, sql: &str, binds: &[&dyn ToSql]) -> Result<(), SqlError> {
        bound(self.connection()?, sql, binds)?.raw_execute()?;
        Ok(())
    }
}

impl Place<'_> {
    /// Runs a statement that answers nothing; the number of rows it touched.
    pub(in crate::store) fn execute(self, sql: &str, binds: &[&dyn ToSql]) -> Result<Done<u64>, SqlError> {
        self.run(|connection| {
            let touched = bound(connection, sql, binds)?.raw_execute()?;
            Ok(u64::try_from(touched).unwrap_or(u64::MAX))
        })
    }

    /// Runs a statement that answers one row or none.
    pub(in crate::store) fn optional<R: Record>(
        self,
        sql: &str,
        binds: &[&dyn ToSql],
    ) -> Result<Done<Option<R>>, SqlError> {
        self.run(|connection| {
            let mut statement = bound(connection, sql, binds)?;
            let mut rows = statement.raw_query();
            rows.next()?.map(|row| R::read(&Row::Sqlite(row))).transpose()
        })
    }

    /// Runs a statement that answers exactly one row.
    pub(in crate::store) fn one<R: Record>(
        self,
        sql: &str,
        binds: &[&dyn ToSql],
    ) -> Result<Done<R>, SqlError> {
        let Done { answer, alone } = self.optional(sql, binds)?;
        let answer = answer.ok_or(SqlError::Sqlite(rusqlite::Error::QueryReturnedNoRows))?;
        Ok(Done { answer, alone })
    }

    /// Runs a statement that answers any number of rows.
    pub(in crate::store) fn all<R: Record>(
        self,
        sql: &str,
        binds: &[&dyn ToSql],
    ) -> Result<Done<Vec<R>>, SqlError> {
        self.run(|connection| {
            let mut statement = bound(connection, sql, binds)?;
            let mut rows = statement.raw_query();
            let mut read = Vec::new();
            while let Some(row) = rows.next()? {
                read.push(R::read(&Row::Sqlite(row))?);
            }
            Ok(read)
        })
    }

    fn run<T>(self, body: impl FnOnce(&Connection) -> Result<T, SqlError>) -> Result<Done<T>, SqlError> {
        let (answer, alone) = match self {
            Self::Within(tx) => (body(tx.connection()?)?, None),
            Self::Alone(tx) => (body(tx.connection()?)?, Some(tx)),
            Self::Idle(writer) => (body(writer.connection()?)?, None),
            Self::Reading(sqlite, connection) => {
                let answer = body(&connection);
                sqlite.give_back(connection);
                (answer?, None)
            }
        };
        Ok(Done { answer, alone })
    }

    /// Looks at the database itself, beside the statements of the store.
    pub(super) fn look<T>(
        self,
        body: impl FnOnce(&Connection) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        Ok(self.run(body)?.answer)
    }
}

/// A prepared statement with its values. SQLite counts `$1`, `$2` in the order in which they stand in the text, whatever their
/// number says; here they mean what they mean on PostgreSQL.
fn bound<'c>(
    connection: &'c Connection,
    sql: &str,
    binds: &[&dyn ToSql],
) -> Result<CachedStatement<'c>, SqlError> {
    let mut statement = connection.prepare_cached(sql)?;
    for place in 1..=statement.parameter_count() {
        let number =
            statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| binds.get(number.checked_sub(1)?));
        let Some(value) = value else {
            return Err(SqlError::Sqlite(rusqlite::Error::InvalidParameterCount(binds.len(), place)));
        };
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(statement)
}
