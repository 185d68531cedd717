//! Counters of what was sent (`authn::send_limits` decides, this keeps).

use super::{
    error::{StoreError, json, to_json},
    tx::Tx,
};
use crate::{
    authn::send_limits::{SendHistory, day_of},
    base::moment::Moment,
};

/// Takes a history for this transaction, made if it is missing: nobody else can count on it before the end.
pub async fn take(tx: &mut Tx, key: &str, now: Moment) -> Result<SendHistory, StoreError> {
    let (sent,) = fetch_one!(
        tx,
        (String,),
        "INSERT INTO send_history (key, sent, updated_at) VALUES ($1, '[]', $2) \
         ON CONFLICT (key) DO UPDATE SET updated_at = excluded.updated_at RETURNING sent",
        key,
        now.as_micros(),
    )?;
    json(&sent, "send_history", "sent", key)
}

/// Looks at a history without holding it.
pub async fn look(tx: &mut Tx, key: &str) -> Result<SendHistory, StoreError> {
    let row = fetch_optional!(tx, (String,), "SELECT sent FROM send_history WHERE key = $1", key)?;
    row.map_or(Ok(SendHistory::default()), |(sent,)| json(&sent, "send_history", "sent", key))
}

/// Writes a history that was taken.
pub async fn put(tx: &mut Tx, key: &str, history: &SendHistory) -> Result<(), StoreError> {
    execute!(tx, "UPDATE send_history SET sent = $2 WHERE key = $1", key, to_json(history))?;
    Ok(())
}

/// Counts one more on a day, unless there are `most` already; says how many there are then.
pub async fn count(tx: &mut Tx, key: &str, day: i64, most: u32) -> Result<Option<u32>, StoreError> {
    if most == 0 {
        return Ok(None);
    }
    let row = fetch_optional!(
        tx,
        (i64,),
        "INSERT INTO send_day (key, day, sent) VALUES ($1, $2, 1) \
         ON CONFLICT (key, day) DO UPDATE SET sent = send_day.sent + 1 WHERE send_day.sent < $3 RETURNING sent",
        key,
        day,
        i64::from(most),
    )?;
    Ok(row.map(|(sent,)| u32::try_from(sent).unwrap_or(u32::MAX)))
}

/// How many were counted on a day.
pub async fn counted(tx: &mut Tx, key: &str, day: i64) -> Result<u32, StoreError> {
    let row = fetch_optional!(tx, (i64,), "SELECT sent FROM send_day WHERE key = $1 AND day = $2", key, day)?;
    Ok(row.map_or(0, |(sent,)| u32::try_from(sent).unwrap_or(u32::MAX)))
}

/// Deletes at most `limit` histories that were not touched since `before`.
pub async fn collect_histories(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        // One that is counted into right now stays: the condition on the row itself is looked at again behind its lock.
        "DELETE FROM send_history WHERE updated_at < $1 AND key IN \
         (SELECT key FROM send_history WHERE updated_at < $1 ORDER BY updated_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}

/// Deletes at most `limit` counters of days before the one of `before`.
pub async fn collect_days(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM send_day WHERE (key, day) IN (SELECT key, day FROM send_day WHERE day < $1 ORDER BY day LIMIT $2)",
        day_of(before).0,
        limit
    )
}
