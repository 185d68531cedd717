//! Links from mails that do one thing after one click.

use serde::Serialize;

use crate::theme::{
    forms::Problem,
    frame::{Href, Page},
};

/// What such a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// Clears a lock.
    Unlock,
    /// Says "this was not me".
    NotMe,
    /// Proves an e-mail address.
    VerifyEmail,
    /// Takes the change of an e-mail address back.
    UndoEmail,
    /// Leads to setting up a second factor.
    Enrol,
}

/// `/unlock`, `/not-me`, `/verify-email`, `/verify-email/undo`, `/enrol`: what will happen, and the button.
#[derive(Clone, Debug, Serialize)]
pub struct ConfirmLink {
    /// Where the form posts.
    pub action: Href,
    /// What it does.
    pub kind: LinkKind,
    /// User name of the account.
    pub account: String,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for ConfirmLink {
    const TEMPLATE: &'static str = "confirm_link";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |path: &str, kind, account: &str| Self {
            action: Href::local(path),
            kind,
            account: account.to_owned(),
            problems: vec![],
        };
        let unlock = page("/unlock", LinkKind::Unlock, "anna@acme.example");
        vec![
            ("unlock", unlock.clone()),
            ("not-me", page("/not-me", LinkKind::NotMe, "anna@acme.example")),
            ("verify-email", page("/verify-email", LinkKind::VerifyEmail, "anna@acme.example")),
            ("undo-email", page("/verify-email/undo", LinkKind::UndoEmail, "anna@acme.example")),
            ("enrol", page("/enrol", LinkKind::Enrol, "anna@acme.example")),
            ("stale", Self { problems: vec![Problem::FormStale], ..unlock }),
            ("hostile", page("/not-me", LinkKind::NotMe, super::HOSTILE)),
        ]
    }
}

/// It is done.
#[derive(Clone, Debug, Serialize)]
pub struct LinkDone {
    /// What was done.
    pub kind: LinkKind,
}

impl Page for LinkDone {
    const TEMPLATE: &'static str = "link_done";

    fn samples() -> Vec<(&'static str, Self)> {
        let done = |kind| Self { kind };
        let kinds = [("unlock", LinkKind::Unlock), ("verify-email", LinkKind::VerifyEmail), ("enrol", LinkKind::Enrol)];
        kinds.map(|(name, kind)| (name, done(kind))).to_vec()
    }
}
