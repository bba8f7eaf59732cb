//! Every statement is understood by the migrated database.
use crate::world::World;
use std::collections::HashSet;

pub async fn every_statement_is_understood(world: World) {
    let mut names = HashSet::new();
    for (file, name, sql) in server::store::statements() {
        assert!(names.insert((file, name)), "{file}::{name} is there twice");
        world.store.db().prepare(sql).await.unwrap_or_else(|error| panic!("{file}::{name}: {error}"));
        for foreign in ["GREATEST", "LEAST(", "now()", "ILIKE", "ANY(", " OR REPLACE", "?1", "TRUE", "FALSE"]
        {
            assert!(!sql.contains(foreign), "{file}::{name} is not portable: {foreign}");
        }
    }
    assert!(names.len() > 80, "{}", names.len());
    assert!(world.store.db().prepare("SELECT nothing FROM nowhere").await.is_err(), "the test can fail");
}
