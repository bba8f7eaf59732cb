//! The one connection that writes, and commits that several transactions share.
//!
//! Transactions run one after the other. Who is done while others wait leaves the commit to one that comes after: the next goes on
//! behind a savepoint, in the same transaction of the file, and a single commit carries them all. The pages that most of them change
//! are written once then and not for each. Nobody is told that his step counts before it does; one that is undone takes no other
//! with it; nobody reads what is not committed.
use super::log;
use crate::store::sql::SqlError;
use rusqlite::{Connection, ErrorCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard, oneshot};

/// While another process writes, the writer is asked for again after so long …
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// … and so often: a step that waited five seconds has failed.
const ASKED: u32 = 1000;

/// No more share one commit: the first of them waits for the last.
const SHARED_BY: usize = 32;

/// Those who want to write, in order. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writers {
    writer: Arc<Queue<Option<Writer>>>,
    waiting: Arc<AtomicUsize>,
    /// Somebody is about to carry the log into the file.
    carrying: Arc<AtomicBool>,
}

/// The connection that writes, and what is open on it.
#[derive(Debug)]
struct Writer {
    connection: Connection,
    /// Steps that are done and wait for their commit; `None`: no transaction is open.
    group: Option<Group>,
}

#[derive(Debug, Default)]
struct Group {
    waiting: Vec<oneshot::Sender<Ended>>,
}

/// How a commit that several shared came out.
type Ended = Result<(), Arc<SqlError>>;

/// The writer, in a transaction of several statements. Dropped without an end, nothing of it counts.
pub(in crate::store) struct Tx {
    writers: Writers,
    turn: Turn,
    /// Others wait for the same commit: this one is behind a savepoint.
    behind: bool,
    open: bool,
}

/// The writer, for one at a time.
pub(in crate::store) struct Turn(OwnedMutexGuard<Option<Writer>>);

/// Somebody waits for the writer.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn on(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Turn {
    pub(super) fn connection(&self) -> Result<&Connection, SqlError> {
        self.0.as_ref().map(|writer| &writer.connection).ok_or(SqlError::Closed)
    }

    fn writer(&mut self) -> Result<&mut Writer, SqlError> {
        self.0.as_mut().ok_or(SqlError::Closed)
    }
}

impl Writers {
    pub(super) fn of(connection: Connection) -> Self {
        log::measure(&connection);
        let writer = Writer { connection, group: None };
        Self { writer: Arc::new(Queue::new(Some(writer))), waiting: Arc::default(), carrying: Arc::default() }
    }

    async fn turn(&self) -> Turn {
        let _waits = Waits::on(&self.waiting);
        Turn(Arc::clone(&self.writer).lock_owned().await)
    }

    /// The writer once it is free here and in other processes.
    pub(super) async fn begin(&self) -> Result<Tx, SqlError> {
        let mut turn = self.turn().await;
        for _ in 0..ASKED {
            if let Some(behind) = turn.writer()?.begin()? {
                return Ok(Tx { writers: self.clone(), turn, behind, open: true });
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
        Err(SqlError::Busy)
    }

    /// The writer, for reading, if nobody writes: nothing is open on it.
    pub(super) fn idle(&self) -> Option<Turn> {
        let turn = Arc::clone(&self.writer).try_lock_owned().ok()?;
        turn.as_ref().is_some_and(|writer| writer.group.is_none()).then_some(Turn(turn))
    }

    /// Commits what is open, once those who came before are done.
    async fn commit_in_turn(self) {
        if let Some(writer) = self.writer.lock().await.as_mut() {
            // Those who wait are told; nobody else is there.
            let _ = writer.commit();
            self.carry_if_full();
        }
    }

    /// Carries the log into the file once it is long enough: in its turn, and on a thread that may wait for the disk, because those
    /// that answer people must not. Who only reads goes on meanwhile.
    fn carry_if_full(&self) {
        if !log::is_full() || self.carrying.swap(true, Ordering::Relaxed) {
            return;
        }
        let (writer, carrying) = (Arc::clone(&self.writer), Arc::clone(&self.carrying));
        tokio::task::spawn_blocking(move || {
            if let Some(writer) = writer.blocking_lock().as_mut() {
                // What is open keeps the log where it is. Those who wait for it are told.
                let _ = writer.commit();
                log::carry(&writer.connection);
            }
            carrying.store(false, Ordering::Relaxed);
        });
    }

    /// Commits what is open and closes the connection. Who comes later is refused.
    pub(super) async fn close(&self) {
        if let Some(mut writer) = self.writer.lock().await.take() {
            let _ = writer.commit();
        }
    }
}

impl Writer {
    /// Begins; says whether behind others. `None`: another process writes at this moment. `IMMEDIATE`, because a transaction that
    /// reads first and writes then fails at once where somebody else writes (R132).
    fn begin(&mut self) -> Result<Option<bool>, SqlError> {
        if self.group.is_some() {
            batch(&self.connection, "SAVEPOINT step")?;
            return Ok(Some(true));
        }
        match batch(&self.connection, "BEGIN IMMEDIATE") {
            Ok(()) => {
                self.group = Some(Group::default());
                Ok(Some(false))
            }
            Err(SqlError::Sqlite(error)) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Commits all that is open, and tells those who wait for it.
    fn commit(&mut self) -> Result<(), SqlError> {
        let Some(group) = self.group.take() else { return Ok(()) };
        let ended = batch(&self.connection, "COMMIT");
        if ended.is_err() {
            self.roll_back();
        }
        group.tell(ended)
    }

    /// Undoes the step that is under way, and no other. A database that is in trouble may have undone all of them already.
    fn undo(&mut self, behind: bool) {
        let alone = behind
            && !self.connection.is_autocommit()
            && batch(&self.connection, "ROLLBACK TO step")
                .and_then(|()| batch(&self.connection, "RELEASE step"))
                .is_ok();
        if alone {
            return;
        }
        self.roll_back();
        if let Some(group) = self.group.take() {
            let _ = group.tell(Err(SqlError::Undone));
        }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = batch(&self.connection, "ROLLBACK")
        {
            // The next `BEGIN` fails then, and says so to its caller.
            tracing::error!(error = &error as &dyn std::error::Error, "a transaction could not be undone");
        }
    }
}

impl Group {
    fn wait(&mut self) -> oneshot::Receiver<Ended> {
        let (tell, told) = oneshot::channel();
        self.waiting.push(tell);
        told
    }

    fn tell(self, ended: Result<(), SqlError>) -> Result<(), SqlError> {
        if self.waiting.is_empty() {
            return ended;
        }
        let ended = ended.map_err(Arc::new);
        for waits in self.waiting {
            // Who does not wait any more was not told that it counts.
            let _ = waits.send(ended.clone());
        }
        ended.map_err(SqlError::Shared)
    }
}

fn batch(connection: &Connection, sql: &str) -> Result<(), SqlError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

impl Tx {
    /// What was done counts.
    pub(in crate::store) async fn commit(mut self) -> Result<(), SqlError> {
        match self.end()? {
            Some(told) => self.hear(told).await,
            None => Ok(()),
        }
    }

    /// Commits at once where nobody waits; else gives who will tell that it counts.
    fn end(&mut self) -> Result<Option<oneshot::Receiver<Ended>>, SqlError> {
        let others = self.writers.waiting.load(Ordering::Relaxed) > 0;
        let writer = self.turn.writer()?;
        if self.behind {
            batch(&writer.connection, "RELEASE step")?;
        }
        self.open = false;
        let Some(group) = writer.group.as_mut().filter(|group| others && group.waiting.len() < SHARED_BY)
        else {
            let ended = writer.commit();
            self.writers.carry_if_full();
            return ended.map(|()| None);
        };
        if group.waiting.is_empty() {
            // Whoever is in the queue now goes first. A task of its own: nobody who goes away leaves the others without.
            tokio::spawn(self.writers.clone().commit_in_turn());
        }
        Ok(Some(group.wait()))
    }

    /// Nothing was done. What was seen of others' steps may be told when these count.
    pub(in crate::store) async fn undo(mut self) -> Result<(), SqlError> {
        self.open = false;
        let behind = self.behind;
        let writer = self.turn.writer()?;
        writer.undo(behind);
        match writer.group.as_mut() {
            Some(group) => {
                let told = group.wait();
                self.hear(told).await
            }
            None if behind => Err(SqlError::Undone),
            None => Ok(()),
        }
    }

    /// Gives the turn to the next one, and waits for the commit.
    async fn hear(self, told: oneshot::Receiver<Ended>) -> Result<(), SqlError> {
        drop(self);
        match told.await {
            Ok(ended) => ended.map_err(SqlError::Shared),
            Err(_) => Err(SqlError::Closed),
        }
    }

    /// The connection itself, for what is not a statement of the store.
    pub(in crate::store) fn connection(&self) -> Result<&Connection, SqlError> {
        self.turn.connection()
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if self.open
            && let Ok(writer) = self.turn.writer()
        {
            writer.undo(self.behind);
        }
    }
}

#[cfg(test)]
mod tests;
