//! Single-use links that an administrator hands out: set-up, and setting a password.

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::base::{
    bearer::{BearerHash, Presented},
    id::{LinkId, UserId},
    moment::Moment,
};

/// What a link is good for. Part of the condition that consumes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkPurpose {
    /// Create the first administrator.
    Setup,
    /// Set a password.
    Password,
}

impl LinkPurpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Password => "password",
        }
    }
}

/// Stores a link; earlier live ones of the same purpose and user die (one live link per purpose).
pub async fn insert(
    tx: &mut Tx,
    id: LinkId,
    hash: &BearerHash,
    purpose: LinkPurpose,
    user: Option<UserId>,
    now: Moment,
    expires_at: Moment,
) -> Result<(), StoreError> {
    let user = user.map(UserId::text);
    match user.as_deref() {
        Some(user) => execute!(
            tx,
            "UPDATE link SET used_at = $3 WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL",
            user,
            purpose.as_str(),
            now.as_micros(),
        )?,
        None => execute!(
            tx,
            "UPDATE link SET used_at = $2 WHERE user_id IS NULL AND purpose = $1 AND used_at IS NULL",
            purpose.as_str(),
            now.as_micros(),
        )?,
    };
    execute!(
        tx,
        "INSERT INTO link (id, hash, purpose, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        id.text(),
        hash.text(),
        purpose.as_str(),
        user.as_deref(),
        now.as_micros(),
        expires_at.as_micros(),
    )?;
    Ok(())
}

/// Whose live link this is, without using it (D24: a GET never consumes). The inner `None`: a link of nobody's.
pub async fn peek(
    tx: &mut Tx,
    presented: &Presented,
    purpose: LinkPurpose,
    now: Moment,
) -> Result<Option<Option<UserId>>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Option<String>,),
        "SELECT user_id FROM link WHERE id = $1 AND hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $4",
        presented.id.to_string(),
        presented.hash.text(),
        purpose.as_str(),
        now.as_micros(),
    )?;
    user_of(row, presented)
}

/// Uses a link, once (D14).
pub async fn consume(
    tx: &mut Tx,
    presented: &Presented,
    purpose: LinkPurpose,
    now: Moment,
) -> Result<Option<Option<UserId>>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Option<String>,),
        "UPDATE link SET used_at = $4 \
         WHERE id = $1 AND hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $4 RETURNING user_id",
        presented.id.to_string(),
        presented.hash.text(),
        purpose.as_str(),
        now.as_micros(),
    )?;
    user_of(row, presented)
}

fn user_of(row: Option<(Option<String>,)>, presented: &Presented) -> Result<Option<Option<UserId>>, StoreError> {
    row.map(|(user,)| user.map(|text| parsed(&text, "link", "user_id", &presented.id.to_string())).transpose())
        .transpose()
}

/// Ends every live link of a user.
pub async fn end_for_user(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    execute!(tx, "UPDATE link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL", user.text(), now.as_micros())?;
    Ok(())
}

/// Deletes at most `limit` links that expired before `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM link WHERE id IN (SELECT id FROM link WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
