//! Every statement is understood by the migrated database, and none looks a row up by reading a whole table.
use crate::world::World;
use rusqlite::{Connection, params_from_iter};
use std::collections::HashSet;

fn connect(world: &World) -> Connection {
    Connection::open(world.folder.path().join("data/latchkey.db")).unwrap()
}

/// One number out of the database, asked for beside the store.
pub async fn number(world: &World, sql: &str, binds: &[String]) -> Option<i64> {
    connect(world).query_row(sql, params_from_iter(binds), |row| row.get(0)).unwrap()
}

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

/// Where reading a whole table is meant: tidying, and tables that are small by what they are.
const READS_ALL: &[(&str, &str)] = &[("clean", "NOTICES"), ("clean", "NUMBERS"), ("deliveries", "STALE")];

pub async fn every_lookup_has_an_index(world: World) {
    let connection = connect(&world);
    for (file, name, sql) in server::store::statements() {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = plan.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get("detail").unwrap();
            let reads_all = step.starts_with("SCAN")
                && !step.contains("CONSTANT ROW")
                && !step.contains("VALUES CLAUSE")
                && !step.contains("hit");
            let meant = READS_ALL.contains(&(file, name));
            assert!(!reads_all || meant, "{file}::{name}: {step}");
        }
    }
}
