//! Templates as administrators see and write them: what the theme says, what was written over it, and whether that can be
//! used. The order is database over theme over what is in the binary.

mod preview;
mod write;

use crate::{
    config::settings::template_key,
    flow::{error::FlowError, node::Node, outbox::render::parts},
    store::{self, template::TemplateOverride},
    theme::{
        Theme,
        mails::{MailKind, Part, Parts},
    },
};

pub use self::{
    preview::{PreviewOutcome, PreviewRequest, TestOutcome, preview, send_test},
    write::{RemoveOutcome, WriteOutcome, Written, remove, write},
};

/// In which language a template applies: in one, or in all.
pub const EVERY_LANGUAGE: &str = "*";

/// A template with everything that is known of it.
pub struct TemplateView {
    /// Its name: the key of a kind of message, or one's own.
    pub name: String,
    /// What it is filled with.
    pub kind: &'static MailKind,
    /// What was written, by language.
    pub written: Vec<TemplateOverride>,
    /// Whether it is what messages of its kind are made of.
    pub in_use: bool,
}

impl TemplateView {
    /// The theme's source of each part, in a form that may be written back.
    pub fn default_parts(&self, theme: &Theme) -> Parts {
        let source = |part| theme.mails().source(self.kind, part).map(str::to_owned);
        Parts { subject: source(Part::Subject), text: source(Part::Text), html: source(Part::Html) }
    }

    /// What was written for a language, or for all.
    pub fn written_for(&self, locale: &str) -> Option<Parts> {
        self.written.iter().find(|it| it.locale == locale).cloned().map(parts)
    }
}

/// Every kind of message, and every template of one's own.
pub async fn list(node: &Node) -> Result<Vec<TemplateView>, FlowError> {
    let snapshot = node.snapshot().await?;
    let mut written = store::template::all(&mut node.db.read().await?).await?;
    let mut views: Vec<TemplateView> = MailKind::all().iter().map(|kind| view(kind.key, kind, Vec::new())).collect();
    for template in written.drain(..) {
        let known = views.iter_mut().find(|view| view.name == template.name);
        match (known, MailKind::find(&template.purpose)) {
            (Some(view), _) => view.written.push(template),
            (None, Some(kind)) => views.push(view(&template.name.clone(), kind, vec![template])),
            // Written for a kind that this version of the program does not have.
            (None, None) => {}
        }
    }
    for view in &mut views {
        view.in_use = snapshot.settings.template(view.kind.key) == view.name;
    }
    Ok(views)
}

/// The template of this name; old names of the replaced products are understood (inventory Q19).
pub async fn find(node: &Node, name: &str) -> Result<Option<TemplateView>, FlowError> {
    let name = template_key(name);
    let snapshot = node.snapshot().await?;
    let written = store::template::of_name(&mut node.db.read().await?, name).await?;
    let kind = MailKind::find(name).or_else(|| written.first().and_then(|it| MailKind::find(&it.purpose)));
    Ok(kind.map(|kind| {
        let mut view = view(name, kind, written);
        view.in_use = snapshot.settings.template(kind.key) == view.name;
        view
    }))
}

fn view(name: &str, kind: &'static MailKind, written: Vec<TemplateOverride>) -> TemplateView {
    TemplateView { name: name.to_owned(), kind, written, in_use: false }
}
