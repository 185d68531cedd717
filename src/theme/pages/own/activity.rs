//! What happened to an account.

use serde::Serialize;

use super::{Head, Section, stamp};
use crate::theme::{
    forms::Problem,
    frame::{Href, Page, Stamp},
};

/// `/account/activity`. Posts `action=not-me`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountActivity {
    /// Who, and the menu.
    pub head: Head,
    /// Where the form posts.
    pub action: Href,
    /// The newest first.
    pub happenings: Vec<HappeningLine>,
    /// The next page.
    pub older: Option<Href>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct HappeningLine {
    /// Its sentence in the locale files.
    pub kind: &'static str,
    /// The word of the audit log, for what has no sentence.
    pub action: String,
    /// Whether it was done.
    pub succeeded: bool,
    /// Somebody else did it.
    pub by_others: bool,
    /// The application it went through.
    pub application: Option<String>,
    /// From which network address.
    pub ip: Option<String>,
    /// When.
    pub at: Stamp,
}

impl HappeningLine {
    /// The sentence for an action of the audit log.
    pub fn kind(action: &str, succeeded: bool) -> &'static str {
        match (action, succeeded) {
            ("signin", _) => "activity-signin",
            ("signin.failed", _) => "activity-signin-failed",
            ("signin.locked" | "factor.locked", _) => "activity-locked",
            ("user.unlocked", _) => "activity-unlocked",
            ("factor.proved", _) => "activity-factor-proved",
            ("factor.failed", _) => "activity-factor-failed",
            ("factor.added", true) => "activity-factor-added",
            ("factor.added", false) => "activity-factor-refused",
            ("factor.removed", _) => "activity-factor-removed",
            ("factor.renamed", _) => "activity-factor-renamed",
            ("mfa.reset", _) => "activity-factors-reset",
            ("recovery_codes.created", _) => "activity-recovery-codes",
            ("browser.trusted", _) => "activity-browser-trusted",
            ("browser.forgotten", _) => "activity-browser-forgotten",
            ("session.ended" | "sessions.ended", _) => "activity-sessions-ended",
            ("password.set" | "password.changed", _) => "activity-password",
            ("password.link_created", _) => "activity-password-link",
            ("application.revoked", _) => "activity-application-revoked",
            ("reference.default", _) => "activity-company-default",
            ("reference.accepted", _) => "activity-company-joined",
            ("reference.left", _) => "activity-company-left",
            ("user.created", _) => "activity-created",
            ("user.updated", _) => "activity-updated",
            ("role.granted" | "admin.granted", _) => "activity-role",
            ("email.change_requested", _) => "activity-email-requested",
            ("email.changed", _) => "activity-email-changed",
            ("email.change_undone", _) => "activity-email-undone",
            ("phone.changed", _) => "activity-phone-changed",
            ("data.exported", _) => "activity-data-exported",
            ("deletion.requested", _) => "activity-deletion-requested",
            ("deletion.cancelled", _) => "activity-deletion-cancelled",
            ("account.not_me", _) => "activity-not-me",
            _ => "activity-other",
        }
    }
}

impl Page for AccountActivity {
    const TEMPLATE: &'static str = "account_activity";

    fn samples() -> Vec<(&'static str, Self)> {
        let line = |action: &str, days: u64| HappeningLine {
            kind: HappeningLine::kind(action, true),
            action: action.to_owned(),
            succeeded: action != "signin.failed",
            by_others: days > 2,
            application: (days < 2).then(|| "Acme Portal".to_owned()),
            ip: (days != 2).then(|| "192.0.2.7".to_owned()),
            at: stamp(days),
        };
        let plain = Self {
            head: Head::sample(Section::Activity),
            action: Href::local("/account/activity"),
            happenings: vec![
                line("signin", 0),
                line("signin.failed", 1),
                line("password.set", 2),
                line("mfa.reset", 3),
                line("vendor.special", 4),
            ],
            older: Some(Href::local("/account/activity?before=0193")),
            problems: vec![],
        };
        let hostile = HappeningLine { application: Some(super::super::HOSTILE.to_owned()), ..line("signin", 0) };
        vec![
            ("default", plain.clone()),
            ("none", Self { happenings: vec![], older: None, ..plain.clone() }),
            ("stale", Self { problems: vec![Problem::FormStale], ..plain.clone() }),
            ("hostile", Self { happenings: vec![hostile, line(super::super::HOSTILE, 1)], ..plain }),
        ]
    }
}
