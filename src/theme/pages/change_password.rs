//! A new password for whoever knows the present one.

use serde::Serialize;

use super::password::PasswordRules;
use crate::theme::{
    forms::Problem,
    frame::{Href, Page},
};

/// Why the page is shown, and what may be done on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeState {
    /// The person wants to.
    Wish,
    /// The password was handed out by an administrator.
    Temporary,
    /// The company asks for a stronger one.
    Rules,
    /// An administrator sets passwords here.
    Off,
}

/// `/password/change`. Posts `current_password` and `new_password`.
#[derive(Clone, Debug, Serialize)]
pub struct ChangePassword {
    /// Where the form posts.
    pub action: Href,
    /// What it is about.
    pub state: ChangeState,
    /// User name of the account, for the person and the password manager.
    pub username: String,
    /// The company that asks for a stronger password; empty if none does.
    pub company: String,
    /// The companies that the password opens, where there are several.
    pub customers: Vec<String>,
    /// What the new one must be.
    pub rules: PasswordRules,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for ChangePassword {
    const TEMPLATE: &'static str = "change_password";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            action: Href::local("/password/change"),
            state: ChangeState::Wish,
            username: "anna@acme.example".to_owned(),
            company: String::new(),
            customers: vec!["Acme AB".to_owned(), "Beta Oy".to_owned()],
            rules: PasswordRules::sample(&[]),
            problems: vec![],
        };
        let short = vec![Problem::PasswordShort(8), Problem::PasswordWeak];
        let missing = vec![Problem::CurrentPasswordMissing, Problem::NewPasswordMissing];
        let forced = Self { action: Href::local("/password/change?a=7sK2"), customers: vec![], ..plain.clone() };
        let hostile = super::HOSTILE.to_owned();
        vec![
            ("default", plain.clone()),
            ("missing", Self { problems: missing, ..plain.clone() }),
            ("rejected", Self { problems: vec![Problem::CurrentPasswordRejected], ..plain.clone() }),
            ("same", Self { problems: vec![Problem::PasswordSame], ..plain.clone() }),
            ("too-short", Self { rules: PasswordRules::sample(&short), problems: short, ..plain.clone() }),
            ("temporary", Self { state: ChangeState::Temporary, ..forced.clone() }),
            ("rules", Self { state: ChangeState::Rules, company: "Acme AB".to_owned(), ..forced.clone() }),
            ("off", Self { state: ChangeState::Off, ..plain }),
            (
                "hostile",
                Self {
                    state: ChangeState::Rules,
                    username: hostile.clone(),
                    company: hostile.clone(),
                    customers: vec![hostile],
                    ..forced
                },
            ),
        ]
    }
}

/// The password was changed.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeDone {}

impl Page for ChangeDone {
    const TEMPLATE: &'static str = "change_done";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self {})]
    }
}
