//! What a lookup costs does not grow with the table: every statement finds its rows by an index, on either database.
use crate::world::World;
use rusqlite::Connection;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _};

/// Where reading a whole table is meant: tidying, and tables that are small by what they are.
const READS_ALL: &[(&str, &str)] = &[
    ("clean", "NOTICES"),
    ("clean", "NUMBERS"),
    ("clean", "PRIVATE_KEYS"),
    ("clean", "SIGNING_KEYS"),
    // The oldest, as far as its limit.
    ("clean", "EVENTS"),
    ("deliveries", "STALE"),
    // The calls that wait for a key press, by an index that holds nothing else.
    ("calls", "OVER"),
    // The operator's list, by an index that has no account twice.
    ("directory", "LIST"),
    // The operator's own apps, and the few methods; counting people is for the operator's command alone.
    ("clients", "ALL"),
    ("clients", "FORGET"),
    ("methods", "ALL"),
    ("methods", "SET_DEFAULT"),
    ("methods", "UNSET_ANY_DEFAULT"),
    ("methods", "SECOND_STEPS"),
    // A handful of keys.
    ("signing_keys", "KEPT"),
    ("signing_keys", "FIRST"),
    ("signing_keys", "NEXT"),
    ("signing_keys", "WITHDRAW"),
    // An account that is removed, now and then: no index of messages by account is kept for it.
    ("remove", "MESSAGES"),
    // An operator's question, now and then: no index is kept up to date for it with each message and each event.
    ("trace", "BY_REFERENCE"),
    ("trace", "BY_REQUEST"),
    ("trace", "OF_REQUEST"),
];

/// Once, after a backup was put back, while nobody is served: all rows are meant.
const ALL_OF: &str = "restored";

#[tokio::test]
async fn no_lookup_reads_a_whole_table_of_a_file() {
    let world = World::sqlite().await.unwrap();
    let connection = Connection::open(world.place.path()).unwrap();
    for (file, name, sql) in server::store::statements() {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = plan.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get("detail").unwrap();
            let reads_all = step.starts_with("SCAN")
                && !step.contains("CONSTANT ROW")
                && !step.contains("VALUES CLAUSE")
                && !step.contains("hit");
            let meant = file == ALL_OF || READS_ALL.contains(&(file, name));
            assert!(!reads_all || meant, "{file}::{name}: {step}");
        }
    }
}

/// The steps of the plan that the server keeps for a statement, each with what is said of it.
async fn plan(connection: &mut PgConnection, sql: &str) -> Vec<String> {
    let prepare = format!("PREPARE asked AS {sql}");
    connection.execute(sqlx::raw_sql(AssertSqlSafe(prepare))).await.unwrap();
    let count = "SELECT CARDINALITY(parameter_types) FROM pg_prepared_statements WHERE name = 'asked'";
    let count: i32 = sqlx::query_scalar(count).fetch_one(&mut *connection).await.unwrap();
    let values = vec!["NULL"; usize::try_from(count).unwrap()].join(", ");
    let given = if count == 0 { String::new() } else { format!("({values})") };
    let explain =
        sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN (COSTS OFF) EXECUTE asked{given}; DEALLOCATE asked")));
    let mut steps: Vec<String> = Vec::new();
    for row in connection.fetch_all(explain).await.unwrap() {
        let line: String = row.get(0);
        match steps.last_mut() {
            Some(step) if !line.contains("->") => {
                step.push(' ');
                step.push_str(line.trim());
            }
            _ => steps.push(line.trim().to_owned()),
        }
    }
    steps
}

#[tokio::test]
async fn no_lookup_reads_a_whole_table_of_a_server() {
    let Some(world) = World::postgres().await else { return };
    let mut connection = world.place.connection().await;
    // As the product's connections are, see `store/postgres/connections.rs`.
    let settings =
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off";
    connection.execute(sqlx::raw_sql(settings)).await.unwrap();
    let mut searched = 0;
    for (file, name, sql) in server::store::statements() {
        if file == ALL_OF || READS_ALL.contains(&(file, name)) {
            continue;
        }
        for step in plan(&mut connection, sql).await {
            let by_index = step.contains("Index Cond");
            let reads_all = step.contains("Seq Scan") || (step.contains(" using ") && !by_index);
            // Numbers that wait for their confirmation: an index of a page or two, taken as long as the server's figures say so.
            let few = step.contains(" using phones_pending ");
            assert!(!reads_all || few, "{file}::{name}: {step}");
            searched += usize::from(by_index);
        }
    }
    assert!(searched > 100, "{searched}");
}
