//! Attempts to sign in, and requests that arrived by POST. Both outlive one request and nothing else.

use serde::{Serialize, de::DeserializeOwned};

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::base::{
    bearer::{BearerHash, Presented},
    id::AttemptId,
    moment::Moment,
};

/// Attempts a browser may have under way; the oldest gives way (security.md S2).
const ATTEMPTS_PER_BROWSER: i64 = 10;

/// An attempt as stored: what was asked (`R`) and how far it has come (`P`).
#[derive(Clone, Debug)]
pub struct Attempt<R, P> {
    /// Travels in the URL; worth nothing without the flow cookie.
    pub id: AttemptId,
    /// Hash of the flow cookie it belongs to.
    pub flow_hash: String,
    /// Who asked.
    pub client_id: String,
    /// What was asked.
    pub request: R,
    /// How far it has come.
    pub progress: P,
    /// When it began.
    pub created_at: Moment,
    /// When it is too late.
    pub expires_at: Moment,
    /// When it was answered.
    pub finished_at: Option<Moment>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    flow_hash: String,
    client_id: String,
    request: String,
    progress: String,
    created_at: i64,
    expires_at: i64,
    finished_at: Option<i64>,
}

/// Finds an attempt by id, expired and finished ones too.
pub async fn find<R: DeserializeOwned, P: DeserializeOwned>(
    tx: &mut Tx,
    id: AttemptId,
) -> Result<Option<Attempt<R, P>>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, flow_hash, client_id, request, progress, created_at, expires_at, finished_at \
         FROM attempt WHERE id = $1",
        id.text()
    )?;
    row.map(|row| {
        Ok(Attempt {
            id: parsed(&row.id, "attempt", "id", &row.id)?,
            request: json(&row.request, "attempt", "request", &row.id)?,
            progress: json(&row.progress, "attempt", "progress", &row.id)?,
            flow_hash: row.flow_hash,
            client_id: row.client_id,
            created_at: Moment::from_micros(row.created_at),
            expires_at: Moment::from_micros(row.expires_at),
            finished_at: row.finished_at.map(Moment::from_micros),
        })
    })
    .transpose()
}

/// Stores a new attempt and lets the browser's oldest go when it has too many.
pub async fn insert<R: Serialize, P: Serialize>(tx: &mut Tx, attempt: &Attempt<R, P>) -> Result<(), StoreError> {
    execute!(
        tx,
        "DELETE FROM attempt WHERE flow_hash = $1 AND id NOT IN \
         (SELECT id FROM attempt WHERE flow_hash = $1 ORDER BY id DESC LIMIT $2)",
        attempt.flow_hash.as_str(),
        ATTEMPTS_PER_BROWSER - 1,
    )?;
    execute!(
        tx,
        "INSERT INTO attempt (id, flow_hash, client_id, request, progress, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        attempt.id.text(),
        attempt.flow_hash.as_str(),
        attempt.client_id.as_str(),
        to_json(&attempt.request),
        to_json(&attempt.progress),
        attempt.created_at.as_micros(),
        attempt.expires_at.as_micros(),
    )?;
    Ok(())
}

/// Writes how far a live attempt has come; `false` if it was answered meanwhile.
pub async fn update<P: Serialize>(tx: &mut Tx, id: AttemptId, progress: &P) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE attempt SET progress = $2 WHERE id = $1 AND finished_at IS NULL",
        id.text(),
        to_json(progress)
    )?;
    Ok(touched == 1)
}

/// Answers an attempt, once: `false` if it was answered before or is too old.
pub async fn finish(tx: &mut Tx, id: AttemptId, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE attempt SET finished_at = $2 WHERE id = $1 AND finished_at IS NULL AND expires_at > $2",
        id.text(),
        now.as_micros()
    )?;
    Ok(touched == 1)
}

/// Keeps the parameters of a request that came by POST until its handle is followed (security.md S3).
pub async fn insert_handle(
    tx: &mut Tx,
    id: uuid::Uuid,
    hash: &BearerHash,
    kind: &str,
    parameters: &str,
    expires_at: Moment,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO request_handle (id, hash, kind, parameters, expires_at) VALUES ($1, $2, $3, $4, $5)",
        id.to_string(),
        hash.text(),
        kind,
        parameters,
        expires_at.as_micros()
    )?;
    Ok(())
}

/// The parameters behind a handle. It may be followed again (reload, back button) until it expires: it grants nothing.
pub async fn find_handle(
    tx: &mut Tx,
    presented: &Presented,
    kind: &str,
    now: Moment,
) -> Result<Option<String>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT parameters FROM request_handle WHERE id = $1 AND hash = $2 AND kind = $3 AND expires_at > $4",
        presented.id.to_string(),
        presented.hash.text(),
        kind,
        now.as_micros()
    )?;
    Ok(row.map(|(parameters,)| parameters))
}

/// How many attempts there are, open and ended; no more than `limit` are counted.
pub async fn count(tx: &mut Tx, limit: i64) -> Result<u64, StoreError> {
    let (count,) = fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM (SELECT id FROM attempt LIMIT $1) AS counted", limit)?;
    Ok(count.unsigned_abs())
}

/// How many kept requests there are; no more than `limit` are counted.
pub async fn count_handles(tx: &mut Tx, limit: i64) -> Result<u64, StoreError> {
    let (count,) =
        fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM (SELECT id FROM request_handle LIMIT $1) AS counted", limit)?;
    Ok(count.unsigned_abs())
}

/// Deletes at most `limit` attempts that expired before `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM attempt WHERE id IN (SELECT id FROM attempt WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}

/// Deletes at most `limit` attempts that were answered or expired before `now`.
pub async fn collect_ended(tx: &mut Tx, now: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM attempt WHERE id IN (SELECT id FROM attempt \
         WHERE expires_at < $1 OR finished_at IS NOT NULL ORDER BY expires_at LIMIT $2)",
        now.as_micros(),
        limit
    )
}

/// Deletes at most `limit` kept requests whose handle expired before `before`.
pub async fn collect_handles(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM request_handle WHERE id IN \
         (SELECT id FROM request_handle WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
