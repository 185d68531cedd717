//! Codes by mail and SMS: one live code per flow and purpose, as an HMAC (D14, D28).

use uuid::Uuid;

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::{
    authn::{
        factor::FlowId,
        one_time_code::{Channel, CodePurpose, MAX_TRIES},
    },
    base::{id::UserId, moment::Moment},
};

/// What a code is bound to. All of it is a condition of the statement that tries it.
#[derive(Clone, Copy, Debug)]
pub struct CodePlace {
    /// Whose it is.
    pub user: UserId,
    /// What it is good for.
    pub purpose: CodePurpose,
    /// Where.
    pub flow: FlowId,
    /// What carried it.
    pub channel: Channel,
}

/// A code as it is compared.
#[derive(Clone, Debug)]
pub struct StoredCode {
    /// Its id.
    pub id: Uuid,
    /// The key of the MAC.
    pub key: Uuid,
    /// The MAC, base64url.
    pub mac: String,
}

/// Stores a code; an earlier one of the same flow and purpose is dead.
pub async fn put(
    tx: &mut Tx,
    place: CodePlace,
    code: &StoredCode,
    now: Moment,
    expires_at: Moment,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO one_time_code (flow, purpose, id, user_id, channel, key_id, mac, tries, created_at, expires_at, used_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, NULL) \
         ON CONFLICT (flow, purpose) DO UPDATE SET id = excluded.id, user_id = excluded.user_id, \
             channel = excluded.channel, key_id = excluded.key_id, mac = excluded.mac, tries = 0, \
             created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = NULL",
        place.flow.text(),
        place.purpose.text(),
        code.id.to_string(),
        place.user.text(),
        place.channel.text(),
        code.key.to_string(),
        code.mac.as_str(),
        now.as_micros(),
        expires_at.as_micros(),
    )?;
    Ok(())
}

/// Whether there is a code that can be tried.
pub async fn is_live(tx: &mut Tx, place: CodePlace, now: Moment) -> Result<bool, StoreError> {
    let (live,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM one_time_code \
         WHERE flow = $1 AND purpose = $2 AND user_id = $3 AND channel = $4 AND used_at IS NULL AND expires_at > $5 \
           AND tries < $6",
        place.flow.text(),
        place.purpose.text(),
        place.user.text(),
        place.channel.text(),
        now.as_micros(),
        MAX_TRIES,
    )?;
    Ok(live > 0)
}

/// Takes one of the five tries of the live code; `None` if there is no code or no try left. Until this transaction
/// ends, nobody else tries the same code.
pub async fn take_try(tx: &mut Tx, place: CodePlace, now: Moment) -> Result<Option<StoredCode>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String, String, String),
        "UPDATE one_time_code SET tries = tries + 1 \
         WHERE flow = $1 AND purpose = $2 AND user_id = $3 AND channel = $4 AND used_at IS NULL AND expires_at > $5 \
           AND tries < $6 RETURNING id, key_id, mac",
        place.flow.text(),
        place.purpose.text(),
        place.user.text(),
        place.channel.text(),
        now.as_micros(),
        MAX_TRIES,
    )?;
    row.map(|(id, key, mac)| {
        Ok(StoredCode {
            key: parsed(&key, "one_time_code", "key_id", &id)?,
            id: parsed(&id, "one_time_code", "id", &id)?,
            mac,
        })
    })
    .transpose()
}

/// Uses the code that was tried, once (D14).
pub async fn use_code(tx: &mut Tx, place: CodePlace, code: &StoredCode, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE one_time_code SET used_at = $4 \
         WHERE flow = $1 AND purpose = $2 AND id = $3 AND mac = $5 AND used_at IS NULL AND expires_at > $4",
        place.flow.text(),
        place.purpose.text(),
        code.id.to_string(),
        now.as_micros(),
        code.mac.as_str(),
    )?;
    Ok(touched == 1)
}

/// Ends every live code of a user.
pub async fn end_for_user(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE one_time_code SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL",
        user.text(),
        now.as_micros()
    )?;
    Ok(())
}

/// Deletes at most `limit` codes that expired before `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        // One that is renewed right now stays: the condition on the row itself is looked at again behind its lock.
        "DELETE FROM one_time_code WHERE expires_at < $1 AND (flow, purpose) IN \
         (SELECT flow, purpose FROM one_time_code WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
