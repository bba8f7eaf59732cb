//! Looking at a database without changing it: for an operator who asks why something does not work.
use super::migrations::Steps;
use super::tx::{Step, Whose, execute, optional, statements};
use super::{Db, Doing as _, Result, SqlError};
use domain::ports::Fault;

statements! {
    /// Undone at once: only whether it can be done is asked.
    WRITE = "INSERT INTO meta (key, value) VALUES ('doctor', 'writes') ON CONFLICT (key) DO UPDATE SET value = 'writes'";
    STOPPED = "SELECT stopped_at FROM stops WHERE what = 'messages'";
    KEY = "SELECT value FROM meta WHERE key = 'key_id'";
}

impl Db {
    /// How its tables stand to those of this release.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn steps(&self) -> Result<Steps, Fault> {
        self.steps_done().await.doing("looking at the tables")
    }

    /// Writes, and takes it back: nothing is left of it.
    ///
    /// # Errors
    /// When nothing can be written: the disk is full, the server takes no changes, or others hold the database.
    pub async fn try_writing(&self) -> Result<(), Fault> {
        self.try_writing_in().await.doing("writing")
    }

    async fn try_writing_in(&self) -> Result<()> {
        let mut tx = self.begin(Whose::Nobody).await?;
        execute!(tx, WRITE)?;
        tx.finish(Step::Undo(())).await
    }

    /// Whether an operator has stopped all messages.
    ///
    /// # Errors
    /// When the database does not answer, or has no tables yet.
    pub async fn is_stopped(&self) -> Result<bool, Fault> {
        let row: Result<Option<(i64,)>, SqlError> = optional!(self.read(), STOPPED);
        Ok(row.doing("looking whether messages are stopped")?.is_some())
    }

    /// The id of the key file that the database was made with; nothing before its first start.
    ///
    /// # Errors
    /// When the database does not answer, or has no tables yet.
    pub async fn key_id(&self) -> Result<Option<String>, Fault> {
        let row: Result<Option<(String,)>, SqlError> = optional!(self.read(), KEY);
        Ok(row.doing("reading the id of the key file")?.map(|(id,)| id))
    }
}
