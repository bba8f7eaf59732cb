use super::*;
use crate::store::sqlite::Sqlite;
use tempfile::TempDir;

/// A file with one table, and a look at it from outside.
struct File {
    sqlite: Sqlite,
    folder: TempDir,
}

impl File {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("test.db")).unwrap();
        let tx = sqlite.begin().await.unwrap();
        tx.connection().unwrap().execute_batch("CREATE TABLE t (n BIGINT UNIQUE)").unwrap();
        tx.commit().await.unwrap();
        Self { sqlite, folder }
    }

    /// What somebody else sees.
    fn seen(&self) -> Vec<i64> {
        let other = Connection::open(self.folder.path().join("test.db")).unwrap();
        let mut rows = other.prepare("SELECT n FROM t ORDER BY n").unwrap();
        let read = rows.query_map([], |row| row.get(0)).unwrap();
        read.map(Result::unwrap).collect()
    }

    /// What a statement of our own sees that reads.
    fn read(&self) -> i64 {
        self.sqlite.look(|c| Ok(c.query_row("SELECT COUNT(*) FROM t", [], |row| row.get(0))?)).unwrap()
    }

    /// The first step is done while a second one waits, which has the turn now.
    async fn two(&self) -> (tokio::task::JoinHandle<Result<(), SqlError>>, Tx) {
        let first = self.sqlite.begin().await.unwrap();
        put(&first, 1);
        let writers = self.sqlite.writers.clone();
        let second = tokio::spawn(async move { writers.begin().await });
        while self.sqlite.writers.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let first = tokio::spawn(first.commit());
        (first, second.await.unwrap().unwrap())
    }
}

fn put(tx: &Tx, n: i64) {
    tx.connection().unwrap().execute("INSERT INTO t VALUES (?1)", [n]).unwrap();
}

#[tokio::test]
async fn who_is_alone_counts_at_once() {
    let file = File::new().await;
    let tx = file.sqlite.begin().await.unwrap();
    put(&tx, 1);
    assert_eq!(file.seen(), [0; 0]);
    tx.commit().await.unwrap();
    assert_eq!(file.seen(), [1]);
}

#[tokio::test]
async fn steps_that_wait_for_one_another_count_together_and_are_told_then() {
    let file = File::new().await;
    let (first, second) = file.two().await;
    put(&second, 2);
    assert_eq!((file.seen(), file.read()), (vec![], 0), "neither is committed");
    assert!(!first.is_finished(), "nobody is told before it counts");
    second.commit().await.unwrap();
    first.await.unwrap().unwrap();
    assert_eq!((file.seen(), file.read()), (vec![1, 2], 2));
}

#[tokio::test]
async fn a_step_that_is_undone_takes_no_other_with_it() {
    for by_name in [true, false] {
        let file = File::new().await;
        let (first, second) = file.two().await;
        put(&second, 2);
        match by_name {
            true => second.undo().await.unwrap(),
            false => drop(second),
        }
        first.await.unwrap().unwrap();
        assert_eq!(file.seen(), [1]);
    }
}

#[tokio::test]
async fn a_statement_that_fails_costs_its_own_step_alone() {
    let file = File::new().await;
    let (first, second) = file.two().await;
    put(&second, 2);
    assert!(second.connection().unwrap().execute("INSERT INTO t VALUES (1)", []).is_err(), "it is there");
    drop(second);
    first.await.unwrap().unwrap();
    assert_eq!(file.seen(), [1]);
}

#[tokio::test]
async fn a_step_whose_caller_has_gone_leaves_nothing_open() {
    let file = File::new().await;
    let (first, second) = file.two().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    drop(second);
    // The next one comes after the commit that was left to come.
    let next = file.sqlite.begin().await.unwrap();
    assert!(!next.behind);
    assert_eq!(file.seen(), [1]);
}

#[tokio::test]
async fn where_the_database_undoes_everything_nobody_is_told_that_it_counts() {
    let file = File::new().await;
    let (first, second) = file.two().await;
    put(&second, 2);
    // As a full disk does.
    second.connection().unwrap().execute_batch("ROLLBACK").unwrap();
    assert!(second.undo().await.is_err());
    let told = first.await.unwrap().unwrap_err();
    assert!(told.is_passing() && told.to_string().contains("undone"), "{told}");
    assert_eq!(file.seen(), [0; 0]);
    let next = file.sqlite.begin().await.unwrap();
    put(&next, 3);
    next.commit().await.unwrap();
    assert_eq!(file.seen(), [3], "what comes after goes on");
}

#[tokio::test]
async fn a_commit_that_fails_is_told_to_all() {
    let file = File::new().await;
    let (first, second) = file.two().await;
    // A reference that is looked at when it is committed.
    let refers =
        "PRAGMA defer_foreign_keys = ON; CREATE TABLE r (n REFERENCES t (n)); INSERT INTO r VALUES (7)";
    second.connection().unwrap().execute_batch(refers).unwrap();
    assert!(second.commit().await.is_err());
    assert!(first.await.unwrap().is_err());
    assert_eq!(file.seen(), [0; 0]);
    file.sqlite.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn many_at_once_are_all_kept() {
    let file = File::new().await;
    let steps = (0..200).map(|n| {
        let writers = file.sqlite.writers.clone();
        tokio::spawn(async move {
            let tx = writers.begin().await.unwrap();
            put(&tx, n);
            // So that others come meanwhile.
            tokio::task::yield_now().await;
            if n % 3 == 0 { tx.undo().await } else { tx.commit().await }
        })
    });
    for step in steps.collect::<Vec<_>>() {
        step.await.unwrap().unwrap();
    }
    assert_eq!(file.seen(), (0..200).filter(|n| n % 3 != 0).collect::<Vec<i64>>());
}

#[tokio::test]
async fn closing_keeps_what_is_done_and_refuses_what_comes() {
    let file = File::new().await;
    let (first, second) = file.two().await;
    second.commit().await.unwrap();
    file.sqlite.close().await;
    first.await.unwrap().unwrap();
    assert_eq!(file.seen(), [1]);
    assert!(matches!(file.sqlite.begin().await.map(drop), Err(SqlError::Closed)));
}

#[tokio::test]
async fn a_log_that_got_long_is_carried_into_the_file_and_nothing_is_lost() {
    let file = File::new().await;
    let size = || std::fs::metadata(file.folder.path().join("test.db")).unwrap().len();
    let mut steps = 0;
    while size() < 16_000_000 {
        assert!(steps < 40, "the log is never carried");
        let tx = file.sqlite.begin().await.unwrap();
        if steps == 0 {
            tx.connection().unwrap().execute_batch("CREATE TABLE large (bytes BLOB)").unwrap();
        }
        tx.connection().unwrap().execute_batch("INSERT INTO large VALUES (randomblob(1000000))").unwrap();
        put(&tx, steps);
        tx.commit().await.unwrap();
        steps += 1;
    }
    assert!(steps >= 16, "not with each commit: {steps}");
    assert_eq!(file.seen(), (0..steps).collect::<Vec<i64>>());
    file.sqlite.close().await;
    assert_eq!(file.seen().len(), usize::try_from(steps).unwrap());
}
