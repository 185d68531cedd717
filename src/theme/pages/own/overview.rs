//! The account at a glance, and its password.

use serde::Serialize;

use super::{Head, Section, stamp};
use crate::theme::frame::{Href, Page, Stamp};

/// `/account`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountOverview {
    /// Who, and the menu.
    pub head: Head,
    /// The preferred e-mail address.
    pub email: Option<String>,
    /// When the password was set; none while there is none.
    pub password_changed_at: Option<Stamp>,
    /// Apps and passkeys.
    pub factors: usize,
    /// Recovery codes that are left.
    pub recovery_left: u32,
    /// Sessions in use, this one included.
    pub sessions: usize,
    /// Companies that the person can act for.
    pub companies: usize,
    /// Invitations that wait for an answer.
    pub invitations: usize,
    /// Where to sign out.
    pub sign_out: Href,
}

impl Page for AccountOverview {
    const TEMPLATE: &'static str = "account_overview";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            head: Head::sample(Section::Overview),
            email: Some("anna@acme.example".to_owned()),
            password_changed_at: Some(stamp(40)),
            factors: 2,
            recovery_left: 9,
            sessions: 3,
            companies: 2,
            invitations: 0,
            sign_out: Href::local("/signout"),
        };
        let bare = Self { email: None, password_changed_at: None, factors: 0, companies: 0, ..plain.clone() };
        vec![
            ("default", plain.clone()),
            ("invited", Self { invitations: 1, ..plain.clone() }),
            ("bare", bare),
            ("hostile", Self { email: Some(super::super::HOSTILE.to_owned()), ..plain }),
        ]
    }
}

/// `/account/password`: when it was set, and what it opens (inventory O12).
#[derive(Clone, Debug, Serialize)]
pub struct AccountPassword {
    /// Who, and the menu.
    pub head: Head,
    /// When it was set; none while there is none.
    pub changed_at: Option<Stamp>,
    /// Names of the companies that it opens.
    pub companies: Vec<String>,
    /// Where it is changed, where people may.
    pub change: Option<Href>,
}

impl Page for AccountPassword {
    const TEMPLATE: &'static str = "account_password";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            head: Head::sample(Section::Password),
            changed_at: Some(stamp(40)),
            companies: vec!["Acme AB".to_owned(), "Beta Oy".to_owned()],
            change: Some(Href::local("/password/change")),
        };
        vec![
            ("default", plain.clone()),
            ("none", Self { changed_at: None, companies: vec![], ..plain.clone() }),
            ("administrators-only", Self { change: None, ..plain.clone() }),
            ("hostile", Self { companies: vec![super::super::HOSTILE.to_owned()], ..plain }),
        ]
    }
}
