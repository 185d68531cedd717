//! `/dev/outbox`: messages in every state, rendered again as they are sent. Only while mail is captured on loopback.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use crate::{
    base::id::MessageId,
    flow::{
        outbox::{self, SHOWN, render::render},
        snapshot::Snapshot,
    },
    http::{
        error::Trouble,
        layers::{Rejection, headers::Framed},
        page::Setting,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    store::message::{Channel as Way, Message},
    theme::{
        Href,
        mails::Rendered,
        pages::{Channel, Outbox, OutboxItem, OutboxMessage},
    },
};

/// The newest messages, or those before `before`.
pub async fn list(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    if !web.postman.captures(&snapshot.settings) {
        return Ok(Rejection::NotFound.into_response());
    }
    let before: Option<MessageId> = visit.param("before").and_then(|id| id.parse().ok());
    let messages = outbox::newest(&web.node, before).await?;
    let mut items = Vec::with_capacity(messages.len());
    for message in &messages {
        let rendered = rendered(&web, &snapshot, message).await?;
        let subject = rendered.map_or_else(|_| message.template.clone(), |rendered| headline(&rendered));
        items.push(OutboxItem {
            href: Href::local(format!("/dev/outbox/{}", message.id)),
            channel: channel(message),
            to: message.recipient.clone(),
            subject,
            state: message.state.as_str(),
            at: message.created_at.into(),
        });
    }
    let last = messages.last().filter(|_| messages.len() == SHOWN);
    let older = last.map(|message| Href::local(format!("/dev/outbox?before={}", message.id)));
    web.show(&visit, &Outbox { messages: items, older }, Setting::default())
}

/// One message: its text, its links, and its HTML part as source and in a frame of its own.
pub async fn message(State(web): State<SharedWeb>, Path(id): Path<String>, visit: Visit) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let Some(message) = found(&web, &snapshot, &id).await? else { return Ok(Rejection::NotFound.into_response()) };
    let rendered = rendered(&web, &snapshot, &message).await?;
    let (rendered, error) = match rendered {
        Ok(rendered) => (Some(rendered), message.last_error.clone().unwrap_or_default()),
        Err(error) => (None, error),
    };
    let html = rendered.as_ref().map(|it| it.html.clone()).filter(|html| !html.is_empty());
    let text = rendered.as_ref().map(|it| it.text.clone()).unwrap_or_default();
    let from = web.postman.sender(&snapshot.settings).filter(|_| message.channel == Way::Email);
    let page = OutboxMessage {
        to: message.recipient.clone(),
        from: from.map(|from| from.shown()).unwrap_or_default(),
        subject: rendered.map(|it| it.subject).unwrap_or_default(),
        state: message.state.as_str(),
        error,
        at: message.created_at.into(),
        links: links(&text),
        text,
        frame: html.is_some().then(|| Href::local(format!("/dev/outbox/{}/html", message.id))),
        html,
    };
    let mut response = web.show(&visit, &page, Setting::default())?;
    response.extensions_mut().insert(Framed::Frames);
    Ok(response)
}

/// The HTML part by itself: nothing in it runs, and it may be framed by the page above alone.
pub async fn html(State(web): State<SharedWeb>, Path(id): Path<String>) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let Some(message) = found(&web, &snapshot, &id).await? else { return Ok(Rejection::NotFound.into_response()) };
    let Ok(rendered) = rendered(&web, &snapshot, &message).await? else {
        return Ok(Rejection::NotFound.into_response());
    };
    let mut response = (StatusCode::OK, Html(rendered.html)).into_response();
    response.extensions_mut().insert(Framed::Mail);
    Ok(response)
}

async fn found(web: &Web, snapshot: &Snapshot, id: &str) -> Result<Option<Message>, Trouble> {
    let Some(id) = id.parse().ok().filter(|_| web.postman.captures(&snapshot.settings)) else { return Ok(None) };
    Ok(outbox::find(&web.node, id).await?)
}

/// The message as it is sent, or why it cannot be.
async fn rendered(web: &Web, snapshot: &Snapshot, message: &Message) -> Result<Result<Rendered, String>, Trouble> {
    let rendered = render(&web.node, snapshot, &web.theme, message).await?;
    Ok(rendered.map_err(|error| error.to_string()))
}

/// The subject, or the beginning of a text message.
fn headline(rendered: &Rendered) -> String {
    match rendered.subject.is_empty() {
        true => rendered.text.lines().next().unwrap_or_default().chars().take(80).collect(),
        false => rendered.subject.clone(),
    }
}

const fn channel(message: &Message) -> Channel {
    match message.channel {
        Way::Email => Channel::Mail,
        Way::Sms => Channel::Sms,
    }
}

/// Addresses in a text, each once.
fn links(text: &str) -> Vec<Href> {
    let mut found: Vec<Href> = Vec::new();
    for word in text.split_whitespace().filter(|word| word.starts_with("http://") || word.starts_with("https://")) {
        if let Some(href) = Href::new(word).filter(|href| !found.contains(href)) {
            found.push(href);
        }
    }
    found
}
