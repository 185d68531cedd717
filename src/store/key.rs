//! Sealed keys: for signing, and for the MACs of our own values.

use super::{error::StoreError, tx::Tx};
use crate::base::moment::Moment;

/// A signing key as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SigningKeyRow {
    /// `kid`.
    pub kid: String,
    /// RS256, ES256 or EdDSA.
    pub algorithm: String,
    /// Private key under the key-encryption key.
    pub sealed: String,
    /// In the JWKS document from here on, in microseconds since the epoch.
    pub published_at: i64,
    /// Signs from here on, until a younger key does.
    pub active_from: i64,
    /// Out of use and out of the document from here on.
    pub retired_at: Option<i64>,
}

/// A symmetric key as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SecretKeyRow {
    /// Stored beside what it made.
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// The key under the key-encryption key.
    pub sealed: String,
    /// Microseconds since the epoch.
    pub created_at: i64,
}

/// Every signing key, retired ones too, oldest first.
pub async fn signing(tx: &mut Tx) -> Result<Vec<SigningKeyRow>, StoreError> {
    fetch_all!(
        tx,
        SigningKeyRow,
        "SELECT kid, algorithm, sealed, published_at, active_from, retired_at FROM signing_key \
         ORDER BY published_at, kid"
    )
}

/// Stores a new signing key.
pub async fn insert_signing(tx: &mut Tx, key: &SigningKeyRow) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "INSERT INTO signing_key (kid, algorithm, sealed, published_at, active_from, retired_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        key.kid.as_str(),
        key.algorithm.as_str(),
        key.sealed.as_str(),
        key.published_at,
        key.active_from,
        key.retired_at
    )?;
    Ok(())
}

/// Lets one node at a time make keys; held until the end of the transaction.
pub async fn lock(tx: &mut Tx) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO instance (name, value) VALUES ('keys', '') \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )?;
    Ok(())
}

/// Takes a key out of use and out of the document; `false` if there is none of that id, or it is retired already.
pub async fn retire_signing(tx: &mut Tx, kid: &str, now: Moment) -> Result<bool, StoreError> {
    tx.touch_catalog();
    let touched = execute!(
        tx,
        "UPDATE signing_key SET retired_at = $2 WHERE kid = $1 AND retired_at IS NULL",
        kid,
        now.as_micros()
    )?;
    Ok(touched == 1)
}

/// Every symmetric key, oldest first.
pub async fn secret(tx: &mut Tx) -> Result<Vec<SecretKeyRow>, StoreError> {
    fetch_all!(tx, SecretKeyRow, "SELECT id, purpose, sealed, created_at FROM secret_key ORDER BY created_at, id")
}

/// Stores a new symmetric key.
pub async fn insert_secret(tx: &mut Tx, key: &SecretKeyRow) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "INSERT INTO secret_key (id, purpose, sealed, created_at) VALUES ($1, $2, $3, $4)",
        key.id.as_str(),
        key.purpose.as_str(),
        key.sealed.as_str(),
        key.created_at
    )?;
    Ok(())
}

/// One fact about the instance, such as the id of the key-encryption key.
pub async fn fact(tx: &mut Tx, name: &str) -> Result<Option<String>, StoreError> {
    let row = fetch_optional!(tx, (String,), "SELECT value FROM instance WHERE name = $1", name)?;
    Ok(row.map(|(value,)| value))
}

/// Writes a fact that is not there yet; `false` if it was there.
pub async fn set_fact(tx: &mut Tx, name: &str, value: &str) -> Result<bool, StoreError> {
    let touched =
        execute!(tx, "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, value)?;
    Ok(touched == 1)
}

/// Whether anything is sealed: another key-encryption key would leave it unreadable.
pub async fn holds_sealed(tx: &mut Tx) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "SELECT CAST(1 AS BIGINT) FROM secret_key UNION ALL SELECT CAST(1 AS BIGINT) FROM signing_key LIMIT 1"
    )?;
    Ok(row.is_some())
}
