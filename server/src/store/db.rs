//! The database: how it is opened, migrated and asked whether it is there.
use super::tx::{On, Pool, Tx};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");

/// A statement that waits so long for the writer has failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections that read. Readers of SQLite never wait for the writer; each has a thread of its own.
const READERS: u32 = 4;

/// Statements kept prepared per connection; there are fewer than that.
const PREPARED: usize = 256;

/// Why a database cannot be used, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Not an address of a database we know.
    #[error("database.url: {0:?} is not understood; write sqlite://PATH, such as sqlite://data/latchkey.db")]
    Url(String),
    /// The folder cannot be made.
    #[error("database.url: the folder {folder} cannot be made: {cause}", folder = .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It cannot be opened.
    #[error("database.url: the database cannot be opened: {0}")]
    Open(#[source] sqlx::Error),
    /// Its tables cannot be brought up to date.
    #[error("the tables of the database cannot be brought up to date: {0}")]
    Migrate(#[from] MigrateError),
}

/// An open database.
///
/// **SQLite**: write-ahead log; one connection writes, so that writers queue in order instead of trying again and again, and a few
/// others read without waiting. `synchronous = NORMAL`: a crash of the program loses nothing; a power cut or a crash of the system may
/// undo the last steps (those since the last checkpoint, whole steps only: the file stays sound). What that can undo is a code that must be asked for again, a
/// sign-in or a change of the last moments that must be repeated; it also forgets guesses and counts of these moments, which
/// nobody outside can bring about.
#[derive(Clone)]
pub struct Db {
    read: Pool,
    write: Pool,
}

impl Db {
    /// Opens the database at `url` (`sqlite://PATH`), making file and folder where there is none.
    ///
    /// # Errors
    /// When the address is not understood or the file cannot be opened; the error names the remedy.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        let unknown = || DbError::Url(url.to_owned());
        if !url.starts_with("sqlite:") {
            return Err(unknown());
        }
        let options = SqliteConnectOptions::from_str(url).map_err(|_| unknown())?;
        let path = options.get_filename().to_owned();
        if path.as_os_str().is_empty() || path.to_string_lossy().contains(":memory:") {
            return Err(unknown());
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder).map_err(|cause| DbError::Folder { folder: folder.to_owned(), cause })?;
        }
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .statement_cache_capacity(PREPARED)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-16000")
            // 16 MB of log before it is carried into the file: pages that change all the time are carried less often.
            .pragma("wal_autocheckpoint", "4000")
            // Freed pages are overwritten: what was deleted is gone from the file as well.
            .pragma("secure_delete", "fast");
        let pool = || {
            SqlitePoolOptions::new()
                .test_before_acquire(false)
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(Duration::from_secs(30))
        };
        // The writer comes first: it makes the file and turns the write-ahead log on.
        let write = pool().max_connections(1).min_connections(1).connect_with(options.clone()).await;
        let write = write.map_err(DbError::Open)?;
        let read = pool().max_connections(READERS).connect_with(options.pragma("query_only", "on")).await;
        let read = read.map_err(DbError::Open)?;
        Ok(Self { read: Pool::Sqlite(read), write: Pool::Sqlite(write) })
    }

    /// Brings the tables up to date; nothing happens where they are.
    ///
    /// # Errors
    /// When a step fails, or the database was made by a later release.
    pub async fn migrate(&self) -> Result<(), DbError> {
        match self.write.on() {
            On::Sqlite(pool) => SQLITE.run(pool).await?,
        }
        Ok(())
    }

    /// Whether no start has made tables in it yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_new(&self) -> Result<bool, sqlx::Error> {
        match self.read.on() {
            On::Sqlite(pool) => {
                let has = "SELECT name FROM sqlite_master WHERE name = '_sqlx_migrations'";
                sqlx::query(has).fetch_optional(pool).await.map(|row| row.is_none())
            }
        }
    }

    /// Whether the tables are those of this release.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_migrated(&self) -> Result<bool, sqlx::Error> {
        if self.is_new().await? {
            return Ok(false);
        }
        let newest = SQLITE.iter().map(|step| step.version).max();
        match self.read.on() {
            On::Sqlite(pool) => {
                let done = "SELECT MAX(version) FROM _sqlx_migrations WHERE success = TRUE";
                let (done,): (Option<i64>,) = sqlx::query_as(done).fetch_one(pool).await?;
                Ok(done == newest)
            }
        }
    }

    /// Asks for the smallest thing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        match self.read.on() {
            On::Sqlite(pool) => sqlx::query("SELECT 1").execute(pool).await.map(drop),
        }
    }

    /// Finishes what is under way and closes the files.
    pub async fn close(&self) {
        for pool in [&self.read, &self.write] {
            match pool.on() {
                On::Sqlite(pool) => pool.close().await,
            }
        }
    }

    /// Where a statement that only reads goes.
    pub(super) fn read(&self) -> &Pool {
        &self.read
    }

    /// Where a single statement that changes something goes: it is atomic by itself.
    pub(super) fn write(&self) -> &Pool {
        &self.write
    }

    /// Where several statements go that count together.
    pub(super) async fn begin(&self) -> Result<Tx, sqlx::Error> {
        Tx::begin(&self.write).await
    }

    /// Asks the database to prepare a statement: for the test that does so with all of them.
    ///
    /// # Errors
    /// When it is not understood, or names what is not there.
    pub async fn prepare(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        match self.write.on() {
            On::Sqlite(pool) => pool.prepare(statement.into_sql_str()).await.map(drop),
        }
    }
}

#[cfg(unix)]
fn make_folder(folder: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}
