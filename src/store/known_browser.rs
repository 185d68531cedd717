//! Browsers that once signed a user in (device cookies, D13). One browser, up to five users.

use super::{error::StoreError, tx::Tx};
use crate::{
    authn::known_browser::MAX_USERS,
    base::{
        bearer::{BearerHash, Presented},
        id::UserId,
        moment::Moment,
    },
};

/// Whether this browser once signed this user in.
pub async fn is_known(tx: &mut Tx, presented: &Presented, user: UserId) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM known_browser WHERE id = $1 AND user_id = $2 AND hash = $3",
        presented.id.to_string(),
        user.text(),
        presented.hash.text(),
    )?;
    Ok(row.is_some())
}

/// Whether the browser of a session that was opened earlier is still known to the user.
pub async fn knows(tx: &mut Tx, id: &str, user: UserId) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM known_browser WHERE id = $1 AND user_id = $2",
        id,
        user.text(),
    )?;
    Ok(row.is_some())
}

/// Whether the browser is known for anybody under this very cookie.
pub async fn exists(tx: &mut Tx, presented: &Presented) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM known_browser WHERE id = $1 AND hash = $2 LIMIT 1",
        presented.id.to_string(),
        presented.hash.text(),
    )?;
    Ok(row.is_some())
}

/// Notes that the browser signed the user in. Of more than [`MAX_USERS`] users the one not seen for longest gives way.
pub async fn learn(
    tx: &mut Tx,
    id: uuid::Uuid,
    hash: &BearerHash,
    user: UserId,
    now: Moment,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO known_browser (id, user_id, hash, created_at, last_used_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (id, user_id) DO UPDATE SET hash = excluded.hash, last_used_at = excluded.last_used_at",
        id.to_string(),
        user.text(),
        hash.text(),
        now.as_micros(),
    )?;
    execute!(
        tx,
        "DELETE FROM known_browser WHERE id = $1 AND user_id NOT IN \
         (SELECT user_id FROM known_browser WHERE id = $1 ORDER BY last_used_at DESC, user_id LIMIT $2)",
        id.to_string(),
        MAX_USERS,
    )?;
    Ok(())
}

/// Forgets one browser of a user: it failed too often (security.md S5, L4).
pub async fn forget(tx: &mut Tx, id: &str, user: UserId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM known_browser WHERE id = $1 AND user_id = $2", id, user.text())?;
    Ok(())
}

/// Forgets every browser of a user, but for `keep`.
pub async fn forget_for_user(tx: &mut Tx, user: UserId, keep: Option<&str>) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM known_browser WHERE user_id = $1 AND id <> $2", user.text(), keep.unwrap_or_default())?;
    Ok(())
}

/// Deletes at most `limit` browsers not seen since `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        // One that signs in right now stays: the condition on the row itself is looked at again behind its lock.
        "DELETE FROM known_browser WHERE last_used_at < $1 AND (id, user_id) IN \
         (SELECT id, user_id FROM known_browser WHERE last_used_at < $1 ORDER BY last_used_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
