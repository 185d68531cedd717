//! Opening what is on disk or behind a URL: the database and the key-encryption key.

use crate::{
    base::{
        clock::{Clock, SystemClock},
        entropy::Entropy,
    },
    config::Config,
    keys::kek::{self, DatabaseFacts, Kek, KekError, KekSource},
    store::{Db, StoreError, key, migrate, migrate::MigrateError},
};

/// Why a command cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database does not open.
    #[error("cannot open the database {url}")]
    Database {
        /// Without its password.
        url: String,
        /// Why.
        source: StoreError,
    },
    /// Its schema is another version's.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The key-encryption key.
    #[error(transparent)]
    Kek(#[from] KekError),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What to do about migrations that are pending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Migrations {
    /// Apply them.
    Apply,
    /// Refuse to go on.
    Refuse,
}

/// Brings the schema of the database up to date and returns the names of what was applied.
///
/// # Errors
/// [`OpenError::Database`], [`OpenError::Migrate`].
pub async fn migrate(config: &Config) -> Result<Vec<String>, OpenError> {
    Ok(migrate::migrate(&connect(config).await?, SystemClock.now()).await?)
}

/// Opens the database at this program's schema.
///
/// # Errors
/// [`OpenError::Database`], [`OpenError::Migrate`].
pub async fn database(config: &Config, migrations: Migrations) -> Result<Db, OpenError> {
    let db = connect(config).await?;
    match migrations {
        Migrations::Apply => drop(migrate::migrate(&db, SystemClock.now()).await?),
        Migrations::Refuse => migrate::check(&db).await?,
    }
    Ok(db)
}

async fn connect(config: &Config) -> Result<Db, OpenError> {
    let opened = Db::open(config.database.url.expose()).await;
    opened.map_err(|source| OpenError::Database { url: config.database.shown_url(), source })
}

/// The key-encryption key of this database; made if it may be (see [`kek::load`]).
///
/// # Errors
/// [`OpenError::Kek`] naming the key wanted, [`OpenError::Store`].
pub async fn kek(config: &Config, db: &Db, entropy: &dyn Entropy) -> Result<Kek, OpenError> {
    let mut tx = db.read().await?;
    let facts = DatabaseFacts {
        is_sqlite: db.is_embedded(),
        holds_sealed: key::holds_sealed(&mut tx).await?,
        kek_id: key::fact(&mut tx, "kek_id").await?.and_then(|id| id.parse().ok()),
    };
    let keys = &config.keys;
    let source = KekSource { dir: &keys.dir, file: keys.kek_file.as_deref(), value: keys.kek.as_ref() };
    Ok(kek::load(source, facts, entropy)?)
}
