//! Outgoing messages: rows written in the transaction of their cause.

use super::{
    error::{StoreError, json, to_json},
    tx::Tx,
};
use crate::base::{
    id::{MessageId, UserId},
    moment::Moment,
};

/// A message as stored. Its text is rendered when it is sent or looked at; no secret is kept in it (security.md S9).
#[derive(Clone, Debug)]
pub struct Message {
    /// Time-ordered.
    pub id: MessageId,
    /// `email` or `sms`.
    pub channel: String,
    /// Key of the mail catalogue (screens.md 4).
    pub template: String,
    /// Address it goes to.
    pub recipient: String,
    /// Who it is for.
    pub user_id: Option<UserId>,
    /// Language.
    pub locale: String,
    /// What the template is filled with.
    pub variables: serde_json::Map<String, serde_json::Value>,
    /// `captured`: kept and shown, not sent.
    pub state: String,
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
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<Row> for Message {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let parsed_user = |text: String| super::error::parsed(&text, "message", "user_id", &row.id);
        Ok(Self {
            id: super::error::parsed(&row.id, "message", "id", &row.id)?,
            user_id: row.user_id.map(parsed_user).transpose()?,
            variables: json(&row.variables, "message", "variables", &row.id)?,
            channel: row.channel,
            template: row.template,
            recipient: row.recipient,
            locale: row.locale,
            state: row.state,
            created_at: Moment::from_micros(row.created_at),
            expires_at: Moment::from_micros(row.expires_at),
        })
    }
}

/// Writes a message.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO message (id, channel, template, recipient, user_id, locale, variables, state, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        message.id.text(),
        message.channel.as_str(),
        message.template.as_str(),
        message.recipient.as_str(),
        message.user_id.map(UserId::text),
        message.locale.as_str(),
        to_json(&message.variables),
        message.state.as_str(),
        message.created_at.as_micros(),
        message.expires_at.as_micros(),
    )?;
    Ok(())
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

/// The newest messages.
pub async fn newest(tx: &mut Tx, limit: i64) -> Result<Vec<Message>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, channel, template, recipient, user_id, locale, variables, state, created_at, expires_at \
         FROM message ORDER BY id DESC LIMIT $1",
        limit
    )?;
    rows.into_iter().map(Message::try_from).collect()
}

/// One message.
pub async fn find(tx: &mut Tx, id: MessageId) -> Result<Option<Message>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, channel, template, recipient, user_id, locale, variables, state, created_at, expires_at \
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
