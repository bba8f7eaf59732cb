//! SQLite: connections, transactions, and how a statement is put to it.
//!
//! Statements run on the thread that asks. One takes some ten microseconds; handing it to a thread of the connection's own and its
//! answer back would cost more than that in thread switches, forty times a sign-in. What may take long is kept off these threads:
//! waiting for the writer is asynchronous, within this process as well as towards others, and tidying goes through a
//! blocking thread. What stays: every 16 MB of log one commit carries them into the file, and its thread with it, for some milliseconds.
use super::record::{Record, Row};
use super::sql::SqlError;
use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, ErrorCode, MAIN_DB, OpenFlags, ToSql};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

/// Opening the file waits so long for another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// While another process writes, the writer is asked for again after so long …
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// … and so often: a step that waited five seconds has failed.
const ASKED: u32 = 1000;

/// Statements kept prepared per connection; there are fewer than that.
const PREPARED: usize = 256;

/// How connections behave. 16 MB of log before it is carried into the file: pages that change all the time are carried less often.
/// Freed pages are overwritten: what was deleted is gone from the file as well.
const PRAGMAS: &str = "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
    PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000; PRAGMA secure_delete = FAST;";

/// … and those that read. What one keeps of the file is of no use any more after the next write, so it keeps little.
const READER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -2000;";

/// The connections to one file. One writes, and those who want it queue in order instead of trying again and again. Who reads
/// never waits: while nobody writes he takes the writer, which has the newest pages at hand (others drop theirs after every
/// write), else one of his own; of these there are as many as threads that read at one moment.
#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    writer: Arc<Queue<Option<Connection>>>,
    readers: Mutex<Option<Vec<Connection>>>,
}

/// The writer, in a transaction of several statements. Dropped without an end, nothing of it counts.
pub(super) struct Tx {
    writer: OwnedMutexGuard<Option<Connection>>,
    open: bool,
}

/// Where one statement runs.
pub(super) enum Place<'a> {
    /// In a transaction that goes on.
    Within(&'a mut Tx),
    /// Alone: it counts when it is done.
    Alone(Tx),
    /// Reading on the writer, which nobody else uses meanwhile.
    Idle(OwnedMutexGuard<Option<Connection>>),
    /// On a connection that reads, which goes back afterwards.
    Reading(&'a Sqlite, Connection),
}

impl Sqlite {
    /// Opens the file, making it where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, SqlError> {
        make_private(path);
        // The writer comes first: it makes the file and turns the write-ahead log on.
        let writer = connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        writer.execute_batch("PRAGMA journal_mode = WAL;")?;
        Self::with(path, writer)
    }

    /// Opens a file that is there and changes nothing of it: that it keeps a write-ahead log stands in the file itself.
    pub(super) fn open_kept(path: &Path) -> Result<Self, SqlError> {
        Self::with(path, connect(path, OpenFlags::empty())?)
    }

    fn with(path: &Path, writer: Connection) -> Result<Self, SqlError> {
        // From here on waiting is asynchronous, in `begin`.
        writer.busy_timeout(Duration::ZERO)?;
        let sqlite = Self {
            path: path.to_owned(),
            writer: Arc::new(Queue::new(Some(writer))),
            readers: Mutex::new(Some(Vec::new())),
        };
        let first = sqlite.reader()?;
        sqlite.give_back(first);
        Ok(sqlite)
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The writer, once it is free here and in other processes. `IMMEDIATE`, because a transaction that reads first and writes then
    /// fails at once where somebody else writes (R132).
    pub(super) async fn begin(&self) -> Result<Tx, SqlError> {
        let writer = Arc::clone(&self.writer).lock_owned().await;
        for _ in 0..ASKED {
            let begun = match writer.as_ref() {
                Some(connection) => batch(connection, "BEGIN IMMEDIATE"),
                None => return Err(SqlError::Closed),
            };
            match begun {
                Ok(()) => return Ok(Tx { writer, open: true }),
                Err(SqlError::Sqlite(error))
                    if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) =>
                {
                    tokio::time::sleep(ASK_AGAIN).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(SqlError::Busy)
    }

    /// Looks at the database itself, beside the statements of the store.
    pub(super) fn look<T>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        self.reading()?.run(body)
    }

    /// A place for a statement that reads.
    pub(super) fn reading(&self) -> Result<Place<'_>, SqlError> {
        if let Ok(writer) = Arc::clone(&self.writer).try_lock_owned() {
            return Ok(Place::Idle(writer));
        }
        self.reader().map(|reader| Place::Reading(self, reader))
    }

    /// A connection that reads.
    fn reader(&self) -> Result<Connection, SqlError> {
        let idle = {
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            readers.as_mut().ok_or(SqlError::Closed)?.pop()
        };
        if let Some(reader) = idle {
            return Ok(reader);
        }
        let reader = connect(&self.path, OpenFlags::empty())?;
        reader.execute_batch(READER)?;
        Ok(reader)
    }

    fn give_back(&self, reader: Connection) {
        if let Some(readers) = self.readers.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            readers.push(reader);
        }
    }

    /// Waits for the writer to be done, and closes all. What is asked afterwards fails.
    pub(super) async fn close(&self) {
        drop(self.readers.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.writer.lock().await.take());
    }
}

/// A new file is for its owner alone; the log beside it takes its mode. Where it cannot be made, opening it says why.
#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}

fn connect(path: &Path, making: OpenFlags) -> Result<Connection, SqlError> {
    let flags = making
        | OpenFlags::SQLITE_OPEN_READ_WRITE
        // Each connection is used by one thread at a time.
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // Before anything is read: reading makes files beside it, of its own mode, and those would outlast a `chmod`.
    if connection.is_readonly(MAIN_DB)? {
        return Err(SqlError::ReadOnly);
    }
    // What another process does at this moment, such as clearing up after a crash, is waited for.
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // A plan stays as it was made: otherwise statements are prepared anew whenever a moment they compare with changes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(PRAGMAS)?;
    Ok(connection)
}

fn batch(connection: &Connection, sql: &str) -> Result<(), SqlError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

impl Tx {
    /// What was done counts.
    pub(super) fn commit(mut self) -> Result<(), SqlError> {
        batch(self.connection()?, "COMMIT")?;
        self.open = false;
        Ok(())
    }

    /// The connection itself, for what is not a statement of the store.
    pub(super) fn connection(&self) -> Result<&Connection, SqlError> {
        self.writer.as_ref().ok_or(SqlError::Closed)
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if self.open
            && let Ok(connection) = self.connection()
            && let Err(error) = batch(connection, "ROLLBACK")
        {
            // The next `BEGIN` fails then, and says so to its caller.
            tracing::error!(error = &error as &dyn std::error::Error, "a transaction could not be undone");
        }
    }
}

impl Place<'_> {
    /// Runs a statement that answers nothing; the number of rows it touched.
    pub(super) fn execute(self, sql: &str, binds: &[&dyn ToSql]) -> Result<u64, SqlError> {
        self.run(|connection| {
            let touched = bound(connection, sql, binds)?.raw_execute()?;
            Ok(u64::try_from(touched).unwrap_or(u64::MAX))
        })
    }

    /// Runs a statement that answers one row or none.
    pub(super) fn optional<R: Record>(self, sql: &str, binds: &[&dyn ToSql]) -> Result<Option<R>, SqlError> {
        self.run(|connection| {
            let mut statement = bound(connection, sql, binds)?;
            let mut rows = statement.raw_query();
            rows.next()?.map(|row| R::read(&Row::Sqlite(row))).transpose()
        })
    }

    /// Runs a statement that answers exactly one row.
    pub(super) fn one<R: Record>(self, sql: &str, binds: &[&dyn ToSql]) -> Result<R, SqlError> {
        self.optional(sql, binds)?.ok_or(SqlError::Sqlite(rusqlite::Error::QueryReturnedNoRows))
    }

    /// Runs a statement that answers any number of rows.
    pub(super) fn all<R: Record>(self, sql: &str, binds: &[&dyn ToSql]) -> Result<Vec<R>, SqlError> {
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

    fn run<T>(self, body: impl FnOnce(&Connection) -> Result<T, SqlError>) -> Result<T, SqlError> {
        match self {
            Self::Within(tx) => body(tx.connection()?),
            Self::Alone(tx) => {
                let answer = body(tx.connection()?)?;
                tx.commit()?;
                Ok(answer)
            }
            Self::Idle(writer) => body(writer.as_ref().ok_or(SqlError::Closed)?),
            Self::Reading(sqlite, connection) => {
                let answer = body(&connection);
                sqlite.give_back(connection);
                answer
            }
        }
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
