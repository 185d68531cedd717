//! First passwords and the first administrator.

use serde::Serialize;

use super::password::PasswordRules;
use crate::theme::{
    forms::Problem,
    frame::{Href, Page},
};

/// `/password/reset`: a password by link, whose secret the browser carries in a cookie. Posts `new_password`.
#[derive(Clone, Debug, Serialize)]
pub struct SetPassword {
    /// Where the form posts.
    pub action: Href,
    /// User name of the account, for the person and the password manager.
    pub username: String,
    /// The account has no password yet.
    pub first: bool,
    /// What the password must be.
    pub rules: PasswordRules,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for SetPassword {
    const TEMPLATE: &'static str = "set_password";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            action: Href::local("/password/reset"),
            username: "anna@acme.example".to_owned(),
            first: false,
            rules: PasswordRules::sample(&[]),
            problems: vec![],
        };
        let short = vec![Problem::PasswordShort(8), Problem::PasswordWeak];
        let all = vec![
            Problem::PasswordShort(15),
            Problem::PasswordWeak,
            Problem::PasswordCommon,
            Problem::PasswordPersonal,
            Problem::PasswordBreached,
            Problem::PasswordPattern,
        ];
        vec![
            ("default", plain.clone()),
            ("first", Self { first: true, ..plain.clone() }),
            ("too-short", Self { rules: PasswordRules::sample(&short), problems: short, ..plain.clone() }),
            ("all-wrong", Self { rules: PasswordRules::sample_of_all(&all), problems: all, ..plain.clone() }),
            ("too-long", Self { problems: vec![Problem::PasswordLong(256)], ..plain.clone() }),
            ("missing", Self { problems: vec![Problem::NewPasswordMissing], ..plain.clone() }),
            ("hostile", Self { username: super::HOSTILE.to_owned(), ..plain }),
        ]
    }
}

/// A password was saved; the person signs in with it (no session is opened by a link).
#[derive(Clone, Debug, Serialize)]
pub struct PasswordSaved {
    /// Where to sign in, where that is known.
    pub sign_in: Option<Href>,
}

impl Page for PasswordSaved {
    const TEMPLATE: &'static str = "password_saved";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { sign_in: Some(Href::local("/signin")) }), ("no-link", Self { sign_in: None })]
    }
}

/// A link that was used, replaced, or is too old.
#[derive(Clone, Debug, Serialize)]
pub struct LinkExpired {
    /// How a new one is asked for, if that is possible.
    pub again: Option<Again>,
}

/// How a link is asked for that takes the place of one that works no more.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "way", rename_all = "kebab-case")]
pub enum Again {
    /// On a page where a name is typed.
    Ask {
        /// The page.
        address: Href,
    },
    /// By a form that posts `action=again`.
    Send {
        /// Where it posts.
        action: Href,
    },
}

impl Page for LinkExpired {
    const TEMPLATE: &'static str = "link_expired";

    fn samples() -> Vec<(&'static str, Self)> {
        let ask = Again::Ask { address: Href::local("/password/forgot") };
        let send = Again::Send { action: Href::local("/password/reset") };
        vec![
            ("default", Self { again: Some(send) }),
            ("forgot", Self { again: Some(ask) }),
            ("ask", Self { again: None }),
        ]
    }
}

/// `/setup`: the first administrator, by a link whose secret the browser carries in a cookie. Posts `name`, `email`,
/// `new_password`.
#[derive(Clone, Debug, Serialize)]
pub struct Setup {
    /// Where the form posts.
    pub action: Href,
    /// Name as typed before.
    pub name: String,
    /// E-mail address as typed before.
    pub email: String,
    /// What the password must be.
    pub rules: PasswordRules,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for Setup {
    const TEMPLATE: &'static str = "setup";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            action: Href::local("/setup"),
            name: String::new(),
            email: String::new(),
            rules: PasswordRules::sample(&[]),
            problems: vec![],
        };
        let problems = vec![Problem::NameMissing, Problem::EmailMalformed, Problem::PasswordWeak];
        let taken = vec![Problem::EmailTaken];
        vec![
            ("default", plain.clone()),
            ("problems", Self { email: "anna@".to_owned(), problems, ..plain.clone() }),
            ("taken", Self { email: "anna@acme.example".to_owned(), problems: taken, ..plain.clone() }),
            ("hostile", Self { name: super::HOSTILE.to_owned(), email: super::HOSTILE.to_owned(), ..plain }),
        ]
    }
}

/// The first administrator is there. They sign in like everybody else (no session is opened by a link).
#[derive(Clone, Debug, Serialize)]
pub struct SetupDone {
    /// What they sign in with.
    pub username: String,
}

impl Page for SetupDone {
    const TEMPLATE: &'static str = "setup_done";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |username: &str| Self { username: username.to_owned() };
        vec![("default", page("anna@acme.example")), ("hostile", page(super::HOSTILE))]
    }
}
