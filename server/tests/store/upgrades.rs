//! Old and new programs on one database: a later release may add, and who meets it goes on; once it takes away, old ones stop.
use crate::world::World;
use server::store::{DbError, MigrateError};

/// As a later release leaves its mark.
async fn later(world: &World, version: i64, what: &str) {
    world
        .meddle(&format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES ({version}, '{what}', TRUE, '', 1)"
        ))
        .await;
}

pub async fn a_later_release_that_only_adds_is_no_hindrance(world: World) {
    world.meddle("ALTER TABLE accounts ADD COLUMN nickname TEXT").await;
    world.meddle("CREATE TABLE later_things (id TEXT PRIMARY KEY NOT NULL)").await;
    later(&world, 9998, "add a nickname").await;
    assert!(world.store.is_ready().await);
    world.store.db().migrate().await.unwrap();
    let ada = world.account("ada", &["+12015550101"]).await;
    assert!(world.phone(&ada).await.serves(), "and the old program does its work");
}

pub async fn a_later_release_that_took_something_away_is_refused(world: World) {
    later(&world, 9998, "add a nickname").await;
    later(&world, 9999, "contract the old column").await;
    assert!(!world.store.is_ready().await);
    let error = world.store.db().migrate().await.unwrap_err();
    assert!(matches!(error, DbError::Migrate(MigrateError::Later(9999))), "{error}");
    assert!(error.to_string().contains("backup"), "it names the remedy: {error}");
}
