//! What is particular to a file of SQLite: other processes at it, and how its tables are brought up to date.
use crate::world::World;
use domain::limits::{Limit, Rule};
use domain::ports::Limits as _;
use rusqlite::Connection;
use server::store::{Db, DbError, MigrateError};
use std::time::Duration;

fn beside(world: &World) -> Connection {
    Connection::open(world.place.path()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_writes_is_waited_for() {
    let world = World::sqlite().await.unwrap();
    let other = beside(&world);
    other.execute_batch("BEGIN IMMEDIATE; INSERT INTO meta (key, value) VALUES ('a', 'b')").unwrap();
    let rule = Rule { key: "k".to_owned(), window: Duration::from_secs(60), max: 1, limit: Limit::Number };
    let hand = world.hand();
    let hit = tokio::spawn(async move { hand.store.hit(&[rule], hand.now()).await });
    // While it waits, those who read do not.
    for _ in 0..20 {
        assert!(world.store.is_ready().await);
        tokio::task::yield_now().await;
    }
    assert!(!hit.is_finished());
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(hit.await.unwrap().unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_starts_at_once_one_makes_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("data/latchkey.db").display());
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move {
                let db = Db::open(&url).await?;
                db.migrate().await
            })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap();
    }
    assert!(Db::open(&url).await.unwrap().is_migrated().await.unwrap());
}

#[tokio::test]
async fn a_step_that_was_edited_is_refused() {
    let world = World::sqlite().await.unwrap();
    beside(&world).execute_batch("UPDATE _sqlx_migrations SET checksum = x'00'").unwrap();
    let error = world.store.db().migrate().await.unwrap_err();
    assert!(matches!(error, DbError::Migrate(MigrateError::Changed(1))), "{error}");
}

#[tokio::test]
async fn what_is_asked_after_closing_fails() {
    let world = World::sqlite().await.unwrap();
    world.store.db().close().await;
    assert!(!world.store.is_ready().await);
    assert!(world.store.clean(world.now()).await.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_database_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::sqlite().await.unwrap();
    for name in ["latchkey.db", "latchkey.db-wal", "latchkey.db-shm"] {
        let file = std::fs::metadata(world.place.path().with_file_name(name)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
}
