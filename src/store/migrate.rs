//! Migrations: forward only, one text for both engines, numbered files in `migrations/`.

use rust_embed::RustEmbed;
use sqlx::AssertSqlSafe;

use super::{
    db::{Db, Engine},
    error::StoreError,
    tx::{Arm, Tx},
};
use crate::base::moment::Moment;

#[derive(RustEmbed)]
#[folder = "migrations/"]
#[include = "*.sql"]
struct Files;

/// The schema cannot be brought to this version of the program.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database was written by a newer program.
    #[error(
        "the database is at schema {found}, this program knows {known}: it was written by a newer version of Usher; use that one, or restore the backup made before the upgrade"
    )]
    Newer {
        /// Version of the database.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// There are migrations to run, and the caller wanted none.
    #[error("{0} migrations are pending: run `usher migrate`, or start without --no-migrate")]
    Pending(usize),
    /// A migration failed; nothing of it is stored.
    #[error("migration {name} failed")]
    Failed {
        /// File name.
        name: String,
        /// Cause.
        #[source]
        source: StoreError,
    },
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Migration {
    version: i64,
    name: String,
    sql: String,
}

/// Applies what is pending and returns the names of what it applied. Safe to run on several nodes at once.
pub async fn migrate(db: &Db, now: Moment) -> Result<Vec<String>, MigrateError> {
    migrate_to(db, i64::MAX, now).await
}

/// Like [`migrate`], but no further than `version`: the schema of an older program, where a test begins.
pub async fn migrate_to(db: &Db, version: i64, now: Moment) -> Result<Vec<String>, MigrateError> {
    let applied = applied(db).await?;
    let mut done = Vec::new();
    for migration in pending(db, &applied)?.into_iter().filter(|migration| migration.version <= version) {
        let failed = |source| MigrateError::Failed { name: migration.name.clone(), source };
        if apply(db, &migration, now).await.map_err(failed)? {
            done.push(migration.name);
        }
    }
    Ok(done)
}

/// Refuses if anything is pending.
pub async fn check(db: &Db) -> Result<(), MigrateError> {
    let applied = applied(db).await?;
    match pending(db, &applied)?.len() {
        0 => Ok(()),
        count => Err(MigrateError::Pending(count)),
    }
}

fn pending(db: &Db, applied: &[i64]) -> Result<Vec<Migration>, MigrateError> {
    let all = migrations(db.engine());
    let known = all.last().map_or(0, |migration| migration.version);
    if let Some(found) = applied.iter().copied().find(|version| *version > known) {
        return Err(MigrateError::Newer { found, known });
    }
    Ok(all.into_iter().filter(|migration| !applied.contains(&migration.version)).collect())
}

fn migrations(engine: &Engine) -> Vec<Migration> {
    let own = match engine {
        Engine::Sqlite { .. } => "sqlite/",
        Engine::Postgres(_) => "postgres/",
    };
    let mut all: Vec<Migration> = Files::iter()
        .filter_map(|path| {
            let name = path.strip_prefix(own).unwrap_or(&path);
            // What is left with a folder belongs to the other engine.
            if name.contains('/') {
                return None;
            }
            let version = name.split('_').next()?.parse().ok()?;
            let text = String::from_utf8(Files::get(&path)?.data.into_owned()).ok()?;
            let sql = match engine {
                Engine::Sqlite { .. } => text,
                Engine::Postgres(_) => with_collation(&text),
            };
            Some(Migration { version, name: name.to_owned(), sql })
        })
        .collect();
    all.sort_by_key(|migration| migration.version);
    all
}

/// SQLite compares bytes and knows no collation "C"; PostgreSQL must be told to do the same.
fn with_collation(sql: &str) -> String {
    sql.lines()
        .map(|line| match line.trim_start().starts_with("--") {
            true => line.to_owned(),
            false => line.replace(" TEXT", " TEXT COLLATE \"C\""),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

async fn applied(db: &Db) -> Result<Vec<i64>, StoreError> {
    let mut tx = db.write().await?;
    // Two nodes that start together must not both make the ledger: PostgreSQL's IF NOT EXISTS can race.
    lock(&mut tx).await?;
    execute!(
        tx,
        "CREATE TABLE IF NOT EXISTS schema_migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
    )?;
    let rows = fetch_all!(tx, (i64,), "SELECT version FROM schema_migration ORDER BY version")?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|(version,)| version).collect())
}

/// One migrating node at a time; the lock ends with the transaction.
async fn lock(tx: &mut Tx) -> Result<(), StoreError> {
    if let Arm::Postgres(connection) = tx.arm()? {
        sqlx::raw_sql("SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock(8317001)")
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Runs one migration unless another node was faster; `true` if this call ran it.
async fn apply(db: &Db, migration: &Migration, now: Moment) -> Result<bool, StoreError> {
    let mut tx = db.write().await?;
    lock(&mut tx).await?;
    let there =
        fetch_optional!(tx, (i64,), "SELECT version FROM schema_migration WHERE version = $1", migration.version)?;
    if there.is_some() {
        return Ok(false);
    }
    // Our own files, not input.
    let script = || sqlx::raw_sql(AssertSqlSafe(migration.sql.as_str()));
    match tx.arm()? {
        Arm::Sqlite(connection) => script().execute(connection).await.map(drop)?,
        Arm::Postgres(connection) => script().execute(connection).await.map(drop)?,
    }
    execute!(
        tx,
        "INSERT INTO schema_migration (version, name, applied_at) VALUES ($1, $2, $3)",
        migration.version,
        migration.name.as_str(),
        now.as_micros()
    )?;
    tx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collation_is_written_after_each_text_column() {
        assert_eq!(
            with_collation("-- TEXT stays\n a TEXT PRIMARY KEY,\n b TEXT"),
            "-- TEXT stays\n a TEXT COLLATE \"C\" PRIMARY KEY,\n b TEXT COLLATE \"C\""
        );
    }
}
