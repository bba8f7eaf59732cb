//! The database beside the store: for what no page tells or does.
use super::House;
use rusqlite::{Connection, params_from_iter};

impl House {
    /// One number out of the database.
    pub async fn count(&self, sql: &str, binds: &[&str]) -> i64 {
        self.database().query_row(sql, params_from_iter(binds), |row| row.get(0)).unwrap()
    }

    /// A connection of its own.
    pub fn database(&self) -> Connection {
        Connection::open(self.folder.path().join("data/latchkey.db")).unwrap()
    }
}
