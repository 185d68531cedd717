//! Errands: what was asked for by somebody who proved nothing, looked into after they have their answer.

use super::{error::StoreError, tx::Tx};
use crate::base::{id::ErrandId, moment::Moment};

/// Errands that wait at once. More are not written down: whoever asks is answered as if they were.
pub const MOST: i64 = 1000;

/// Writes an errand down; `false` if too many wait. One statement, whatever is asked for.
pub async fn insert(tx: &mut Tx, id: ErrandId, what: &str, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "INSERT INTO errand (id, what, created_at) SELECT $1, $2, $3 \
         WHERE (SELECT COUNT(*) FROM (SELECT id FROM errand LIMIT $4) AS waiting) < $4",
        id.text(),
        what,
        now.as_micros(),
        MOST
    )?;
    tx.touch_errands();
    Ok(touched == 1)
}

/// The errands that wait, oldest first.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<ErrandId>, StoreError> {
    let rows = fetch_all!(tx, (String,), "SELECT id FROM errand ORDER BY id LIMIT $1", MOST)?;
    rows.iter().map(|(id,)| super::error::parsed(id, "errand", "id", id)).collect()
}

/// Takes an errand in the transaction that does it: another node finds nothing then.
pub async fn take(tx: &mut Tx, id: ErrandId) -> Result<Option<String>, StoreError> {
    let row = fetch_optional!(tx, (String,), "DELETE FROM errand WHERE id = $1 RETURNING what", id.text())?;
    Ok(row.map(|(what,)| what))
}

/// Deletes at most `limit` errands that nobody could do since `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM errand WHERE id IN (SELECT id FROM errand WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
