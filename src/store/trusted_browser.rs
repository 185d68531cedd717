//! Browsers that are not asked for a second factor for a while (inventory M27). One browser, several users.

use uuid::Uuid;

use super::{
    error::{StoreError, parsed},
    session::Browser,
    tx::Tx,
};
use crate::base::{
    bearer::{BearerHash, Presented},
    id::UserId,
    moment::Moment,
};

/// A trusted browser, as its owner sees it.
#[derive(Clone, Debug)]
pub struct TrustedBrowser {
    /// Its id.
    pub id: Uuid,
    /// What it said it was, when it was trusted.
    pub user_agent: Option<String>,
    /// Where it was then.
    pub ip: Option<String>,
    /// When that was.
    pub created_at: Moment,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_agent: Option<String>,
    ip: Option<String>,
    created_at: i64,
}

/// Whether this user trusts the browser, and did so after `since`.
pub async fn is_trusted(tx: &mut Tx, presented: &Presented, user: UserId, since: Moment) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM trusted_browser WHERE id = $1 AND user_id = $2 AND hash = $3 AND created_at > $4",
        presented.id.to_string(),
        user.text(),
        presented.hash.text(),
        since.as_micros(),
    )?;
    Ok(row.is_some())
}

/// Whether anybody trusts the browser under this very cookie.
pub async fn exists(tx: &mut Tx, presented: &Presented) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM trusted_browser WHERE id = $1 AND hash = $2 LIMIT 1",
        presented.id.to_string(),
        presented.hash.text(),
    )?;
    Ok(row.is_some())
}

/// Trusts the browser from now on.
pub async fn trust(
    tx: &mut Tx,
    id: Uuid,
    hash: &BearerHash,
    user: UserId,
    browser: &Browser,
    now: Moment,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO trusted_browser (id, user_id, hash, user_agent, ip, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (id, user_id) DO UPDATE SET hash = excluded.hash, user_agent = excluded.user_agent, \
             ip = excluded.ip, created_at = excluded.created_at",
        id.to_string(),
        user.text(),
        hash.text(),
        browser.user_agent.as_deref(),
        browser.ip.as_deref(),
        now.as_micros(),
    )?;
    Ok(())
}

/// The browsers that a user trusts, the newest first.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<TrustedBrowser>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, user_agent, ip, created_at FROM trusted_browser WHERE user_id = $1 \
         ORDER BY created_at DESC, id",
        user.text()
    )?;
    let read = |row: Row| {
        Ok(TrustedBrowser {
            id: parsed(&row.id, "trusted_browser", "id", &row.id)?,
            user_agent: row.user_agent,
            ip: row.ip,
            created_at: Moment::from_micros(row.created_at),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Trusts one browser of a user no more.
pub async fn forget(tx: &mut Tx, id: Uuid, user: UserId) -> Result<bool, StoreError> {
    let touched =
        execute!(tx, "DELETE FROM trusted_browser WHERE id = $1 AND user_id = $2", id.to_string(), user.text())?;
    Ok(touched == 1)
}

/// Trusts no browser of a user any more, but for `keep`; how many there were.
pub async fn forget_for_user(tx: &mut Tx, user: UserId, keep: Option<Uuid>) -> Result<u64, StoreError> {
    let keep = keep.map(|id| id.to_string()).unwrap_or_default();
    execute!(tx, "DELETE FROM trusted_browser WHERE user_id = $1 AND id <> $2", user.text(), keep)
}

/// Deletes at most `limit` browsers that were trusted before `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        // One that is renewed right now stays: the condition on the row itself is looked at again behind its lock.
        "DELETE FROM trusted_browser WHERE created_at < $1 AND (id, user_id) IN \
         (SELECT id, user_id FROM trusted_browser WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
