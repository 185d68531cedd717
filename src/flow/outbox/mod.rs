//! Outgoing messages, from the transaction that causes one to the server that takes it.
//!
//! [`enqueue`] writes a message in the transaction of its cause; [`postman`] sends it, on whichever node is first;
//! [`render`] makes its text each time it is needed, so that no link and no code is stored (security.md S9).

pub mod letter;
pub mod notices;
pub mod postman;
pub mod render;

use std::collections::BTreeMap;

pub use self::letter::{Desk, Enqueued, Letter, Recipient, enqueue};
use crate::{
    base::id::MessageId,
    flow::{error::FlowError, node::Node},
    identity::audit::{Actor, AuditEvent},
    store::{self, message::Message},
};

/// Messages on a page of the outbox.
pub const SHOWN: usize = 100;

/// The newest messages, or those before `before`.
pub async fn newest(node: &Node, before: Option<MessageId>) -> Result<Vec<Message>, FlowError> {
    let limit = i64::try_from(SHOWN).unwrap_or(i64::MAX);
    Ok(store::message::newest(&mut node.db.read().await?, before, limit).await?)
}

/// One message.
pub async fn find(node: &Node, id: MessageId) -> Result<Option<Message>, FlowError> {
    Ok(store::message::find(&mut node.db.read().await?, id).await?)
}

/// How many messages are in each state.
pub async fn counts(node: &Node) -> Result<BTreeMap<String, i64>, FlowError> {
    Ok(store::delivery::counts(&mut node.db.read().await?).await?.into_iter().collect())
}

/// Queues a message again that was given up, kept, held, or sent and not received. It holds the same link as before.
/// `false` for one that is under way, too old, or unknown.
pub async fn resend(node: &Node, id: MessageId, actor: Actor) -> Result<bool, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    let queued = store::delivery::requeue(&mut tx, id, now).await?;
    if !queued {
        tx.rollback().await?;
        return Ok(false);
    }
    let event = AuditEvent::new(&*node.entropy, now, "message.resent", actor).target("message", id.text());
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}
