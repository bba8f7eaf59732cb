//! Bringing the tables up to date: steps in order, in one transaction with the notes that they were done.
//!
//! The notes are kept as sqlx keeps them, so that both databases tell their history alike.
use super::postgres::Postgres;
use super::sql::SqlError;
use super::sqlite::Sqlite;
use rusqlite::Connection;
use sqlx::migrate::{Migration, Migrator};

static STEPS: Migrator = sqlx::migrate!("../migrations/sqlite");

const NOTES: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, \
    execution_time BIGINT NOT NULL)";
const DONE: &str = "SELECT checksum FROM _sqlx_migrations WHERE version = ?1";
const NEWEST: &str = "SELECT MAX(version) FROM _sqlx_migrations WHERE success";
const CONTRACTED: &str =
    "SELECT MIN(version) FROM _sqlx_migrations WHERE version > ?1 AND description LIKE 'contract%'";
const NOTE: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
    VALUES (?1, ?2, TRUE, ?3, 0)";
const HAS_NOTES: &str = "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";

/// Why the tables cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A later release took away what this one uses.
    #[error(
        "a later release of latchkey has taken away what this one uses (step {0}); start that one, or restore the backup made \
         before it"
    )]
    Later(i64),
    /// The same number, another text.
    #[error("step {0} was done by another make of latchkey; start that one, or restore a backup")]
    Changed(i64),
    /// A step fails, or the database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

impl From<rusqlite::Error> for MigrateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error.into())
    }
}

/// Does what is still to be done. Of several starts at once one does it.
pub(super) async fn run(sqlite: &Sqlite) -> Result<(), MigrateError> {
    let tx = sqlite.begin().await?;
    let connection = tx.connection()?;
    connection.execute_batch(NOTES)?;
    if let Some(step) = contracted(connection)? {
        return Err(MigrateError::Later(step));
    }
    for step in STEPS.iter() {
        take(connection, step)?;
    }
    Ok(tx.commit().await?)
}

fn take(connection: &Connection, step: &Migration) -> Result<(), MigrateError> {
    let mut statement = connection.prepare(DONE)?;
    let mut rows = statement.query([step.version])?;
    if let Some(row) = rows.next()? {
        let checksum: Vec<u8> = row.get(0)?;
        return if checksum == *step.checksum { Ok(()) } else { Err(MigrateError::Changed(step.version)) };
    }
    connection.execute_batch(step.sql.as_str())?;
    connection.execute(NOTE, (step.version, &step.description, &*step.checksum))?;
    Ok(())
}

/// The last step done; `None` where no start has made tables yet.
pub(super) fn newest(connection: &Connection) -> Result<Option<i64>, SqlError> {
    if connection.query_row(HAS_NOTES, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(None);
    }
    Ok(connection.query_row(NEWEST, [], |row| row.get(0))?)
}

/// The first step of a later release that takes away what this one may use. Those that only add are no hindrance: while nodes are
/// replaced one by one, old ones meet the tables of new ones.
fn contracted(connection: &Connection) -> Result<Option<i64>, SqlError> {
    Ok(connection.query_row(CONTRACTED, [last()], |row| row.get(0))?)
}

/// Whether the tables are those of this release, or of a later one that it can live with.
pub(super) fn fit(connection: &Connection) -> Result<bool, SqlError> {
    Ok(newest(connection)? >= last() && contracted(connection)?.is_none())
}

/// The same for PostgreSQL, by sqlx; of several nodes that start at once one does it.
pub(super) async fn run_postgres(postgres: &Postgres) -> Result<(), MigrateError> {
    if postgres.newest().await?.is_some()
        && let Some(step) = postgres.contracted(last()).await?
    {
        return Err(MigrateError::Later(step));
    }
    let mut steps = sqlx::migrate!("../migrations/postgres");
    steps.set_ignore_missing(true);
    let pool = postgres.pool();
    let done = steps.run(&pool).await;
    pool.close().await;
    done.map_err(|error| match error {
        sqlx::migrate::MigrateError::VersionMismatch(step) => MigrateError::Changed(step),
        other => MigrateError::Sql(SqlError::Postgres(other.into())),
    })
}

/// As [`fit`], for PostgreSQL.
pub(super) async fn fit_postgres(postgres: &Postgres) -> Result<bool, SqlError> {
    Ok(postgres.newest().await? >= last() && postgres.contracted(last()).await?.is_none())
}

/// How the tables of a database stand to those of this release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The last step done; nothing where no start has made tables yet.
    pub newest: Option<i64>,
    /// Steps of this release that are still to be done.
    pub pending: usize,
    /// The first step of a later release that took away what this one uses.
    pub taken_away: Option<i64>,
}

fn compared(newest: Option<i64>, taken_away: Option<i64>) -> Steps {
    let pending = STEPS.iter().filter(|step| newest.is_none_or(|newest| step.version > newest)).count();
    Steps { newest, pending, taken_away }
}

/// For a file of SQLite.
pub(super) fn steps(connection: &Connection) -> Result<Steps, SqlError> {
    let newest = newest(connection)?;
    let taken_away = if newest.is_some() { contracted(connection)? } else { None };
    Ok(compared(newest, taken_away))
}

/// The same for PostgreSQL.
pub(super) async fn steps_postgres(postgres: &Postgres) -> Result<Steps, SqlError> {
    let newest = postgres.newest().await?;
    let taken_away = if newest.is_some() { postgres.contracted(last()).await? } else { None };
    Ok(compared(newest, taken_away))
}

/// The last step of this release.
fn last() -> Option<i64> {
    STEPS.iter().map(|step| step.version).max()
}
