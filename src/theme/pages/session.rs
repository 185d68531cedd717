//! Leaving: signing out, and handing an answer to the application.

use serde::Serialize;

use super::sign_in::Account;
use crate::theme::frame::{Href, Page};

/// `/signout`: asks before it ends a session (RP-Initiated Logout §2). Posts `action=sign-out` or `action=stay`.
#[derive(Clone, Debug, Serialize)]
pub struct SignOut {
    /// Where the form posts.
    pub action: Href,
    /// Who is signed in; absent when nobody is any more, or was idle for too long: then there is nothing to stay in.
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

/// `/signout?stay=1`: the person stays signed in, and goes on from here.
#[derive(Clone, Debug, Serialize)]
pub struct StillSignedIn {
    /// Who is signed in.
    pub account: Account,
    /// Where to go on: the application that asked, if it is known, then the others of this session.
    pub applications: Vec<Application>,
    /// Where to sign out after all.
    pub sign_out: Href,
}

/// An application to go on to.
#[derive(Clone, Debug, Serialize)]
pub struct Application {
    /// `client_name`, else `client_id`.
    pub name: String,
    /// Its registered home (`client_uri`).
    pub home: Href,
}

impl Page for StillSignedIn {
    const TEMPLATE: &'static str = "still_signed_in";

    fn samples() -> Vec<(&'static str, Self)> {
        let application =
            |name: &str, home: &str| Href::new(home).map(|home| Application { name: name.to_owned(), home });
        let two = [
            application("Acme Portal", "https://portal.acme.example/"),
            application("Spare Parts", "https://parts.acme.example/"),
        ];
        let hostile = vec![application(super::HOSTILE, "https://portal.acme.example/?a=\"b")];
        let page = |applications: Vec<Option<Application>>| Self {
            account: Account::sample(),
            applications: applications.into_iter().flatten().collect(),
            sign_out: Href::local("/signout"),
        };
        vec![("default", page(two.into())), ("no-applications", page(vec![])), ("hostile", page(hostile))]
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
