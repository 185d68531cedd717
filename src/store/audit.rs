//! The audit log: insert only, in the transaction of the act (security.md S11).

use super::{
    error::{StoreError, parsed, to_json},
    tx::Tx,
};
use crate::{
    base::{
        id::{AuditId, CustomerId, UserId},
        moment::Moment,
    },
    identity::audit::AuditEvent,
};

/// Writes an entry. If it cannot be written, the act fails with it.
pub async fn record(tx: &mut Tx, event: &AuditEvent) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO audit_event (id, at, action, outcome, reason, actor_type, actor_id, client_id, target_type, target_id, \
                                  customer_id, ip, request_id, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        event.id.text(),
        event.at.as_micros(),
        event.action,
        if event.succeeded { "success" } else { "failure" },
        event.reason,
        event.actor.kind(),
        event.actor.id(),
        event.client_id.as_deref(),
        event.target_type,
        event.target_id.as_deref(),
        event.customer.map(CustomerId::text),
        event.ip.as_deref(),
        event.request_id.as_deref(),
        to_json(&event.detail),
    )?;
    Ok(())
}

/// An entry as the person sees it whom it is about.
#[derive(Clone, PartialEq, Debug)]
pub struct OwnEntry {
    /// Its id, ordered by time.
    pub id: AuditId,
    /// When.
    pub at: Moment,
    /// What.
    pub action: String,
    /// Whether it was done.
    pub succeeded: bool,
    /// The kind of actor: `user`, `client`, `operator`, `system`, `anonymous`.
    pub actor: String,
    /// The actor's id.
    pub actor_id: Option<String>,
    /// Through which client.
    pub client_id: Option<String>,
    /// From where.
    pub ip: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    at: i64,
    action: String,
    outcome: String,
    actor_type: String,
    actor_id: Option<String>,
    client_id: Option<String>,
    ip: Option<String>,
}

/// At most `limit` entries about a user, the newest first; only those before `before`, if it is given.
pub async fn of_user(
    tx: &mut Tx,
    user: UserId,
    before: Option<AuditId>,
    limit: i64,
) -> Result<Vec<OwnEntry>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        // "~" comes after every id.
        "SELECT id, at, action, outcome, actor_type, actor_id, client_id, ip FROM audit_event \
         WHERE target_id = $1 AND id < COALESCE($2, '~') AND target_type = 'user' ORDER BY id DESC LIMIT $3",
        user.text(),
        before.map(AuditId::text),
        limit
    )?;
    let read = |row: Row| {
        Ok(OwnEntry {
            id: parsed(&row.id, "audit_event", "id", &row.id)?,
            at: Moment::from_micros(row.at),
            action: row.action,
            succeeded: row.outcome == "success",
            actor: row.actor_type,
            actor_id: row.actor_id,
            client_id: row.client_id,
            ip: row.ip,
        })
    };
    rows.into_iter().map(read).collect()
}
