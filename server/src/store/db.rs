//! The database: how it is opened, migrated and asked whether it is there.
use super::migrations::{self, MigrateError};
use super::postgres::Postgres;
use super::sql::SqlError;
use super::sqlite::Sqlite;
use super::tx::{Reading, Tx, Whose, Writing};
use domain::time::Timestamp;
use rusqlite::ErrorCode;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Why a database cannot be used, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Not an address of a database we know.
    #[error(
        "database.url is not understood; write sqlite://PATH, such as sqlite://data/latchkey.db, or \
         postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    Url,
    /// The folder cannot be made.
    #[error("database.url: the folder {folder} cannot be made: {cause}", folder = .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A file that cannot be opened or read.
    #[error("database.url: {} cannot be opened: {cause}; {}", .file.display(), remedy(.cause))]
    Open {
        /// The file.
        file: PathBuf,
        /// Why.
        cause: SqlError,
    },
    /// The server does not take us.
    #[error("database.url: PostgreSQL {}: {}", if .0.is_answer() { "answers and refuses us" } else { "cannot be reached" }, told(.0))]
    Connect(SqlError),
    /// Two nodes on one file.
    #[error(
        "database.url: another `latchkey serve` works on this file, and SQLite is for one node alone; end that one, or give \
         all nodes one database with postgres://…"
    )]
    AnotherNode,
    /// Tables of the same names are there, and not ours.
    #[error(
        "database.url: this database has a table \"{0}\" that latchkey did not make; give latchkey an empty database of its own"
    )]
    Foreign(String),
    /// Its user may not make tables.
    #[error(
        "database.url: this user may not make tables in this database; make it the owner (`ALTER DATABASE … OWNER TO …`), or grant it \
         CREATE on the schema"
    )]
    NoTables,
    /// Its tables cannot be brought up to date.
    #[error("the tables of the database cannot be brought up to date: {0}")]
    Migrate(MigrateError),
}

/// No `#[from]`: the cause would be the source as well, and be said twice.
impl From<MigrateError> for DbError {
    fn from(error: MigrateError) -> Self {
        Self::Migrate(error)
    }
}

/// An open database; cheap to clone.
///
/// **SQLite**: write-ahead log; one connection writes, others read without waiting. `synchronous = NORMAL`: a crash of the
/// program loses nothing; a power cut or a crash of the system may undo the last steps (those since the last checkpoint, whole steps
/// only: the file stays sound). What that can undo is a code that must be asked for again, a sign-in or a change of the last
/// moments that must be repeated; it also forgets guesses and counts of these moments, which nobody outside can bring about.
#[derive(Clone)]
pub enum Db {
    /// One file, for one node.
    Sqlite(Arc<SqliteFile>),
    /// A server of PostgreSQL, for any number of nodes.
    Postgres(Arc<PostgresServer>),
}

/// A file of SQLite with its connections.
pub struct SqliteFile(Sqlite);

/// A server of PostgreSQL with its connections.
pub struct PostgresServer(Postgres);

/// With fewer bytes free on its disk a file takes no changes to be relied on: what a few sign-ins write.
pub const LEAST_ROOM: u64 = 1 << 20;

/// Connections to PostgreSQL of one node: some for each core that works on a request, some for those that wait for a lock.
const CONNECTIONS: usize = 20;

impl Db {
    /// Opens the database at `url`: `sqlite://PATH`, making file and folder where there is none, or `postgres://…`.
    ///
    /// # Errors
    /// When the address is not understood or the file cannot be opened; the error names the remedy.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        if is_postgres(url) {
            let server = Postgres::open(url, CONNECTIONS).await.map_err(DbError::Connect)?;
            return Ok(Self::Postgres(Arc::new(PostgresServer(server))));
        }
        let path = file_of(url)?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder).map_err(|cause| DbError::Folder { folder: folder.to_owned(), cause })?;
        }
        Ok(Self::Sqlite(Arc::new(SqliteFile(Sqlite::open(path).map_err(cannot_open(path))?))))
    }

    /// Opens the database at `url` where there is one, and neither makes nor changes anything.
    ///
    /// # Errors
    /// As [`Db::open`], and where there is no such file or this user may only read it; the error names the remedy.
    pub async fn open_kept(url: &str) -> Result<Self, DbError> {
        if is_postgres(url) {
            return Self::open(url).await;
        }
        let path = file_of(url)?;
        Ok(Self::Sqlite(Arc::new(SqliteFile(Sqlite::open_kept(path).map_err(cannot_open(path))?))))
    }

    /// What keeps an open database from being read, with the file and the remedy where it is one.
    #[must_use]
    pub fn unreadable(&self, cause: SqlError) -> DbError {
        match self {
            Self::Sqlite(file) => cannot_open(file.0.path())(cause),
            Self::Postgres(_) => DbError::Connect(cause),
        }
    }

    /// Takes a file of SQLite for this node alone, as long as what is given lives. The system gives it back when the process ends,
    /// however that comes. Nothing is taken on PostgreSQL.
    ///
    /// # Errors
    /// When another node serves on it.
    pub fn take_alone(&self) -> Result<Option<File>, DbError> {
        let Self::Sqlite(file) = self else { return Ok(None) };
        let mut beside = file.0.path().as_os_str().to_owned();
        beside.push(".serving");
        let lock = File::create(beside).and_then(|lock| match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        });
        match lock {
            Ok(Some(lock)) => Ok(Some(lock)),
            Ok(None) => Err(DbError::AnotherNode),
            Err(error) => {
                tracing::warn!(cause = %error, "whether another node uses this file cannot be seen here");
                Ok(None)
            }
        }
    }

    /// Brings the tables up to date; nothing happens where they are.
    ///
    /// # Errors
    /// When a step fails, or the database was made by a later release.
    pub async fn migrate(&self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(file) => Ok(migrations::run(&file.0).await?),
            Self::Postgres(server) => Ok(migrations::run_postgres(&server.0).await?),
        }
    }

    /// Whether no start has made tables in it yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_new(&self) -> Result<bool, SqlError> {
        match self {
            Self::Sqlite(file) => file.0.look(|connection| Ok(migrations::newest(connection)?.is_none())),
            Self::Postgres(server) => Ok(server.0.newest().await?.is_none()),
        }
    }

    /// Whether a start could make its tables in a database that has none of ours yet; a file can hold them.
    ///
    /// # Errors
    /// Says what is in the way, with the remedy.
    pub async fn takes_tables(&self) -> Result<(), DbError> {
        let Self::Postgres(server) = self else { return Ok(()) };
        match server.0.foreign_table().await.map_err(DbError::Connect)? {
            // Another node may have made them just now.
            Some(_) if server.0.newest().await.map_err(DbError::Connect)?.is_some() => Ok(()),
            Some(name) => Err(DbError::Foreign(name)),
            None if server.0.may_make_tables().await.map_err(DbError::Connect)? => Ok(()),
            None => Err(DbError::NoTables),
        }
    }

    /// Whether the tables are those of this release.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_migrated(&self) -> Result<bool, SqlError> {
        match self {
            Self::Sqlite(file) => file.0.look(migrations::fit),
            Self::Postgres(server) => migrations::fit_postgres(&server.0).await,
        }
    }

    /// Bytes that are free on the disk of a file; nothing where that is a server's, or cannot be seen.
    #[must_use]
    pub fn room(&self) -> Option<u64> {
        let Self::Sqlite(file) = self else { return None };
        free_beside(file.0.path())
    }

    /// Whether it takes changes, as far as it tells without being changed; a file does while its disk has room.
    pub(super) async fn takes_changes(&self) -> Result<bool, SqlError> {
        match self {
            Self::Sqlite(_) => Ok(self.room().is_none_or(|free| free >= LEAST_ROOM)),
            Self::Postgres(server) => server.0.takes_changes().await,
        }
    }

    /// How its tables stand to those of this release.
    pub(super) async fn steps_done(&self) -> Result<migrations::Steps, SqlError> {
        match self {
            Self::Sqlite(file) => file.0.look(migrations::steps),
            Self::Postgres(server) => migrations::steps_postgres(&server.0).await,
        }
    }

    /// What time it is for all nodes that share this database, and how long asking took; nothing for a file, which has one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn now(&self) -> Result<Option<(Timestamp, Duration)>, SqlError> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(server) => server.0.now().await.map(Some),
        }
    }

    /// Finishes what is under way and closes the files.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.0.close().await,
            Self::Postgres(server) => server.0.close().await,
        }
    }

    /// Where a statement that only reads goes.
    pub(super) fn read(&self) -> Reading<'_> {
        match self {
            Self::Sqlite(file) => Reading::Sqlite(&file.0),
            Self::Postgres(server) => Reading::Postgres(&server.0),
        }
    }

    /// Where a single statement that changes something goes: it is atomic by itself.
    pub(super) fn write(&self) -> Writing<'_> {
        match self {
            Self::Sqlite(file) => Writing::Sqlite(&file.0),
            Self::Postgres(server) => Writing::Postgres(&server.0),
        }
    }

    /// Where several statements go that count together, about rows of `whose`. Nobody else changes these before its end.
    pub(super) async fn begin(&self, whose: Whose<'_>) -> Result<Tx, SqlError> {
        match self {
            Self::Sqlite(file) => file.0.begin().await.map(Tx::Sqlite),
            Self::Postgres(server) => server.0.begin(whose).await.map(Tx::Postgres),
        }
    }

    /// Asks the database to prepare a statement: for the test that does so with all of them.
    ///
    /// # Errors
    /// When it is not understood, or names what is not there.
    pub async fn prepare(&self, statement: &str) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(file) => file.0.look(|connection| {
                connection.prepare(statement)?;
                Ok(())
            }),
            Self::Postgres(server) => server.0.prepare(statement).await,
        }
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn file_of(url: &str) -> Result<&Path, DbError> {
    let path = url.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
    let path = path.filter(|path| !path.is_empty() && !path.contains(":memory:") && !path.contains('?'));
    path.map(Path::new).ok_or(DbError::Url)
}

fn cannot_open(file: &Path) -> impl Fn(SqlError) -> DbError {
    move |cause| DbError::Open { file: std::path::absolute(file).unwrap_or_else(|_| file.to_owned()), cause }
}

/// What helps where a file of SQLite cannot be opened or read.
fn remedy(cause: &SqlError) -> &'static str {
    let code = match cause {
        SqlError::Sqlite(error) => error.sqlite_error_code(),
        SqlError::ReadOnly => Some(ErrorCode::ReadOnly),
        _ => None,
    };
    match code {
        Some(ErrorCode::ReadOnly) => {
            "run this as the portal's user, and see that this user owns the file and may change it (`chmod u+rw`)"
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            "see that it is a file and its folder is there, and run this as the portal's user, who may read and change both"
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "put back your backup (and then `latchkey migrate --restored`), or name the right file; a file that is \
             damaged should be kept until the new one serves"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds the file; see which, and try again"
        }
        _ => "see that the disk is sound and has room",
    }
}

/// The server's own words without the library's around them.
fn told(error: &SqlError) -> String {
    match error {
        SqlError::Postgres(sqlx::Error::Database(error)) => error.message().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(unix)]
fn free_beside(file: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(file).ok()?;
    // One that does not count its blocks says that it has none.
    (disk.f_blocks > 0).then(|| disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_beside(_: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}
