//! `/dev/outbox`: messages as they would have been sent.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};

use crate::{
    base::id::MessageId,
    flow::outbox,
    http::{error::Trouble, layers::Rejection, page::Setting, state::SharedWeb, visit::Visit},
    theme::{
        Href,
        pages::{Channel, Outbox, OutboxItem, OutboxMessage},
    },
};

/// The newest messages.
pub async fn list(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let messages = outbox::newest(&web.node).await?;
    let items = messages.iter().map(|message| OutboxItem {
        href: Href::local(format!("/dev/outbox/{}", message.id)),
        channel: if message.channel == "sms" { Channel::Sms } else { Channel::Mail },
        to: message.recipient.clone(),
        subject: message.template.clone(),
        at: message.created_at.into(),
    });
    web.show(&visit, &Outbox { messages: items.collect(), older: None }, Setting::default())
}

/// One message.
pub async fn message(State(web): State<SharedWeb>, Path(id): Path<String>, visit: Visit) -> Result<Response, Trouble> {
    let id: Option<MessageId> = id.parse().ok();
    let found = match id {
        Some(id) => outbox::find(&web.node, id).await?,
        None => None,
    };
    let Some(message) = found else { return Ok(Rejection::NotFound.into_response()) };
    let page = OutboxMessage {
        to: message.recipient.clone(),
        from: String::new(),
        subject: message.template.clone(),
        at: message.created_at.into(),
        text: serde_json::to_string_pretty(&message.variables).unwrap_or_default(),
        html: None,
        links: Vec::new(),
    };
    web.show(&visit, &page, Setting::default())
}
