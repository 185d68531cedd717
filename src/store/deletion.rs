//! Logins that go: asked for, put off, done (domain.md 3 and 5, "User deleted").

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::base::{
    id::{ReferenceId, UserId},
    moment::Moment,
};

/// Asks that a login be deleted at `due`; `false` if that was asked before.
pub async fn request(tx: &mut Tx, user: UserId, now: Moment, due: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "INSERT INTO deletion_request (user_id, requested_at, due_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id) DO NOTHING",
        user.text(),
        now.as_micros(),
        due.as_micros()
    )?;
    Ok(touched == 1)
}

/// When a login will be deleted, if that was asked for.
pub async fn due(tx: &mut Tx, user: UserId) -> Result<Option<Moment>, StoreError> {
    let row = fetch_optional!(tx, (i64,), "SELECT due_at FROM deletion_request WHERE user_id = $1", user.text())?;
    Ok(row.map(|(due,)| Moment::from_micros(due)))
}

/// Takes the wish back; `false` if there was none.
pub async fn cancel(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    Ok(execute!(tx, "DELETE FROM deletion_request WHERE user_id = $1", user.text())? == 1)
}

/// Some of the logins that are due.
pub async fn ripe(tx: &mut Tx, now: Moment, limit: i64) -> Result<Vec<UserId>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT user_id FROM deletion_request WHERE due_at <= $1 ORDER BY due_at, user_id LIMIT $2",
        now.as_micros(),
        limit
    )?;
    rows.into_iter().map(|(id,)| parsed(&id, "deletion_request", "user_id", &id)).collect()
}

/// Takes a login that is due, once; `false` if the wish was taken back, or another node is at it.
pub async fn take(tx: &mut Tx, user: UserId, now: Moment) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "DELETE FROM deletion_request WHERE user_id = $1 AND due_at <= $2 RETURNING user_id",
        user.text(),
        now.as_micros()
    )?;
    Ok(row.is_some())
}

/// Deletes a login with everything that is its own, in the transaction that took it. Its id, and those of its
/// memberships, are never given out again. The audit log keeps what happened, by id only.
pub async fn delete(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    tx.touch_state();
    let (id, at) = (user.text(), now.as_micros());
    execute!(tx, "DELETE FROM remembered_choice WHERE user_id = $1", id.as_str())?;
    for reference in references(tx, user).await? {
        let reference = reference.text();
        execute!(tx, "DELETE FROM license_assignment WHERE target_id = $1", reference.as_str())?;
        execute!(tx, "DELETE FROM reference WHERE id = $1", reference.as_str())?;
        bury(tx, &reference, "reference", at).await?;
    }
    execute!(
        tx,
        "DELETE FROM client_session WHERE session_id IN (SELECT id FROM session WHERE user_id = $1)",
        id.as_str()
    )?;
    execute!(tx, "DELETE FROM session WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM authorization_grant WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM consent WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM known_browser WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM trusted_browser WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM totp WHERE user_id = $1 AND confirmed_at IS NULL", id.as_str())?;
    execute!(tx, "DELETE FROM totp WHERE user_id = $1 AND confirmed_at IS NOT NULL", id.as_str())?;
    execute!(tx, "DELETE FROM passkey WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM passkey_challenge WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM recovery_code WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM one_time_code WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM factor_postponement WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM link WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM message WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM group_member WHERE member_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM admin_role WHERE holder_type = 'user' AND holder_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM password WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM login_name WHERE user_id = $1", id.as_str())?;
    execute!(tx, "DELETE FROM user_account WHERE id = $1", id.as_str())?;
    bury(tx, &id, "user", at).await
}

async fn references(tx: &mut Tx, user: UserId) -> Result<Vec<ReferenceId>, StoreError> {
    let rows = fetch_all!(tx, (String,), "SELECT id FROM reference WHERE user_id = $1", user.text())?;
    rows.into_iter().map(|(id,)| parsed(&id, "reference", "id", &id)).collect()
}

async fn bury(tx: &mut Tx, id: &str, kind: &str, at: i64) -> Result<(), StoreError> {
    execute!(tx, "INSERT INTO tombstone (id, kind, deleted_at) VALUES ($1, $2, $3)", id, kind, at)?;
    Ok(())
}
