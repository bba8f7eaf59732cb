//! SQLite: connections, transactions, and how a statement is put to it.
//!
//! Statements run on the thread that asks. One takes some ten microseconds; handing it to a thread of the connection's own and its
//! answer back would cost more than that in thread switches, forty times a sign-in. What may take long is kept off these threads:
//! waiting for the writer is asynchronous, within this process as well as towards others; tidying, and carrying the log into
//! the file, which waits for the disk, go through a blocking thread.
mod log;
mod place;
mod writer;

pub(super) use place::Place;
pub(super) use writer::Tx;

use self::writer::Writers;
use super::sql::SqlError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Opening the file waits so long for another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// Statements kept prepared per connection; there are fewer than that.
const PREPARED: usize = 256;

/// How connections behave. Few pages kept in memory, those that are written now: after a page of an index has been split, a commit
/// looks at every page that is kept, which cost more than reading some again. Freed pages are overwritten: what was deleted is gone
/// from the file as well.
const PRAGMAS: &str = "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
    PRAGMA cache_size = -4000; PRAGMA secure_delete = FAST;";

/// … and those that read. What one keeps of the file is of no use any more after the next write, so it keeps little.
const READER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -500;";

/// The connections to one file. One writes, and those who want it queue in order instead of trying again and again. Who reads
/// never waits: while nobody writes he takes the writer, which has the newest pages at hand (others drop theirs after every
/// write), else one of his own; of these there are as many as threads that read at one moment.
#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    writers: Writers,
    readers: Mutex<Option<Vec<Connection>>>,
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
            writers: Writers::of(writer),
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

    /// A transaction, once it is this one's turn.
    pub(super) async fn begin(&self) -> Result<Tx, SqlError> {
        self.writers.begin().await
    }

    /// Looks at the database itself, beside the statements of the store.
    pub(super) fn look<T>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        self.reading()?.look(body)
    }

    /// A place for a statement that reads.
    pub(super) fn reading(&self) -> Result<Place<'_>, SqlError> {
        if let Some(writer) = self.writers.idle() {
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
        self.writers.close().await;
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
