//! What goes wrong between the store and its database.
use rusqlite::ErrorCode;
use std::sync::Arc;

/// A database that does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// What SQLite says.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// What PostgreSQL says.
    #[error(transparent)]
    Postgres(#[from] sqlx::Error),
    /// A server that neither answers nor refuses.
    #[error("the server of the database does not answer")]
    Unreachable,
    /// Others held the writer of SQLite, or all connections to PostgreSQL, too long.
    #[error("the database has been busy with others for seconds")]
    Busy,
    /// What went wrong with a commit that several steps shared.
    #[error(transparent)]
    Shared(Arc<SqlError>),
    /// The database was in trouble with another step and undid this one as well.
    #[error("the database has undone several steps together")]
    Undone,
    /// A file that can be read and not changed.
    #[error("it may be read and not changed by this user, or lies on a disk that takes no changes")]
    ReadOnly,
    /// The server is about to stop.
    #[error("the database has been closed")]
    Closed,
}

impl SqlError {
    /// Whether it is the database's own word: it was reached.
    pub(super) fn is_answer(&self) -> bool {
        match self {
            Self::Sqlite(_) | Self::Postgres(sqlx::Error::Database(_)) | Self::Undone => true,
            Self::Shared(error) => error.is_answer(),
            _ => false,
        }
    }

    /// Whether the same may go well when it is done again at once: two transactions stood in each other's way.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Undone => true,
            Self::Shared(error) => error.is_passing(),
            Self::Postgres(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| matches!(&*code, "40001" | "40P01"))
            }
            _ => false,
        }
    }

    /// Whether the database cannot be used at the moment, whatever it is asked: away, going down, coming up, busy with others, or
    /// without room on its disk.
    pub(super) fn is_away(&self) -> bool {
        match self {
            Self::Sqlite(error) => {
                matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull)
                )
            }
            Self::Postgres(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => true,
            Self::Postgres(sqlx::Error::Database(error)) => error.code().is_some_and(|code| {
                // Operator intervention, no room on the disk, too many connections, a lock or a statement that took too long, a standby that
                // takes no changes.
                code.starts_with("57") || ["53100", "53300", "55P03", "25006"].contains(&&*code)
            }),
            Self::Busy | Self::Closed | Self::Unreachable => true,
            Self::Shared(error) => error.is_away(),
            Self::Postgres(_) | Self::ReadOnly | Self::Undone => self.is_passing(),
        }
    }

    /// Whether a row of that key is there already. Which key it is, the operation knows: SQLite names none.
    pub(super) fn is_unique_violation(&self) -> bool {
        use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
        match self {
            Self::Sqlite(error) => error.sqlite_error().is_some_and(|error| {
                [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].contains(&error.extended_code)
            }),
            Self::Postgres(error) => {
                error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
            }
            // A row of its own is each step's own word, never that of a commit.
            _ => false,
        }
    }

    /// Whether the row that a new one refers to is not there, or not any more. Which row that is, the operation knows.
    pub(super) fn is_orphan(&self) -> bool {
        match self {
            Self::Sqlite(error) => error
                .sqlite_error()
                .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY),
            Self::Postgres(error) => {
                error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)
            }
            // A row of its own is each step's own word, never that of a commit.
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_fault_of_the_request() {
        let failed =
            |code| SqlError::Sqlite(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None));
        assert!(failed(rusqlite::ffi::SQLITE_FULL).is_away());
        assert!(!failed(rusqlite::ffi::SQLITE_CONSTRAINT).is_away());
    }
}
