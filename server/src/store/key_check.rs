//! Whether the key file is the one this database was made with: another one would find no number and open no message.
use super::tx::{execute, one, optional, statements};
use super::{Error, SqlError, Store};

statements! {
    REMEMBER = "INSERT INTO meta (key, value) VALUES ('key_id', $1) ON CONFLICT (key) DO NOTHING";
    KNOWN = "SELECT value FROM meta WHERE key = 'key_id'";
}

/// Why the key file does not serve.
#[derive(Debug, thiserror::Error)]
pub enum KeyCheckError {
    /// It is another one.
    #[error(
        "secrets.key_file: this database was made with another key file (its id is {expected}, this one's {found}); \
         put the old file back from your backup, or give another database.url to begin anew"
    )]
    AnotherKey {
        /// Whose rows are in the database.
        expected: String,
        /// Whose file was read.
        found: String,
    },
    /// The database does not answer.
    #[error("the database cannot be read: {0}")]
    Database(Box<dyn std::error::Error + Send + Sync>),
}

impl Store {
    /// Remembers the key file at the first start, and compares it at every later one. To be called after migrating and before
    /// anything else.
    ///
    /// # Errors
    /// When the database was made with another key file; the error names the remedy.
    pub async fn check_key(&self) -> Result<(), KeyCheckError> {
        let found = self.keys.id().to_string();
        let database = |error: SqlError| KeyCheckError::Database(Box::new(Error::from(error)));
        execute!(self.db.write(), REMEMBER, &found).map_err(database)?;
        let known: Result<(String,), _> = one!(self.db.read(), KNOWN);
        let (expected,) = known.map_err(database)?;
        same(expected, found)
    }

    /// The same without remembering: a database that was made with no key file yet is good with any.
    ///
    /// # Errors
    /// As [`Store::check_key`].
    pub async fn compare_key(&self) -> Result<(), KeyCheckError> {
        let known: Result<Option<(String,)>, _> = optional!(self.db.read(), KNOWN);
        let known = known.map_err(|error: SqlError| KeyCheckError::Database(Box::new(Error::from(error))))?;
        known.map_or(Ok(()), |(expected,)| same(expected, self.keys.id().to_string()))
    }
}

fn same(expected: String, found: String) -> Result<(), KeyCheckError> {
    if expected == found { Ok(()) } else { Err(KeyCheckError::AnotherKey { expected, found }) }
}
