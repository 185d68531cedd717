//! Handing messages over: who may try one, and how it fared. Two nodes never have the same message at once.

use uuid::Uuid;

use super::{
    error::{StoreError, parsed},
    message::{Channel, MessageState},
    tx::Tx,
};
use crate::base::{id::MessageId, moment::Moment};

/// Whether a message of this channel is due.
pub async fn is_due(tx: &mut Tx, channel: Channel, now: Moment) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM message WHERE channel = $1 AND expires_at > $2 \
         AND ((state = 'queued' AND next_attempt_at <= $2) OR (state = 'sending' AND claimed_until <= $2)) LIMIT 1",
        channel.as_str(),
        now.as_micros()
    )?;
    Ok(row.is_some())
}

/// Takes the most urgent message that is due, for `claim` alone and until `until`. One whose claim ran out is due again:
/// the node that had it is gone. `None` also when another node was faster; [`is_due`] tells whether to look again.
pub async fn claim(
    tx: &mut Tx,
    channel: Channel,
    claim: Uuid,
    until: Moment,
    now: Moment,
) -> Result<Option<MessageId>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "UPDATE message SET state = 'sending', claim = $2, claimed_until = $3, attempts = attempts + 1 \
         WHERE id = (SELECT id FROM message WHERE channel = $1 AND expires_at > $4 \
             AND ((state = 'queued' AND next_attempt_at <= $4) OR (state = 'sending' AND claimed_until <= $4)) \
             ORDER BY priority, next_attempt_at, id LIMIT 1) \
         AND ((state = 'queued' AND next_attempt_at <= $4) OR (state = 'sending' AND claimed_until <= $4)) \
         RETURNING id",
        channel.as_str(),
        claim.to_string(),
        until.as_micros(),
        now.as_micros()
    )?;
    row.map(|(id,)| parsed(&id, "message", "id", &id)).transpose()
}

/// Notes that the message was handed over; `false` if the claim ran out and another node has it.
pub async fn sent(
    tx: &mut Tx,
    id: MessageId,
    claim: Uuid,
    provider_id: Option<&str>,
    now: Moment,
) -> Result<bool, StoreError> {
    let rows = execute!(
        tx,
        "UPDATE message SET state = 'sent', sent_at = $3, provider_id = $4, claim = NULL, last_error = NULL \
         WHERE id = $1 AND claim = $2 AND state = 'sending'",
        id.text(),
        claim.to_string(),
        now.as_micros(),
        provider_id
    )?;
    Ok(rows == 1)
}

/// Notes that it was not, and when to try again.
pub async fn put_off(tx: &mut Tx, id: MessageId, claim: Uuid, due: Moment, error: &str) -> Result<bool, StoreError> {
    let rows = execute!(
        tx,
        "UPDATE message SET state = 'queued', next_attempt_at = $3, last_error = $4, claim = NULL \
         WHERE id = $1 AND claim = $2 AND state = 'sending'",
        id.text(),
        claim.to_string(),
        due.as_micros(),
        error
    )?;
    Ok(rows == 1)
}

/// Gives a message up: a dead letter.
pub async fn fail(tx: &mut Tx, id: MessageId, claim: Uuid, error: &str) -> Result<bool, StoreError> {
    let rows = execute!(
        tx,
        "UPDATE message SET state = 'failed', last_error = $3, claim = NULL \
         WHERE id = $1 AND claim = $2 AND state = 'sending'",
        id.text(),
        claim.to_string(),
        error
    )?;
    Ok(rows == 1)
}

/// Whether whoever carries this channel takes nothing now: a message was tried in vain, and waits to be tried again.
pub async fn is_failing(tx: &mut Tx, channel: Channel, now: Moment) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM message WHERE state = 'queued' AND channel = $1 AND attempts > 0 AND expires_at > $2 LIMIT 1",
        channel.as_str(),
        now.as_micros()
    )?;
    Ok(row.is_some())
}

/// Whether any message is too old to be of use and not marked so.
pub async fn has_stale(tx: &mut Tx, now: Moment) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM message WHERE expires_at <= $1 \
         AND (state IN ('queued', 'held') OR (state = 'sending' AND claimed_until <= $1)) LIMIT 1",
        now.as_micros()
    )?;
    Ok(row.is_some())
}

/// Marks what is too old to be of use. What a node is handing over at this moment is left to it.
pub async fn expire(tx: &mut Tx, now: Moment) -> Result<u64, StoreError> {
    execute!(
        tx,
        "UPDATE message SET state = 'expired', claim = NULL WHERE expires_at <= $1 \
         AND (state IN ('queued', 'held') OR (state = 'sending' AND claimed_until <= $1))",
        now.as_micros()
    )
}

/// Whether any message of this channel is in `state`.
pub async fn has_any(tx: &mut Tx, channel: Channel, state: MessageState) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM message WHERE channel = $1 AND state = $2 LIMIT 1",
        channel.as_str(),
        state.as_str()
    )?;
    Ok(row.is_some())
}

/// Moves every message of this channel from one state to another: queued ones to where they wait while nobody carries
/// them, and back.
pub async fn move_all(
    tx: &mut Tx,
    channel: Channel,
    from: MessageState,
    to: MessageState,
    now: Moment,
) -> Result<u64, StoreError> {
    execute!(
        tx,
        "UPDATE message SET state = $3, next_attempt_at = $4 WHERE channel = $1 AND state = $2 AND expires_at > $4",
        channel.as_str(),
        from.as_str(),
        to.as_str(),
        now.as_micros()
    )
}

/// Queues a message again that was given up, sent, kept or held; `false` if it is under way, or too old.
pub async fn requeue(tx: &mut Tx, id: MessageId, now: Moment) -> Result<bool, StoreError> {
    tx.touch_outbox();
    let rows = execute!(
        tx,
        "UPDATE message SET state = 'queued', attempts = 0, next_attempt_at = $2, last_error = NULL \
         WHERE id = $1 AND expires_at > $2 AND state IN ('failed', 'sent', 'captured', 'held')",
        id.text(),
        now.as_micros()
    )?;
    Ok(rows == 1)
}

/// How many messages are in each state, for operators.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(String, i64)>, StoreError> {
    fetch_all!(tx, (String, i64), "SELECT state, COUNT(*) FROM message GROUP BY state ORDER BY state")
}
