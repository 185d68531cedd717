//! Looking at a template before anybody gets it: with samples, and in one's own mailbox.

use serde_json::Value;

use super::{TemplateView, write::event};
use crate::{
    base::email::EmailAddress,
    config::settings::CODE_IN_SUBJECT,
    flow::{
        administrator::Administrator,
        caller::Caller,
        error::FlowError,
        node::Node,
        outbox::{
            Desk, Enqueued,
            letter::{Letter, Recipient, enqueue},
            render::TEMPLATE,
        },
        templates::EVERY_LANGUAGE,
    },
    store,
    theme::{
        Theme,
        mails::{Draft, Fault, Medium, Parts, Rendered},
    },
};

/// What to look at.
pub struct PreviewRequest<'a> {
    /// The template.
    pub view: &'a TemplateView,
    /// In which language; the theme's nearest.
    pub locale: &'a str,
    /// In which state; the ordinary one, if none is named.
    pub sample: Option<&'a str>,
    /// What is not stored yet, over what is.
    pub unsaved: Parts,
}

/// What it looks like.
pub enum PreviewOutcome {
    /// As it would be sent.
    Rendered(Box<Rendered>),
    /// It cannot be sent, and why.
    Refused(Vec<Fault>),
    /// There is no such state.
    UnknownSample,
}

/// Renders a template with a sample.
pub async fn preview(node: &Node, theme: &Theme, request: PreviewRequest<'_>) -> Result<PreviewOutcome, FlowError> {
    let PreviewRequest { view, locale, sample, unsaved } = request;
    let sample = sample.or_else(|| view.kind.sample_names().next()).unwrap_or_default();
    let Some(variables) = view.kind.sample(sample, &node.issuer) else { return Ok(PreviewOutcome::UnknownSample) };
    let locale = theme.mails().nearest(locale);
    let stored = view.written_for(locale).or_else(|| view.written_for(EVERY_LANGUAGE)).unwrap_or_default();
    let over = Parts {
        subject: unsaved.subject.or(stored.subject),
        text: unsaved.text.or(stored.text),
        html: unsaved.html.or(stored.html),
    };
    let code_in_subject = node.snapshot().await?.settings.instance(&CODE_IN_SUBJECT);
    let faults = theme.mails().faults(view.kind, locale, &over, code_in_subject);
    if !faults.is_empty() {
        return Ok(PreviewOutcome::Refused(faults));
    }
    let draft =
        Draft { kind: view.kind, locale, variables: &variables, base_url: &node.issuer, over: &over, code_in_subject };
    Ok(match theme.mails().render(&draft) {
        Ok(rendered) => PreviewOutcome::Rendered(Box::new(rendered)),
        Err(fault) => PreviewOutcome::Refused(vec![fault]),
    })
}

/// What became of a test message.
#[derive(Debug)]
pub enum TestOutcome {
    /// It is in the outbox.
    Sent(crate::base::id::MessageId),
    /// There is no such state.
    UnknownSample,
    /// Not an address.
    BadAddress,
    /// Text messages cost money and are not sent for show.
    NotByMail,
}

/// Sends a template as it is stored, filled with a sample, to one address. Its links and codes are those of the sample.
pub async fn send_test(
    node: &Node,
    administrator: &Administrator,
    caller: &Caller,
    view: &TemplateView,
    to: &str,
    locale: &str,
    sample: Option<&str>,
) -> Result<TestOutcome, FlowError> {
    if view.kind.medium != Medium::Email {
        return Ok(TestOutcome::NotByMail);
    }
    if EmailAddress::parse(to).is_err() {
        return Ok(TestOutcome::BadAddress);
    }
    let sample = sample.or_else(|| view.kind.sample_names().next()).unwrap_or_default();
    let Some(mut variables) = view.kind.sample(sample, &node.issuer) else { return Ok(TestOutcome::UnknownSample) };
    variables.insert(TEMPLATE.to_owned(), Value::from(view.name.as_str()));
    let snapshot = node.snapshot().await?;
    let desk = Desk::of(node, &snapshot, node.now());
    let recipient = Recipient::stranger(to, Some(locale));
    let mut tx = node.db.write().await?;
    let written = enqueue(&mut tx, desk, Letter::sample(&recipient, view.kind, variables)).await?;
    let event = event(node, administrator, caller, "template.tested", &view.name, locale);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    let (Enqueued::Written { id, .. } | Enqueued::AlreadyThere(id)) = written;
    Ok(TestOutcome::Sent(id))
}
