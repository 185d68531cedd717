//! The e-mail addresses of whoever is signed in.

use serde::Serialize;

use super::{EmailLine, Head, Section};
use crate::theme::{
    forms::Problem,
    frame::{Href, Page},
};

/// `/account/email`. Posts `email`: the new address; or `address` with `action=verify`, `primary` or `remove`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountEmail {
    /// Who, and the menu.
    pub head: Head,
    /// Where the forms post.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// The company's directory owns this login: nothing can be changed here.
    pub managed: bool,
    /// The addresses there are.
    pub emails: Vec<EmailLine>,
    /// The new address as typed.
    pub email: String,
    /// Back to the profile.
    pub back: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for AccountEmail {
    const TEMPLATE: &'static str = "account_email";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |value: &str, primary, verified| EmailLine { value: value.to_owned(), primary, verified };
        let plain = Self {
            head: Head::sample(Section::Profile),
            action: Href::local("/account/email"),
            done: None,
            managed: false,
            emails: vec![
                email("anna@acme.example", true, true),
                email("anna@home.example", false, true),
                email("a.berg@acme.example", false, false),
            ],
            email: String::new(),
            back: Href::local("/account/profile"),
            problems: vec![],
        };
        let wrong = |problem| Self { email: "anna@".to_owned(), problems: vec![problem], ..plain.clone() };
        vec![
            ("default", plain.clone()),
            ("none", Self { emails: vec![], ..plain.clone() }),
            ("sent", Self { done: Some("email-sent"), ..plain.clone() }),
            ("saved", Self { done: Some("email-saved"), ..plain.clone() }),
            ("malformed", wrong(Problem::EmailMalformed)),
            ("in-use", wrong(Problem::EmailInUse)),
            ("too-often", wrong(Problem::SentTooOften(3))),
            ("managed", Self { managed: true, ..plain.clone() }),
            ("hostile", Self { emails: vec![email(super::super::HOSTILE, false, false)], ..plain }),
        ]
    }
}
