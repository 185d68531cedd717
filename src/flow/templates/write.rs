//! Writing a template, and giving it up. It is checked before it is stored, with the renderer that sends.

use crate::{
    config::settings::{CODE_IN_SUBJECT, is_template_name, template_key},
    flow::{administrator::Administrator, caller::Caller, error::FlowError, node::Node, templates::EVERY_LANGUAGE},
    identity::audit::AuditEvent,
    store::{self, template::TemplateOverride},
    theme::{
        Theme,
        mails::{Fault, MailKind, Parts},
    },
};

/// Templates that a database holds at most.
const MOST: i64 = 2000;

/// What to store.
pub struct Written<'a> {
    /// The key of a kind of message, an old name of one, or a name of one's own.
    pub name: &'a str,
    /// A language of the theme, or `*`.
    pub locale: &'a str,
    /// For a name of one's own: the key of the kind it is written for.
    pub purpose: Option<&'a str>,
    /// The parts. At least one; the others stay the theme's.
    pub parts: Parts,
}

/// What became of it.
pub enum WriteOutcome {
    /// It is stored, and the next message is made of it.
    Stored,
    /// Nobody may be written to with it.
    Refused(Vec<Fault>),
    /// The name can be nobody's.
    BadName,
    /// The theme does not speak this language.
    UnknownLocale,
    /// A name of one's own says what it is for; a key is for itself.
    UnknownPurpose,
    /// There is no part in it.
    Empty,
    /// There are as many as there may be.
    TooMany,
}

/// Stores a template if it can be used.
pub async fn write(
    node: &Node,
    theme: &Theme,
    administrator: &Administrator,
    caller: &Caller,
    written: Written<'_>,
) -> Result<WriteOutcome, FlowError> {
    let name = template_key(written.name);
    if !is_template_name(name) {
        return Ok(WriteOutcome::BadName);
    }
    let locale = written.locale;
    if locale != EVERY_LANGUAGE && !theme.mails().locales().iter().any(|known| known == locale) {
        return Ok(WriteOutcome::UnknownLocale);
    }
    let purpose = written.purpose.map(template_key);
    let kind = match (MailKind::find(name), purpose) {
        (Some(kind), None) => kind,
        (Some(kind), Some(purpose)) if purpose == kind.key => kind,
        (None, Some(purpose)) => match MailKind::find(purpose) {
            Some(kind) => kind,
            None => return Ok(WriteOutcome::UnknownPurpose),
        },
        _ => return Ok(WriteOutcome::UnknownPurpose),
    };
    if written.parts == Parts::default() {
        return Ok(WriteOutcome::Empty);
    }
    let code_in_subject = node.snapshot().await?.settings.instance(&CODE_IN_SUBJECT);
    let faults = theme.mails().faults(kind, locale, &written.parts, code_in_subject);
    if !faults.is_empty() {
        return Ok(WriteOutcome::Refused(faults));
    }
    let now = node.now();
    let by = administrator.actor.id().unwrap_or_default();
    let Parts { subject, text, html } = written.parts;
    let template = TemplateOverride {
        name: name.to_owned(),
        locale: locale.to_owned(),
        purpose: kind.key.to_owned(),
        subject,
        text,
        html,
        updated_at: now,
        updated_by: by,
    };
    let mut tx = node.db.write().await?;
    if store::template::count(&mut tx).await? >= MOST {
        tx.rollback().await?;
        return Ok(WriteOutcome::TooMany);
    }
    store::template::set(&mut tx, &template).await?;
    let event = event(node, administrator, caller, "template.changed", name, locale);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(WriteOutcome::Stored)
}

/// What became of giving a template up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RemoveOutcome {
    /// The theme's is used again.
    Restored,
    /// Nothing was written there.
    NotThere,
}

/// Gives a template up: the theme's is used again.
pub async fn remove(
    node: &Node,
    administrator: &Administrator,
    caller: &Caller,
    name: &str,
    locale: &str,
) -> Result<RemoveOutcome, FlowError> {
    let name = template_key(name);
    let mut tx = node.db.write().await?;
    if !store::template::delete(&mut tx, name, locale).await? {
        tx.rollback().await?;
        return Ok(RemoveOutcome::NotThere);
    }
    let event = event(node, administrator, caller, "template.restored", name, locale);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(RemoveOutcome::Restored)
}

/// An entry of the audit log about a template.
pub(super) fn event(
    node: &Node,
    administrator: &Administrator,
    caller: &Caller,
    action: &'static str,
    name: &str,
    locale: &str,
) -> AuditEvent {
    AuditEvent::new(&*node.entropy, node.now(), action, administrator.actor.clone())
        .client(&administrator.client_id)
        .target("template", name)
        .caller(caller.browser.ip.clone(), caller.request_id.clone())
        .detail("locale", locale)
}
