//! The audit log: insert only, in the transaction of the act (security.md S11).

use super::{
    error::{StoreError, to_json},
    tx::Tx,
};
use crate::{base::id::CustomerId, identity::audit::AuditEvent};

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
