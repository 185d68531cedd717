//! From a stored message to its text. The link or the code is made again each time (security.md S9).

use serde_json::{Map, Value};

use crate::{
    config::settings::CODE_IN_SUBJECT,
    flow::{error::FlowError, node::Node, snapshot::Snapshot},
    keys::{
        derived::{code_digits, link_secret},
        secret_keys::Purpose,
    },
    store::{self, Tx, link::LinkPurpose, message::Message, template::TemplateOverride},
    theme::{
        Theme,
        mails::{Draft, Fault, MailKind, Parts, Rendered, SecretVariable},
    },
};

/// The variable of a test message that names the template it is a test of. No template can print it.
pub const TEMPLATE: &str = "$template";

/// Why a message cannot be rendered: it never will be.
#[derive(Debug, thiserror::Error)]
pub enum Unrenderable {
    /// A message of another version of the program.
    #[error("there is no message of the kind {0:?}")]
    Kind(String),
    /// The key that its link was derived from is gone.
    #[error("the key of its link is gone")]
    Key,
    /// The purpose of its link is unknown.
    #[error("the purpose of its link is unknown")]
    Purpose,
    /// The template and the variables do not fit.
    #[error("template: {0}")]
    Template(#[from] Fault),
}

/// The path of the page that a link leads to.
pub const fn path(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::Setup => "/setup",
        LinkPurpose::Password | LinkPurpose::Reset => "/password/reset",
        LinkPurpose::Invite => "/invite",
        LinkPurpose::VerifyEmail => "/verify-email",
        LinkPurpose::UndoEmail => "/verify-email/undo",
        LinkPurpose::Enrol => "/enrol",
        LinkPurpose::Unlock => "/unlock",
        LinkPurpose::NotMe => "/not-me",
    }
}

/// Renders a message as it is sent.
///
/// # Errors
/// The outer error: the database, worth another try. The inner one: never.
pub async fn render(
    node: &Node,
    snapshot: &Snapshot,
    theme: &Theme,
    message: &Message,
) -> Result<Result<Rendered, Unrenderable>, FlowError> {
    let Some(kind) = MailKind::find(&message.template) else {
        return Ok(Err(Unrenderable::Kind(message.template.clone())));
    };
    let locale = theme.mails().nearest(&message.locale);
    let tested = message.variables.get(TEMPLATE).and_then(Value::as_str);
    let chosen = tested.unwrap_or_else(|| snapshot.settings.template(kind.key));
    let over = written_over(&mut node.db.read().await?, chosen, kind, locale).await?;
    let variables = match filled(node, snapshot, kind, message) {
        Ok(variables) => variables,
        Err(error) => return Ok(Err(error)),
    };
    let draft = Draft {
        kind,
        locale,
        variables: &variables,
        base_url: &node.issuer,
        over: &over,
        code_in_subject: snapshot.settings.instance(&CODE_IN_SUBJECT),
    };
    Ok(theme.mails().render(&draft).map_err(Unrenderable::Template))
}

/// What an administrator wrote for a kind of message in a language: under the name that `templates.<key>` chose if it was
/// written for this kind, in this language before all languages. A choice that leads nowhere is no reason to send nothing
/// (inventory M17).
async fn written_over(tx: &mut Tx, chosen: &str, kind: &MailKind, locale: &str) -> Result<Parts, FlowError> {
    let mut found = fitting(store::template::of_name(tx, chosen).await?, kind, locale);
    if found.is_none() && chosen != kind.key {
        found = fitting(store::template::of_name(tx, kind.key).await?, kind, locale);
    }
    Ok(found.map(parts).unwrap_or_default())
}

fn fitting(written: Vec<TemplateOverride>, kind: &MailKind, locale: &str) -> Option<TemplateOverride> {
    let mut fits: Vec<_> = written.into_iter().filter(|it| it.purpose == kind.key).collect();
    let at = fits.iter().position(|it| it.locale == locale).or_else(|| fits.iter().position(|it| it.locale == "*"))?;
    Some(fits.swap_remove(at))
}

/// The parts of a stored template.
pub fn parts(written: TemplateOverride) -> Parts {
    Parts { subject: written.subject, text: written.text, html: written.html }
}

/// The stored variables with those that are made at each rendering.
fn filled(
    node: &Node,
    snapshot: &Snapshot,
    kind: &MailKind,
    message: &Message,
) -> Result<Map<String, Value>, Unrenderable> {
    let mut all = message.variables.clone();
    let life = message.expires_at.as_secs().saturating_sub(message.created_at.as_secs());
    let times: [(&str, Value); 3] = [
        ("expires_at", moment(message.expires_at).into()),
        ("now", moment(message.created_at).into()),
        ("valid_minutes", (life / 60).into()),
    ];
    for (name, value) in times {
        all.entry(name).or_insert(value);
    }
    let (Some(purpose), Some(name)) = (&message.secret, kind.secret.name()) else { return Ok(all) };
    let key = message.key_id.and_then(|id| snapshot.secrets.by_id(Purpose::Link, id)).ok_or(Unrenderable::Key)?;
    let secret = match kind.secret {
        SecretVariable::Link(_) => {
            let purpose: LinkPurpose = purpose.parse().map_err(|_| Unrenderable::Purpose)?;
            let minted = link_secret(key, purpose.kind(), message.id.uuid(), purpose.as_str());
            format!("{}{}?t={}", node.issuer, path(purpose), minted.value.expose())
        }
        SecretVariable::Code | SecretVariable::None => code_digits(key, message.id.uuid(), purpose).expose().clone(),
    };
    all.insert(name.to_owned(), secret.into());
    Ok(all)
}

/// An instant as mails say it: to the minute, in UTC.
pub fn moment(moment: crate::base::moment::Moment) -> String {
    let iso = crate::base::moment::Moment::from_secs(moment.as_secs()).to_string();
    let minute = iso.get(..16).unwrap_or(&iso).replacen('T', " ", 1);
    format!("{minute} UTC")
}
