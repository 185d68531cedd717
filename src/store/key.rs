//! Sealed keys: for signing, and for the MACs of our own values.

use super::{error::StoreError, tx::Tx};
use crate::base::moment::Moment;

/// A signing key as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SigningKeyRow {
    /// `kid`.
    pub id: String,
    /// RS256, ES256 or EdDSA.
    pub algorithm: String,
    /// Public half, as JSON (RFC 7517).
    pub public_jwk: String,
    /// Private half, PKCS#8 under the key-encryption key.
    pub sealed: String,
    /// Microseconds since the epoch.
    pub created_at: i64,
    /// When it begins to sign; it is published before.
    pub activates_at: i64,
    /// When it stops signing; it stays published for what it signed.
    pub retires_at: Option<i64>,
    /// When it stops being published.
    pub removed_at: Option<i64>,
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

/// Every signing key that is still published, oldest first.
pub async fn signing(tx: &mut Tx, now: Moment) -> Result<Vec<SigningKeyRow>, StoreError> {
    fetch_all!(
        tx,
        SigningKeyRow,
        "SELECT id, algorithm, public_jwk, sealed, created_at, activates_at, retires_at, removed_at FROM signing_key \
         WHERE removed_at IS NULL OR removed_at > $1 ORDER BY created_at, id",
        now.as_micros()
    )
}

/// Stores a new signing key.
pub async fn insert_signing(tx: &mut Tx, key: &SigningKeyRow) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "INSERT INTO signing_key (id, algorithm, public_jwk, sealed, created_at, activates_at, retires_at, removed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        key.id.as_str(),
        key.algorithm.as_str(),
        key.public_jwk.as_str(),
        key.sealed.as_str(),
        key.created_at,
        key.activates_at,
        key.retires_at,
        key.removed_at
    )?;
    Ok(())
}

/// Sets when a key stops signing and when it stops being published.
pub async fn retire_signing(tx: &mut Tx, id: &str, retires_at: Moment, removed_at: Moment) -> Result<bool, StoreError> {
    tx.touch_catalog();
    let touched = execute!(
        tx,
        "UPDATE signing_key SET retires_at = $2, removed_at = $3 WHERE id = $1",
        id,
        retires_at.as_micros(),
        removed_at.as_micros()
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
