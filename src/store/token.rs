//! Opaque access tokens, and JWTs that were revoked one by one.

use super::{error::StoreError, tx::Tx};
use crate::base::{
    bearer::{BearerHash, Presented},
    moment::Moment,
};

/// Stores an opaque access token: the claims that a JWT would carry.
pub async fn insert_opaque(
    tx: &mut Tx,
    id: uuid::Uuid,
    hash: &BearerHash,
    client_id: &str,
    claims: &str,
    expires_at: Moment,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO opaque_token (id, hash, client_id, claims, expires_at) VALUES ($1, $2, $3, $4, $5)",
        id.to_string(),
        hash.text(),
        client_id,
        claims,
        expires_at.as_micros()
    )?;
    Ok(())
}

/// The claims of a live opaque token.
pub async fn find_opaque(tx: &mut Tx, presented: &Presented, now: Moment) -> Result<Option<String>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT claims FROM opaque_token WHERE id = $1 AND hash = $2 AND expires_at > $3",
        presented.id.to_string(),
        presented.hash.text(),
        now.as_micros()
    )?;
    Ok(row.map(|(claims,)| claims))
}

/// Revokes one access token until it would have expired anyway.
pub async fn revoke(tx: &mut Tx, jti: &str, expires_at: Moment) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "INSERT INTO revoked_token (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING",
        jti,
        expires_at.as_micros()
    )?;
    Ok(())
}

/// Whether this access token was revoked.
pub async fn is_revoked(tx: &mut Tx, jti: &str) -> Result<bool, StoreError> {
    let row = fetch_optional!(tx, (String,), "SELECT jti FROM revoked_token WHERE jti = $1", jti)?;
    Ok(row.is_some())
}

/// Deletes at most `limit` opaque tokens that expired before `before`.
pub async fn collect_opaque(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM opaque_token WHERE id IN \
         (SELECT id FROM opaque_token WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}

/// Deletes at most `limit` revocations of tokens that expired before `before`.
pub async fn collect_revoked(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM revoked_token WHERE jti IN \
         (SELECT jti FROM revoked_token WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
