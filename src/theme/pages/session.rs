//! Leaving: signing out, and handing an answer to the application.

use serde::Serialize;

use super::sign_in::Account;
use crate::theme::frame::{Href, Page};

/// `/signout`: asks before it ends a session (RP-Initiated Logout §2). Posts `action=sign-out` or `action=stay`.
#[derive(Clone, Debug, Serialize)]
pub struct SignOut {
    /// Where the form posts.
    pub action: Href,
    /// Who is signed in; absent when nobody is any more.
    pub account: Option<Account>,
    /// Names of the applications that use this session.
    pub clients: Vec<String>,
}

impl Page for SignOut {
    const TEMPLATE: &'static str = "sign_out";

    fn samples() -> Vec<(&'static str, Self)> {
        let action = Href::local("/signout");
        let clients = vec!["Acme Portal".to_owned(), "Spare Parts".to_owned()];
        vec![
            ("default", Self { action: action.clone(), account: Some(Account::sample()), clients }),
            ("no-applications", Self { action: action.clone(), account: Some(Account::sample()), clients: vec![] }),
            ("nobody", Self { action: action.clone(), account: None, clients: vec![] }),
            ("hostile", Self { action, account: None, clients: vec![super::HOSTILE.to_owned()] }),
        ]
    }
}

/// After signing out, when there is no registered address to return to.
#[derive(Clone, Debug, Serialize)]
pub struct SignedOut {
    /// Where to sign in again: the application's home.
    pub sign_in: Option<Href>,
}

impl Page for SignedOut {
    const TEMPLATE: &'static str = "signed_out";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("default", Self { sign_in: None }),
            ("from-application", Self { sign_in: Href::new("https://portal.acme.example/") }),
        ]
    }
}

/// The answer of `response_mode=form_post` (OAuth 2.0 Form Post Response Mode §2): sent by script, else by the button.
#[derive(Clone, Debug, Serialize)]
pub struct FormPost {
    /// The validated redirect URI.
    pub action: Href,
    /// Response parameters, name and value.
    pub fields: Vec<(String, String)>,
}

impl Page for FormPost {
    const TEMPLATE: &'static str = "form_post";

    fn samples() -> Vec<(&'static str, Self)> {
        let Some(action) = Href::new("https://portal.acme.example/callback") else { return vec![] };
        let fields = vec![
            ("code".to_owned(), "ac_9fJk2".to_owned()),
            ("state".to_owned(), "af0ifjsldkj".to_owned()),
            ("iss".to_owned(), "https://login.acme.example".to_owned()),
        ];
        let hostile = vec![("state".to_owned(), super::HOSTILE.to_owned())];
        vec![("default", Self { action: action.clone(), fields }), ("hostile", Self { action, fields: hostile })]
    }
}
