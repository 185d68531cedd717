//! Messages that are captured instead of sent.

use std::time::Duration;

use crate::{
    base::{
        entropy::Entropy,
        id::{MessageId, UserId},
        moment::Moment,
    },
    flow::{error::FlowError, node::Node},
    store::{self, StoreError, Tx, message::Message},
};

/// Messages that the outbox shows.
const SHOWN: i64 = 200;
/// How often the owner of a locked account is told (security.md S6).
const LOCK_NOTICE_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long a notice is worth sending.
const NOTICE_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// The newest messages.
pub async fn newest(node: &Node) -> Result<Vec<Message>, FlowError> {
    Ok(store::message::newest(&mut node.db.read().await?, SHOWN).await?)
}

/// One message.
pub async fn find(node: &Node, id: MessageId) -> Result<Option<Message>, FlowError> {
    Ok(store::message::find(&mut node.db.read().await?, id).await?)
}

/// Tells the owner of an account that it was locked, at most once an hour. Notices use up no other budget (D32).
pub async fn notify_locked(tx: &mut Tx, entropy: &dyn Entropy, user: UserId, now: Moment) -> Result<(), StoreError> {
    const TEMPLATE: &str = "account.locked";
    if store::message::sent_since(tx, user, TEMPLATE, now.minus(LOCK_NOTICE_EVERY)).await? {
        return Ok(());
    }
    let Some(user) = store::user::find(tx, user).await? else { return Ok(()) };
    let Some(email) = user.email().filter(|email| email.verified) else { return Ok(()) };
    let mut variables = serde_json::Map::new();
    variables.insert("user_name".to_owned(), user.user_name.clone().into());
    let message = Message {
        id: MessageId::new(entropy, now),
        channel: "email".to_owned(),
        template: TEMPLATE.to_owned(),
        recipient: email.value.clone(),
        user_id: Some(user.id),
        locale: user.locale.clone().unwrap_or_default(),
        variables,
        state: "captured".to_owned(),
        created_at: now,
        expires_at: now.plus(NOTICE_LIFE),
    };
    store::message::insert(tx, &message).await
}
