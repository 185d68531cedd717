//! What is kept about somebody, and its end.

use serde::Serialize;

use super::{Head, Section, stamp};
use crate::theme::{
    forms::Problem,
    frame::{Href, Page, Stamp},
};

/// `/account/data`. Posts `action=download`, `action=delete` with `confirm`, or `action=keep`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountData {
    /// Who, and the menu.
    pub head: Head,
    /// Where the forms post.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// The company's directory owns this login: its administrator deletes it.
    pub managed: bool,
    /// When it will be deleted, if that was asked for.
    pub due: Option<Stamp>,
    /// Days to think better of it.
    pub grace: u64,
    /// Names of the companies that the person cannot act for any more then.
    pub companies: Vec<String>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for AccountData {
    const TEMPLATE: &'static str = "account_data";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            head: Head::sample(Section::Data),
            action: Href::local("/account/data"),
            done: None,
            managed: false,
            due: None,
            grace: 14,
            companies: vec!["Acme AB".to_owned(), "Beta Oy".to_owned()],
            problems: vec![],
        };
        let wrong = |problem| Self { problems: vec![problem], ..plain.clone() };
        vec![
            ("default", plain.clone()),
            ("scheduled", Self { due: Some(stamp(0)), done: Some("deletion-requested"), ..plain.clone() }),
            ("kept", Self { done: Some("deletion-cancelled"), ..plain.clone() }),
            ("confirmed", Self { done: Some("confirmed"), ..plain.clone() }),
            ("managed", Self { managed: true, ..plain.clone() }),
            ("not-confirmed", wrong(Problem::ConfirmMissing)),
            ("last-administrator", wrong(Problem::LastAdministrator)),
            ("hostile", Self { companies: vec![super::super::HOSTILE.to_owned()], ..plain }),
        ]
    }
}
