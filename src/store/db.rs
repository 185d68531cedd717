//! Opening a database and the transactions on it.

use std::{
    fs::File,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    error::StoreError,
    tx::{Touched, Tx, TxArm},
    version::Versions,
    writer::Writer,
};

/// Concurrent readers of a SQLite file.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;

/// A database: SQLite in a file, or PostgreSQL.
#[derive(Clone)]
pub struct Db {
    engine: Arc<Engine>,
    versions: Versions,
}

pub(super) enum Engine {
    Sqlite { read: SqlitePool, write: Writer, path: PathBuf },
    Postgres(PgPool),
}

/// Held by the one `serve` that may run on a SQLite file.
pub struct ServeLock(#[allow(dead_code, reason = "the lock ends when the file is closed")] Option<File>);

impl Db {
    /// Opens `url` (`sqlite://path` or `postgres://…`); a SQLite file and its folder are made if they are missing.
    /// Does not migrate.
    ///
    /// # Errors
    /// If the URL is neither, or the database cannot be opened.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let engine = match url.strip_prefix("sqlite://") {
            Some(path) => open_sqlite(Path::new(path)).await?,
            None => Engine::Postgres(open_postgres(url).await?),
        };
        Ok(Self { engine: Arc::new(engine), versions: Versions::default() })
    }

    /// A connection for reading what is committed.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let arm = match &*self.engine {
            Engine::Sqlite { read, .. } => TxArm::SqliteRead(read.acquire().await?),
            Engine::Postgres(pool) => TxArm::PostgresRead(pool.acquire().await?),
        };
        Ok(self.tx(arm))
    }

    /// A transaction for writing. Nothing slow belongs inside: no hashing, no mail, no HTTP.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        let arm = match &*self.engine {
            Engine::Sqlite { write, .. } => TxArm::SqliteWrite(write.begin().await?),
            Engine::Postgres(pool) => TxArm::PostgresWrite(pool.begin().await?),
        };
        Ok(self.tx(arm))
    }

    /// A transaction that reads first and then writes what it made of it, for as long as it takes. PostgreSQL refuses a
    /// write to a row that somebody else changed since it began ([`StoreError::Contended`]: begin again), so that nobody's
    /// change is lost; SQLite has one writer.
    pub async fn write_what_was_read(&self) -> Result<Tx, StoreError> {
        match &*self.engine {
            Engine::Sqlite { .. } => self.write().await,
            Engine::Postgres(pool) => {
                let transaction = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
                Ok(self.tx(TxArm::PostgresWrite(transaction)))
            }
        }
    }

    fn tx(&self, arm: TxArm) -> Tx {
        Tx { arm, versions: self.versions.clone(), touched: Touched::default() }
    }

    /// What this node has seen of the catalog and state counters.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// Whether the database is inside this process.
    pub fn is_embedded(&self) -> bool {
        matches!(&*self.engine, Engine::Sqlite { .. })
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Claims the SQLite file for this `serve`; `Ok(None)` if another one holds it. PostgreSQL takes any number.
    ///
    /// # Errors
    /// If the lock file beside the database cannot be made.
    pub fn lock_for_serving(&self) -> std::io::Result<Option<ServeLock>> {
        let Engine::Sqlite { path, .. } = &*self.engine else { return Ok(Some(ServeLock(None))) };
        let mut name = path.clone().into_os_string();
        name.push(".lock");
        let file = File::create(name)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(ServeLock(Some(file)))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

async fn open_sqlite(path: &Path) -> Result<Engine, StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::Other(sqlx::Error::Io(error)))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL may lose acknowledged commits when the power fails (security.md S13).
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(256);
    // The writer first: it makes the file.
    let write = Writer::open(&options).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(Duration::from_secs(2))
        .test_before_acquire(false)
        .connect_with(options.create_if_missing(false).read_only(true))
        .await?;
    Ok(Engine::Sqlite { read, write, path: path.to_owned() })
}

async fn open_postgres(url: &str) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(256).options([
        ("synchronous_commit", "on"),
        ("statement_timeout", "3s"),
        ("lock_timeout", "1s"),
        ("idle_in_transaction_session_timeout", "5s"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(2))
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    Ok(pool)
}
