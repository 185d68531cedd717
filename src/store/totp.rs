//! Authenticator apps: one that counts and one that is being set up, per user.

use uuid::Uuid;

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::{
    authn::factor::FlowId,
    base::{id::UserId, moment::Moment},
};

/// An app as stored; the seed sealed for this row.
#[derive(Clone, Debug)]
pub struct StoredTotp {
    /// Its row.
    pub id: Uuid,
    /// The seed, sealed.
    pub seed: String,
}

/// Where the seed of an app is stored: table and column of the place it is sealed for.
pub const SEED: (&str, &str) = ("totp", "seed");

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    seed: String,
}

impl TryFrom<Row> for StoredTotp {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self { id: parsed(&row.id, "totp", "id", &row.id)?, seed: row.seed })
    }
}

/// The app that counts.
pub async fn active(tx: &mut Tx, user: UserId) -> Result<Option<StoredTotp>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, seed FROM totp WHERE user_id = $1 AND confirmed_at IS NOT NULL",
        user.text()
    )?;
    row.map(StoredTotp::try_from).transpose()
}

/// The app that this flow began to set up after `since`.
pub async fn pending(tx: &mut Tx, user: UserId, flow: FlowId, since: Moment) -> Result<Option<StoredTotp>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, seed FROM totp WHERE user_id = $1 AND flow = $2 AND created_at > $3 AND confirmed_at IS NULL",
        user.text(),
        flow.text(),
        since.as_micros()
    )?;
    row.map(StoredTotp::try_from).transpose()
}

/// Begins to set up an app; what another flow began is gone.
pub async fn begin(tx: &mut Tx, user: UserId, totp: &StoredTotp, flow: FlowId, now: Moment) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM totp WHERE user_id = $1 AND confirmed_at IS NULL", user.text())?;
    execute!(
        tx,
        "INSERT INTO totp (id, user_id, name, seed, flow, last_used_step, created_at) VALUES ($1, $2, '', $3, $4, 0, $5)",
        totp.id.to_string(),
        user.text(),
        totp.seed.as_str(),
        flow.text(),
        now.as_micros(),
    )?;
    Ok(())
}

/// Makes the app count that this flow set up, with the step that confirmed it used; the one before it counts no more.
/// `false` if it is not there any more.
pub async fn confirm(
    tx: &mut Tx,
    user: UserId,
    id: Uuid,
    flow: FlowId,
    step: i64,
    now: Moment,
) -> Result<bool, StoreError> {
    execute!(
        tx,
        "DELETE FROM totp WHERE user_id = $1 AND id <> $2 AND confirmed_at IS NOT NULL",
        user.text(),
        id.to_string()
    )?;
    let touched = execute!(
        tx,
        "UPDATE totp SET confirmed_at = $4, last_used_step = $5, last_used_at = $4 \
         WHERE id = $1 AND user_id = $2 AND flow = $3 AND confirmed_at IS NULL",
        id.to_string(),
        user.text(),
        flow.text(),
        now.as_micros(),
        step,
    )?;
    Ok(touched == 1)
}

/// Uses the code of a step, once: on whatever node, no code of this step or of one before it works again (RFC 6238
/// §5.2).
pub async fn use_step(tx: &mut Tx, user: UserId, id: Uuid, step: i64, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE totp SET last_used_step = $3, last_used_at = $4 \
         WHERE id = $1 AND user_id = $2 AND confirmed_at IS NOT NULL AND last_used_step < $3",
        id.to_string(),
        user.text(),
        step,
        now.as_micros(),
    )?;
    Ok(touched == 1)
}

/// Renames the app.
pub async fn rename(tx: &mut Tx, user: UserId, id: Uuid, name: &str) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE totp SET name = $3 WHERE id = $1 AND user_id = $2 AND confirmed_at IS NOT NULL",
        id.to_string(),
        user.text(),
        name,
    )?;
    Ok(touched == 1)
}

/// Removes the app.
pub async fn remove(tx: &mut Tx, user: UserId, id: Uuid) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "DELETE FROM totp WHERE id = $1 AND user_id = $2 AND confirmed_at IS NOT NULL",
        id.to_string(),
        user.text()
    )?;
    Ok(touched == 1)
}

/// Removes every app of a user, pending ones included; how many counted.
pub async fn remove_for_user(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM totp WHERE user_id = $1 AND confirmed_at IS NULL", user.text())?;
    execute!(tx, "DELETE FROM totp WHERE user_id = $1 AND confirmed_at IS NOT NULL", user.text())
}

/// Forgets what a user began to set up.
pub async fn forget_pending(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM totp WHERE user_id = $1 AND confirmed_at IS NULL", user.text())?;
    Ok(())
}

/// Deletes at most `limit` apps that nobody confirmed and that were begun before `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        // One that is renewed right now stays: the condition on the row itself is looked at again behind its lock.
        "DELETE FROM totp WHERE confirmed_at IS NULL AND created_at < $1 AND id IN \
         (SELECT id FROM totp WHERE confirmed_at IS NULL AND created_at < $1 ORDER BY created_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
