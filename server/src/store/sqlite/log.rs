//! The write-ahead log: how long it is, and carrying it into the file.
use rusqlite::Connection;
use std::cell::Cell;
use std::ffi::c_int;

/// Pages of 4 kB before it is carried: those that change all the time are carried less often so.
const FULL: c_int = 4000;

thread_local! {
    /// Pages after the last commit of this thread, until somebody asks. SQLite tells them to a function that knows of nothing else.
    static PAGES: Cell<c_int> = const { Cell::new(0) };
}

/// From here on commits of this connection tell how long the log is, and do not carry it themselves.
pub(super) fn measure(connection: &Connection) {
    connection.wal_hook(Some(|_, pages| {
        PAGES.set(pages);
        Ok(())
    }));
}

/// Whether the commit that this thread has just done left it long enough to be carried.
pub(super) fn is_full() -> bool {
    PAGES.take() >= FULL
}

/// Carries as much of it into the file as nobody reads any more, and waits for the disk. What could not be carried stays in the log,
/// and counts from there.
pub(super) fn carry(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the log of the database could not be carried into its file"
        );
    }
}
