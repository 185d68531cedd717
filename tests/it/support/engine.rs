//! A fresh database per test, on both engines.

use std::{
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tempfile::TempDir;
use usher::store::Db;

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
    let (url, folder) = empty(engine).await;
    let db = Db::open(&url).await.unwrap();
    usher::store::migrate::migrate(&db, usher::base::moment::Moment::from_secs(1_795_200_000)).await.unwrap();
    TestDb { url, db, _folder: folder }
}
