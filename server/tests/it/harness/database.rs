//! The database beside the store: for what no page tells or does.
use super::House;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

impl House {
    /// One number out of the database.
    pub async fn count(&self, sql: &'static str, binds: &[&str]) -> i64 {
        let mut connection = self.database().await;
        let mut query = sqlx::query_scalar(sql);
        for bind in binds {
            query = query.bind(*bind);
        }
        query.fetch_one(&mut connection).await.unwrap()
    }

    /// A connection of its own.
    pub async fn database(&self) -> SqliteConnection {
        let path = self.folder.path().join("data/latchkey.db");
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap()
    }
}
