//! Outgoing messages: rows written in the transaction of their cause, claimed and sent by whichever node is first.

use uuid::Uuid;

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::{
    base::{
        id::{MessageId, UserId},
        moment::Moment,
    },
    identity::words,
};

words! {
    /// How a message travels.
    Channel {
        /// By e-mail.
        Email = "email",
        /// By text message.
        Sms = "sms",
    }
}

words! {
    /// Where a message stands.
    MessageState {
        /// Waits for its first attempt, or for the next one.
        Queued = "queued",
        /// A node has it and hands it over.
        Sending = "sending",
        /// Handed over.
        Sent = "sent",
        /// Given up: refused for good, or tried too often. The dead letters.
        Failed = "failed",
        /// Too old to be of use before it could be sent.
        Expired = "expired",
        /// Waits until somebody sets up how it is to travel (security.md S9).
        Held = "held",
        /// Kept and shown where nothing is sent: development.
        Captured = "captured",
    }
}

/// A message as stored. Its text is rendered when it is sent or looked at; no secret is kept in it (security.md S9).
#[derive(Clone, Debug)]
pub struct Message {
    /// Time-ordered. Also the id of the link that it carries.
    pub id: MessageId,
    /// How it travels.
    pub channel: Channel,
    /// Key of the mail catalogue (screens.md 4).
    pub template: String,
    /// Address it goes to.
    pub recipient: String,
    /// Who it is for.
    pub user_id: Option<UserId>,
    /// Language, as the person has it; the theme may speak a nearby one.
    pub locale: String,
    /// What the template is filled with.
    pub variables: serde_json::Map<String, serde_json::Value>,
    /// Where it stands.
    pub state: MessageState,
    /// Smaller goes first.
    pub priority: i64,
    /// The same cause writes one message only.
    pub idempotency_key: Option<String>,
    /// The purpose from which its link or code is derived.
    pub secret: Option<String>,
    /// The key from which it is derived.
    pub key_id: Option<Uuid>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is due.
    pub next_attempt_at: Moment,
    /// Why it is not sent yet, or never.
    pub last_error: Option<String>,
    /// The carrier's name for it.
    pub provider_id: Option<String>,
    /// When it was handed over.
    pub sent_at: Option<Moment>,
    /// When it was written.
    pub created_at: Moment,
    /// When it is pointless to send it.
    pub expires_at: Moment,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    channel: String,
    template: String,
    recipient: String,
    user_id: Option<String>,
    locale: String,
    variables: String,
    state: String,
    priority: i64,
    idempotency_key: Option<String>,
    secret: Option<String>,
    key_id: Option<String>,
    attempts: i64,
    next_attempt_at: i64,
    last_error: Option<String>,
    provider_id: Option<String>,
    sent_at: Option<i64>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<Row> for Message {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = row.id;
        Ok(Self {
            user_id: row.user_id.map(|text| parsed(&text, "message", "user_id", &id)).transpose()?,
            key_id: row.key_id.map(|text| parsed(&text, "message", "key_id", &id)).transpose()?,
            channel: parsed(&row.channel, "message", "channel", &id)?,
            state: parsed(&row.state, "message", "state", &id)?,
            variables: json(&row.variables, "message", "variables", &id)?,
            id: parsed(&id, "message", "id", &id)?,
            template: row.template,
            recipient: row.recipient,
            locale: row.locale,
            priority: row.priority,
            idempotency_key: row.idempotency_key,
            secret: row.secret,
            attempts: row.attempts,
            next_attempt_at: Moment::from_micros(row.next_attempt_at),
            last_error: row.last_error,
            provider_id: row.provider_id,
            sent_at: row.sent_at.map(Moment::from_micros),
            created_at: Moment::from_micros(row.created_at),
            expires_at: Moment::from_micros(row.expires_at),
        })
    }
}

/// Writes a message and wakes whoever sends once the transaction is committed. The other outcome: a message of this
/// idempotency key is there already, and it is the one.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<Result<(), MessageId>, StoreError> {
    let written = execute!(
        tx,
        "INSERT INTO message (id, channel, template, recipient, user_id, locale, variables, state, priority, \
             idempotency_key, secret, key_id, attempts, next_attempt_at, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         ON CONFLICT (idempotency_key) DO NOTHING",
        message.id.text(),
        message.channel.as_str(),
        message.template.as_str(),
        message.recipient.as_str(),
        message.user_id.map(UserId::text),
        message.locale.as_str(),
        to_json(&message.variables),
        message.state.as_str(),
        message.priority,
        message.idempotency_key.as_deref(),
        message.secret.as_deref(),
        message.key_id.map(|id| id.to_string()),
        message.attempts,
        message.next_attempt_at.as_micros(),
        message.created_at.as_micros(),
        message.expires_at.as_micros(),
    )?;
    if written == 1 {
        tx.touch_outbox();
        return Ok(Ok(()));
    }
    let (id,) = fetch_one!(
        tx,
        (String,),
        "SELECT id FROM message WHERE idempotency_key = $1",
        message.idempotency_key.as_deref()
    )?;
    Ok(Err(parsed(&id, "message", "id", &id)?))
}

/// Whether the user got a message of this kind after `since`.
pub async fn sent_since(tx: &mut Tx, user: UserId, template: &str, since: Moment) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM message WHERE user_id = $1 AND template = $2 AND created_at > $3 LIMIT 1",
        user.text(),
        template,
        since.as_micros()
    )?;
    Ok(row.is_some())
}

/// Whether the cause that a key names wrote its message before.
pub async fn is_written(tx: &mut Tx, idempotency_key: &str) -> Result<bool, StoreError> {
    let (count,) = fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM message WHERE idempotency_key = $1", idempotency_key)?;
    Ok(count > 0)
}

/// The newest messages before `before`, or the newest of all.
pub async fn newest(tx: &mut Tx, before: Option<MessageId>, limit: i64) -> Result<Vec<Message>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, channel, template, recipient, user_id, locale, variables, state, priority, idempotency_key, secret, \
             key_id, attempts, next_attempt_at, last_error, provider_id, sent_at, created_at, expires_at \
         FROM message WHERE id < $1 ORDER BY id DESC LIMIT $2",
        before.map_or_else(|| "g".to_owned(), MessageId::text),
        limit
    )?;
    rows.into_iter().map(Message::try_from).collect()
}

/// One message.
pub async fn find(tx: &mut Tx, id: MessageId) -> Result<Option<Message>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, channel, template, recipient, user_id, locale, variables, state, priority, idempotency_key, secret, \
             key_id, attempts, next_attempt_at, last_error, provider_id, sent_at, created_at, expires_at \
         FROM message WHERE id = $1",
        id.text()
    )?;
    row.map(Message::try_from).transpose()
}

/// Deletes at most `limit` messages that expired before `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM message WHERE id IN \
         (SELECT id FROM message WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
