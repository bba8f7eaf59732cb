//! Both histories of migrations lead to the same tables (nothing else keeps them in step).
use crate::world::World;
use rusqlite::Connection;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Columns by table: name, kind, whether it must be there.
type Tables = BTreeMap<String, Vec<(String, String, bool)>>;

fn of_sqlite(connection: &Connection) -> Tables {
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
    let mut names = connection.prepare(names).unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let columns = |table: &String| {
        let mut info = connection.prepare(&format!("PRAGMA table_info({table})")).unwrap();
        let mut columns: Vec<(String, String, bool)> = info
            .query_map([], |row| Ok((row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        columns.sort();
        columns
    };
    names.iter().map(|table| (table.clone(), columns(table))).collect()
}

async fn of_postgres(connection: &mut PgConnection) -> Tables {
    let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text \
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
    let rows: Vec<(String, String, String, String)> =
        sqlx::query_as(columns).fetch_all(connection).await.unwrap();
    let mut tables = Tables::new();
    for (table, column, kind, nullable) in rows {
        let kind = match kind.as_str() {
            "bytea" => "BLOB".to_owned(),
            // The number of a row of the log.
            "bigint" if (table.as_str(), column.as_str()) == ("events", "id") => "INTEGER".to_owned(),
            other => other.to_uppercase(),
        };
        tables.entry(table).or_default().push((column, kind, nullable == "NO"));
    }
    tables.values_mut().for_each(|columns| columns.sort());
    tables
}

/// Unique indexes and keys, as the columns they hold.
fn keys_of_sqlite(connection: &Connection, tables: &Tables) -> Vec<String> {
    let mut keys = Vec::new();
    for table in tables.keys() {
        let mut list = connection.prepare(&format!("PRAGMA index_list({table})")).unwrap();
        let indexes: Vec<(String, bool)> =
            list.query_map([], |row| Ok((row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect();
        for (index, unique) in indexes {
            let mut info = connection.prepare(&format!("PRAGMA index_info({index})")).unwrap();
            let columns: Vec<String> =
                info.query_map([], |row| row.get(2)).unwrap().map(Result::unwrap).collect();
            keys.push(format!("{table}({}){}", columns.join(","), if unique { " unique" } else { "" }));
        }
    }
    keys.sort();
    keys
}

async fn keys_of_postgres(connection: &mut PgConnection) -> Vec<String> {
    let indexes = "SELECT t.relname::text, i.indisunique, (SELECT string_agg(a.attname::text, ',' ORDER BY k.nth) \
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, nth) \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) FROM pg_index i \
        JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
        WHERE n.nspname = 'public' AND t.relname NOT LIKE '\\_sqlx%'";
    let rows: Vec<(String, bool, String)> = sqlx::query_as(indexes).fetch_all(connection).await.unwrap();
    let mut keys: Vec<String> = rows
        .into_iter()
        // SQLite's own number of a row is its key without an index.
        .filter(|(table, _, columns)| (table.as_str(), columns.as_str()) != ("events", "id"))
        .map(|(table, unique, columns)| format!("{table}({columns}){}", if unique { " unique" } else { "" }))
        .collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_keys() {
    let Some(shared) = World::postgres().await else { return };
    let file = World::sqlite().await.unwrap();
    let sqlite = Connection::open(file.place.path()).unwrap();
    let mut postgres = shared.place.connection().await;
    let (ours, theirs) = (of_sqlite(&sqlite), of_postgres(&mut postgres).await);
    assert!(ours.len() > 10, "{ours:?}");
    assert_eq!(ours, theirs);
    let keys = keys_of_sqlite(&sqlite, &ours);
    assert!(keys.len() > 25, "{keys:?}");
    assert_eq!(keys, keys_of_postgres(&mut postgres).await);
}
