//! A transaction on either engine, and the macros that run one SQL text on both.

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, pool::PoolConnection};

use super::{error::StoreError, version::Versions, writer::WriteUnit};

/// A transaction, or a connection for reading. Dropped without [`Tx::commit`], a transaction leaves no trace.
pub struct Tx {
    pub(super) arm: TxArm,
    pub(super) versions: Versions,
    pub(super) touched: Touched,
}

/// What this transaction moved (see `version`).
#[derive(Default, Clone, Copy)]
pub(super) struct Touched {
    pub(super) catalog: bool,
    pub(super) state: bool,
    /// A message was written: whoever sends wakes up after the commit.
    pub(super) outbox: bool,
    /// An errand was left: whoever does them wakes up after the commit.
    pub(super) errands: bool,
}

pub(super) enum TxArm {
    SqliteRead(PoolConnection<Sqlite>),
    SqliteWrite(WriteUnit),
    PostgresRead(PoolConnection<Postgres>),
    PostgresWrite(sqlx::Transaction<'static, Postgres>),
}

/// The connection of either engine.
pub(crate) enum Arm<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Tx {
    pub(crate) fn arm(&mut self) -> Result<Arm<'_>, StoreError> {
        Ok(match &mut self.arm {
            TxArm::SqliteRead(connection) => Arm::Sqlite(connection),
            TxArm::SqliteWrite(unit) => Arm::Sqlite(unit.connection()?),
            TxArm::PostgresRead(connection) => Arm::Postgres(connection),
            TxArm::PostgresWrite(transaction) => Arm::Postgres(transaction),
        })
    }

    /// Makes the work durable; on `Err` nothing of it is stored. After a read it does nothing.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.touched.catalog {
            super::version::move_on(&mut self, "catalog").await?;
        }
        if self.touched.state {
            super::version::move_on(&mut self, "state").await?;
        }
        let (versions, touched) = (self.versions, self.touched);
        match self.arm {
            TxArm::SqliteRead(_) | TxArm::PostgresRead(_) => {}
            TxArm::SqliteWrite(unit) => unit.commit().await?,
            TxArm::PostgresWrite(transaction) => transaction.commit().await?,
        }
        versions.moved_here(touched);
        Ok(())
    }

    /// Undoes the work now. Dropping does the same a little later.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.arm {
            TxArm::SqliteRead(_) | TxArm::PostgresRead(_) => {}
            TxArm::SqliteWrite(unit) => unit.rollback().await?,
            TxArm::PostgresWrite(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }

    /// Says that clients, settings, keys, permissions or profiles change: every node loads them again.
    pub fn touch_catalog(&mut self) {
        self.touched.catalog = true;
        self.touched.state = true;
    }

    /// Says that a message waits: this node's senders wake up once it is committed.
    pub fn touch_outbox(&mut self) {
        self.touched.outbox = true;
    }

    /// Says that an errand waits: this node sees to it once it is committed.
    pub fn touch_errands(&mut self) {
        self.touched.errands = true;
    }

    /// Says that somebody's rights change: every node forgets what it knew of issued tokens.
    pub fn touch_state(&mut self) {
        self.touched.state = true;
    }
}

/// Runs `$body` with `$connection` bound to the connection of either engine, counted and timed.
macro_rules! on_either {
    ($tx:expr, |$connection:ident, $engine:ident| $body:expr) => {{
        let stopwatch = $crate::telemetry::queries::start();
        let result = match $tx.arm()? {
            $crate::store::tx::Arm::Sqlite($connection) => {
                type $engine = sqlx::Sqlite;
                $body
            }
            $crate::store::tx::Arm::Postgres($connection) => {
                type $engine = sqlx::Postgres;
                $body
            }
        };
        stopwatch.stop();
        result.map_err($crate::store::StoreError::from)
    }};
}

/// `fetch_optional!(tx, Row, "SELECT …", bind, …) -> Result<Option<Row>, StoreError>`.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:literal $(, $bind:expr)* $(,)?) => {
        on_either!($tx, |connection, Engine| sqlx::query_as::<Engine, $row>($sql)$(.bind($bind))*.fetch_optional(connection).await)
    };
}

/// `fetch_one!(tx, Row, "SELECT …", bind, …) -> Result<Row, StoreError>`.
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:literal $(, $bind:expr)* $(,)?) => {
        on_either!($tx, |connection, Engine| sqlx::query_as::<Engine, $row>($sql)$(.bind($bind))*.fetch_one(connection).await)
    };
}

/// `fetch_all!(tx, Row, "SELECT …", bind, …) -> Result<Vec<Row>, StoreError>`.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:literal $(, $bind:expr)* $(,)?) => {
        on_either!($tx, |connection, Engine| sqlx::query_as::<Engine, $row>($sql)$(.bind($bind))*.fetch_all(connection).await)
    };
}

/// `execute!(tx, "UPDATE …", bind, …) -> Result<u64, StoreError>`: how many rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:literal $(, $bind:expr)* $(,)?) => {
        on_either!($tx, |connection, Engine| sqlx::query::<Engine>($sql)$(.bind($bind))*.execute(connection).await.map(|done| done.rows_affected()))
    };
}
