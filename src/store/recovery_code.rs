//! Recovery codes: a set of ten per user, hashed, each good for one use.

use uuid::Uuid;

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::base::{id::UserId, moment::Moment, secret::Secret};

/// A code of a new set.
pub struct NewRecoveryCode {
    /// Its row.
    pub id: Uuid,
    /// What finds it: two bytes of a MAC.
    pub selector: String,
    /// Argon2id.
    pub hash: Secret<String>,
}

/// A code that may be the one typed.
pub struct Candidate {
    /// Its row.
    pub id: Uuid,
    /// Argon2id.
    pub hash: Secret<String>,
    /// It was used before.
    pub used: bool,
}

/// Replaces the set of a user; codes of the set before it work no more.
pub async fn replace(tx: &mut Tx, user: UserId, codes: &[NewRecoveryCode], now: Moment) -> Result<(), StoreError> {
    remove_for_user(tx, user).await?;
    for code in codes {
        execute!(
            tx,
            "INSERT INTO recovery_code (id, user_id, selector, hash, created_at) VALUES ($1, $2, $3, $4, $5)",
            code.id.to_string(),
            user.text(),
            code.selector.as_str(),
            code.hash.expose().as_str(),
            now.as_micros(),
        )?;
    }
    Ok(())
}

/// The code of this selector, used or not.
pub async fn candidate(tx: &mut Tx, user: UserId, selector: &str) -> Result<Option<Candidate>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String, String, bool),
        "SELECT id, hash, used_at IS NOT NULL FROM recovery_code WHERE user_id = $1 AND selector = $2",
        user.text(),
        selector,
    )?;
    row.map(|(id, hash, used)| {
        Ok(Candidate { id: parsed(&id, "recovery_code", "id", &id)?, hash: Secret::new(hash), used })
    })
    .transpose()
}

/// Uses a code, once (D14).
pub async fn use_code(tx: &mut Tx, user: UserId, id: Uuid, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE recovery_code SET used_at = $3 WHERE id = $1 AND user_id = $2 AND used_at IS NULL",
        id.to_string(),
        user.text(),
        now.as_micros(),
    )?;
    Ok(touched == 1)
}

/// How many codes are left.
pub async fn left(tx: &mut Tx, user: UserId) -> Result<u32, StoreError> {
    let (left,) = fetch_one!(
        tx,
        (i64,),
        "SELECT count(*) FROM recovery_code WHERE user_id = $1 AND used_at IS NULL",
        user.text()
    )?;
    Ok(u32::try_from(left).unwrap_or(u32::MAX))
}

/// Removes every code of a user; how many there were.
pub async fn remove_for_user(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM recovery_code WHERE user_id = $1", user.text())
}

/// Removes the codes of a set that was made after `since`; how many there were.
pub async fn remove_since(tx: &mut Tx, user: UserId, since: Moment) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM recovery_code WHERE user_id = $1 AND created_at >= $2", user.text(), since.as_micros())
}
