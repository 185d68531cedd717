//! A fresh database per test, on both engines.

use std::{
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use sqlx::{Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;
use usher::{
    base::moment::Moment,
    store::{Db, migrate::migrate_to},
};

/// The engines every test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// A database of one test. SQLite's folder goes when it is dropped; PostgreSQL's databases go with the cluster.
pub struct TestDb {
    pub url: String,
    pub db: Db,
    _folder: TempDir,
}

impl TestDb {
    pub fn engine(&self) -> Engine {
        if self.url.starts_with("sqlite") { Engine::Sqlite } else { Engine::Postgres }
    }

    /// Runs statements of the test's own on a connection of its own.
    pub async fn run(&self, sql: &str) {
        let script = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        match self.engine() {
            Engine::Sqlite => script.execute(&mut SqliteConnection::connect(&self.url).await.unwrap()).await.map(drop),
            Engine::Postgres => script.execute(&mut PgConnection::connect(&self.url).await.unwrap()).await.map(drop),
        }
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// The one number that a query of the test's own answers.
    pub async fn number(&self, sql: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql);
        match self.engine() {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
            }
        }
    }

    /// The texts of the one column that a query of the test's own answers.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql);
        match self.engine() {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
        }
    }

    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM {table}")).await
    }

    /// The names of its tables.
    pub async fn tables(&self) -> Vec<String> {
        self.texts(match self.engine() {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
            }
            Engine::Postgres => {
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            }
        })
        .await
    }

    /// Waits until somebody waits for a row that somebody else holds. SQLite has one writer: who comes next waits.
    pub async fn somebody_waits(&self) {
        let waiting =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while self.engine() == Engine::Postgres && self.number(waiting).await == 0 {
            tokio::task::yield_now().await;
        }
    }
}

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// URL of the test cluster's maintenance database: from the environment, or from `bin/postgres-for-tests`.
fn postgres() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        if let Ok(url) = std::env::var("USHER_TEST_POSTGRES") {
            return url;
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/bin/postgres-for-tests");
        let output = Command::new(script).output().expect("bin/postgres-for-tests runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    })
}

/// The maintenance URL with another database name.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let (server, _) = base.rsplit_once('/').unwrap();
    query.map_or_else(|| format!("{server}/{name}"), |query| format!("{server}/{name}?{query}"))
}

/// Makes an empty database and says its URL; the folder holds what must outlive the test's own files.
pub async fn empty(engine: Engine) -> (String, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = match engine {
        Engine::Sqlite => format!("sqlite://{}/usher.db", folder.path().display()),
        Engine::Postgres => {
            let name = format!("t{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::SeqCst));
            let pool = sqlx::PgPool::connect(postgres()).await.expect("the test PostgreSQL answers");
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).execute(&pool).await.unwrap();
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
            pool.close().await;
            with_database(postgres(), &name)
        }
    };
    (url, folder)
}

/// A migrated database.
pub async fn migrated(engine: Engine) -> TestDb {
    at_schema(engine, i64::MAX).await
}

/// A database as the program left it whose newest schema was this one.
pub async fn at_schema(engine: Engine, version: i64) -> TestDb {
    let (url, folder) = empty(engine).await;
    let db = Db::open(&url).await.unwrap();
    migrate_to(&db, version, Moment::from_secs(1_795_200_000)).await.unwrap();
    TestDb { url, db, _folder: folder }
}
