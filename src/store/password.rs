//! Password hashes, one per login at most (D1).

use super::{error::StoreError, tx::Tx};
use crate::base::{id::UserId, moment::Moment, secret::Secret};

/// The hash of a login's password, in PHC or a legacy form.
pub async fn find(tx: &mut Tx, user: UserId) -> Result<Option<Secret<String>>, StoreError> {
    let row = fetch_optional!(tx, (String,), "SELECT hash FROM password WHERE user_id = $1", user.text())?;
    Ok(row.map(|(hash,)| Secret::new(hash)))
}

/// Sets or replaces the password. The user's epoch moves on: a sign-in with the old one that is being verified right
/// now opens no session (security.md, "Password changed").
pub async fn set(tx: &mut Tx, user: UserId, hash: &Secret<String>, now: Moment) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "INSERT INTO password (user_id, hash, changed_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id) DO UPDATE \
         SET hash = excluded.hash, changed_at = excluded.changed_at, temporary_until = NULL",
        user.text(),
        hash.expose().as_str(),
        now.as_micros()
    )?;
    super::user::move_epoch(tx, user).await
}

/// Makes the password that was just set one that is good until `until`, for one change.
pub async fn make_temporary(tx: &mut Tx, user: UserId, until: Moment) -> Result<(), StoreError> {
    execute!(tx, "UPDATE password SET temporary_until = $2 WHERE user_id = $1", user.text(), until.as_micros())?;
    Ok(())
}

/// Sets the first password; `false` if there is one, which then stays (contract.md, seed file).
pub async fn set_first(tx: &mut Tx, user: UserId, hash: &Secret<String>, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "INSERT INTO password (user_id, hash, changed_at) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING",
        user.text(),
        hash.expose().as_str(),
        now.as_micros()
    )?;
    Ok(touched == 1)
}

/// Replaces the hash of the same password by a better one, unless it was changed meanwhile.
pub async fn upgrade(
    tx: &mut Tx,
    user: UserId,
    old: &Secret<String>,
    new: &Secret<String>,
) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE password SET hash = $3 WHERE user_id = $1 AND hash = $2",
        user.text(),
        old.expose().as_str(),
        new.expose().as_str()
    )?;
    Ok(touched == 1)
}

/// When the password was set; none while there is none.
pub async fn changed_at(tx: &mut Tx, user: UserId) -> Result<Option<Moment>, StoreError> {
    let row = fetch_optional!(tx, (i64,), "SELECT changed_at FROM password WHERE user_id = $1", user.text())?;
    Ok(row.map(|(at,)| Moment::from_micros(at)))
}

/// Takes the password away: nobody signs in with it any more, nor with one that is being verified right now.
pub async fn remove(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(tx, "DELETE FROM password WHERE user_id = $1", user.text())?;
    super::user::move_epoch(tx, user).await
}
