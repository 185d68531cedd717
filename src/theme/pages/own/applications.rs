//! The applications that somebody let in.

use serde::Serialize;

use super::{Head, Section, stamp, used};
use crate::theme::{
    forms::Problem,
    frame::{Href, LastUsed, Page, Stamp},
    pages::sign_in::Scope,
};

/// `/account/applications`. Posts `client_id` with `action=revoke`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountApplications {
    /// Who, and the menu.
    pub head: Head,
    /// Where the forms post.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// By name.
    pub applications: Vec<ApplicationLine>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// An application.
#[derive(Clone, Debug, Serialize)]
pub struct ApplicationLine {
    /// Its id.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// Its registered home.
    pub home: Option<Href>,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// It goes on after signing out.
    pub offline: bool,
    /// Since when.
    pub since: Stamp,
    /// When it was given a token last, as far as that is kept.
    pub last_used: Option<LastUsed>,
}

impl Page for AccountApplications {
    const TEMPLATE: &'static str = "account_applications";

    fn samples() -> Vec<(&'static str, Self)> {
        let line = |id: &str, name: &str, scopes: &[&str]| ApplicationLine {
            client_id: id.to_owned(),
            name: name.to_owned(),
            home: Href::new("https://portal.acme.example/"),
            scopes: scopes.iter().map(|scope| Scope::new(scope)).collect(),
            offline: true,
            since: stamp(90),
            last_used: Some(used(2)),
        };
        let portal = line("portal", "Acme Portal", &["openid", "profile", "email", "customer", "offline_access"]);
        let parts =
            ApplicationLine { home: None, offline: false, last_used: None, ..line("parts", "Parts", &["openid"]) };
        let plain = Self {
            head: Head::sample(Section::Applications),
            action: Href::local("/account/applications"),
            done: None,
            applications: vec![portal, parts],
            problems: vec![],
        };
        vec![
            ("default", plain.clone()),
            ("none", Self { applications: vec![], ..plain.clone() }),
            ("revoked", Self { done: Some("application-revoked"), ..plain.clone() }),
            (
                "hostile",
                Self { applications: vec![line("x", super::super::HOSTILE, &[super::super::HOSTILE])], ..plain },
            ),
        ]
    }
}
