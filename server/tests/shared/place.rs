//! Where a test's database is, and looking at it past the store.
use rusqlite::{Connection, params_from_iter};
use server::store::Db;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::OnceCell;

/// Where the server for these tests is, such as `postgres://latchkey@127.0.0.1:5432`; without it those of PostgreSQL are skipped.
const SERVER: &str = "LATCHKEY_TEST_POSTGRES";

/// One database.
pub enum Place {
    Folder(tempfile::TempDir),
    Server { url: String },
}

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
/// Names of databases stay on a server that outlives the tests; process ids come again.
static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
static NTH: AtomicU32 = AtomicU32::new(0);

impl Place {
    /// A file that is not there yet.
    pub fn file() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    /// A database with the tables in it; nothing where there is no server.
    pub async fn on_server() -> Option<Self> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the tests' own variable; the product does not know it"
        )]
        let Ok(server) = std::env::var(SERVER) else {
            println!("SKIPPED: {SERVER} names no PostgreSQL server");
            return None;
        };
        let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
        let process = *PROCESS;
        let template = TEMPLATE
            .get_or_init(|| async {
                let name = format!("template_{process}");
                let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
                sqlx::query(create).execute(&mut connection).await.unwrap();
                let db = Db::open(&format!("{server}/{name}")).await.unwrap();
                db.migrate().await.unwrap();
                db.close().await;
                name
            })
            .await;
        let name = format!("world_{process}_{}", NTH.fetch_add(1, Ordering::Relaxed));
        let create = AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}"));
        sqlx::query(create).execute(&mut connection).await.unwrap();
        // Whose the server is may have set it up otherwise than usual.
        for odd in ["bytea_output = 'escape'", "standard_conforming_strings = 'off'"] {
            let alter = AssertSqlSafe(format!("ALTER DATABASE {name} SET {odd}"));
            sqlx::query(alter).execute(&mut connection).await.unwrap();
        }
        Some(Self::Server { url: format!("{server}/{name}") })
    }

    /// As `database.url` names it.
    pub fn url(&self) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite://{}", folder.path().join("data/latchkey.db").display()),
            Self::Server { url } => url.clone(),
        }
    }

    /// The file of SQLite.
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.path().join("data/latchkey.db"),
            Self::Server { .. } => panic!("not a file"),
        }
    }

    /// A connection to the server's database.
    pub async fn connection(&self) -> PgConnection {
        let usual = PgConnectOptions::from_str(&self.url()).unwrap().options([("bytea_output", "hex")]);
        PgConnection::connect_with(&usual).await.unwrap()
    }

    /// One number out of the database.
    pub async fn number(&self, sql: &'static str, binds: &[&str]) -> Option<i64> {
        match self {
            Self::Folder(_) => {
                let connection = Connection::open(self.path()).unwrap();
                connection.query_row(sql, params_from_iter(binds), |row| row.get(0)).unwrap()
            }
            Self::Server { .. } => {
                let mut connection = self.connection().await;
                let mut query = sqlx::query_as(sql);
                for bind in binds {
                    query = query.bind(*bind);
                }
                let (number,): (Option<i64>,) = query.fetch_one(&mut connection).await.unwrap();
                number
            }
        }
    }
}
