//! The telephone number of whoever is signed in.

use serde::Serialize;

use super::{Head, PhoneLine, Section};
use crate::theme::{
    forms::Problem,
    frame::{Href, Page},
};

/// `/account/phone`. Posts `phone`; `code` with `action=confirm`; or `action=remove`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountPhone {
    /// Who, and the menu.
    pub head: Head,
    /// Where the forms post.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// The company's directory owns this login: nothing can be changed here.
    pub managed: bool,
    /// The number there is.
    pub current: Option<PhoneLine>,
    /// What is asked for.
    pub state: PhoneState,
    /// The number as typed, or that a code was sent to.
    pub phone: String,
    /// Back to the profile.
    pub back: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// What the page asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PhoneState {
    /// A number.
    Number,
    /// The code that was sent to it.
    Code,
}

impl Page for AccountPhone {
    const TEMPLATE: &'static str = "account_phone";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            head: Head::sample(Section::Profile),
            action: Href::local("/account/phone"),
            done: None,
            managed: false,
            current: Some(PhoneLine { value: "+46701234567".to_owned(), verified: true }),
            state: PhoneState::Number,
            phone: String::new(),
            back: Href::local("/account/profile"),
            problems: vec![],
        };
        let sent = Self { state: PhoneState::Code, phone: "+46707654321".to_owned(), ..plain.clone() };
        let wrong = |problem| Self { phone: "07".to_owned(), problems: vec![problem], ..plain.clone() };
        vec![
            ("default", plain.clone()),
            ("none", Self { current: None, ..plain.clone() }),
            ("sent", sent.clone()),
            ("wrong-code", Self { problems: vec![Problem::CodeWrong], ..sent.clone() }),
            ("code-gone", Self { problems: vec![Problem::CodeGone], ..sent }),
            ("saved", Self { done: Some("phone-saved"), ..plain.clone() }),
            ("malformed", wrong(Problem::PhoneMalformed)),
            ("unreachable", wrong(Problem::PhoneUnreachable)),
            ("managed", Self { managed: true, ..plain.clone() }),
            ("hostile", Self { phone: super::super::HOSTILE.to_owned(), ..plain }),
        ]
    }
}
