//! How somebody signs in: what they enrolled, and what they may add.

use serde::Serialize;

use super::{Head, Section, stamp, used};
use crate::theme::{
    forms::Problem,
    frame::{Href, LastUsed, Page, Stamp},
    pages::factor::{Ceremony, Method},
};

/// `/account/mfa`. Posts `method`: what is to be added.
#[derive(Clone, Debug, Serialize)]
pub struct AccountMethods {
    /// Who, and the menu.
    pub head: Head,
    /// Where the form posts.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// Apps and passkeys.
    pub factors: Vec<FactorLine>,
    /// What may be added, the strongest first.
    pub addable: Vec<Method>,
    /// The page of the recovery codes, where there may be some.
    pub recovery: Option<Href>,
    /// Recovery codes that are left.
    pub recovery_left: u32,
    /// Where a code by mail would go, masked.
    pub email: Option<String>,
    /// Where a code by SMS would go, masked.
    pub phone: Option<String>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// A factor.
#[derive(Clone, Debug, Serialize)]
pub struct FactorLine {
    /// The page about it.
    pub href: Href,
    /// `passkey` or `totp`.
    pub method: &'static str,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// It is copied between devices.
    pub synchronised: bool,
    /// When it was added.
    pub since: Stamp,
    /// When it was used last.
    pub last_used: Option<LastUsed>,
}

impl FactorLine {
    fn sample(method: &'static str, name: &str) -> Self {
        Self {
            href: Href::local("/account/mfa/0193a1d0"),
            method,
            name: name.to_owned(),
            synchronised: method == "passkey",
            since: stamp(90),
            last_used: (method == "passkey").then(|| used(1)),
        }
    }
}

impl Page for AccountMethods {
    const TEMPLATE: &'static str = "account_methods";

    fn samples() -> Vec<(&'static str, Self)> {
        let method = |method, selected| Method { method, target: None, selected };
        let plain = Self {
            head: Head::sample(Section::Methods),
            action: Href::local("/account/mfa"),
            done: None,
            factors: vec![FactorLine::sample("passkey", "Laptop"), FactorLine::sample("totp", "")],
            addable: vec![method("passkey", true)],
            recovery: Some(Href::local("/account/mfa/recovery")),
            recovery_left: 9,
            email: Some("a•••@a•••".to_owned()),
            phone: Some("+46•••••12".to_owned()),
            problems: vec![],
        };
        let none = Self {
            factors: vec![],
            addable: vec![method("passkey", true), method("totp", false)],
            recovery: None,
            recovery_left: 0,
            email: None,
            phone: None,
            ..plain.clone()
        };
        vec![
            ("default", plain.clone()),
            ("none", none.clone()),
            ("added", Self { done: Some("factor-added"), ..plain.clone() }),
            ("removed", Self { done: Some("factor-removed"), ..plain.clone() }),
            ("no-codes", Self { recovery_left: 0, ..plain.clone() }),
            ("nothing-to-add", Self { addable: vec![], ..plain.clone() }),
            ("nothing-chosen", Self { problems: vec![Problem::MethodMissing], ..none }),
            ("hostile", Self { factors: vec![FactorLine::sample("passkey", super::super::HOSTILE)], ..plain }),
        ]
    }
}

/// `/account/mfa/{id}`: one factor. Posts `action=rename` with `factor_name`, or `action=remove`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountFactor {
    /// Who, and the menu.
    pub head: Head,
    /// Where the forms post.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// The factor.
    pub factor: FactorLine,
    /// The name as typed.
    pub name: String,
    /// Back to the others.
    pub back: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for AccountFactor {
    const TEMPLATE: &'static str = "account_factor";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |method, name: &str| Self {
            head: Head::sample(Section::Methods),
            action: Href::local("/account/mfa/0193a1d0"),
            done: None,
            factor: FactorLine::sample(method, name),
            name: name.to_owned(),
            back: Href::local("/account/mfa"),
            problems: vec![],
        };
        let wrong = |problem| Self { problems: vec![problem], ..page("totp", "Phone") };
        vec![
            ("default", page("passkey", "Laptop")),
            ("app", page("totp", "")),
            ("new", Self { done: Some("factor-added"), ..page("passkey", "") }),
            ("renamed", Self { done: Some("factor-renamed"), ..page("totp", "Phone") }),
            ("confirmed", Self { done: Some("confirmed"), ..page("totp", "Phone") }),
            ("nameless", wrong(Problem::FactorNameMissing)),
            ("required", wrong(Problem::FactorRequired)),
            ("only", wrong(Problem::OnlyCredential)),
            ("hostile", page("passkey", super::super::HOSTILE)),
        ]
    }
}

/// `/account/mfa/totp`: the secret of an authenticator app. Posts `code`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountTotp {
    /// Who, and the menu.
    pub head: Head,
    /// Where the form posts.
    pub action: Href,
    /// `otpauth://…`: what the QR code holds.
    pub uri: String,
    /// The same, for the app on this device.
    pub link: Option<Href>,
    /// The secret in groups of four.
    pub secret: String,
    /// Back to the others.
    pub back: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for AccountTotp {
    const TEMPLATE: &'static str = "account_totp";

    fn samples() -> Vec<(&'static str, Self)> {
        let uri = "otpauth://totp/Acme:anna%40acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme";
        let plain = Self {
            head: Head::sample(Section::Methods),
            action: Href::local("/account/mfa/totp"),
            uri: uri.to_owned(),
            link: Href::new(uri),
            secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".to_owned(),
            back: Href::local("/account/mfa"),
            problems: vec![],
        };
        let evil = super::super::HOSTILE;
        vec![
            ("default", plain.clone()),
            ("wrong", Self { problems: vec![Problem::CodeWrong], ..plain.clone() }),
            ("expired", Self { problems: vec![Problem::EnrolmentGone], ..plain.clone() }),
            ("hostile", Self { uri: evil.to_owned(), link: None, secret: evil.to_owned(), ..plain }),
        ]
    }
}

/// `/account/mfa/passkey`: a new passkey. A script asks the browser and posts `credential`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountPasskey {
    /// Who, and the menu.
    pub head: Head,
    /// The ceremony.
    pub passkey: Ceremony,
    /// Back to the others.
    pub back: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl AccountPasskey {
    /// Where the page is.
    pub const PATH: &'static str = "/account/mfa/passkey";

    /// The page for whoever `head` names.
    pub fn new(head: Head, problems: Vec<Problem>) -> Self {
        Self { head, passkey: Ceremony::of(Self::PATH), back: Href::local("/account/mfa"), problems }
    }
}

impl Page for AccountPasskey {
    const TEMPLATE: &'static str = "account_passkey";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |problems| Self::new(Head::sample(Section::Methods), problems);
        vec![
            ("default", page(vec![])),
            ("failed", page(vec![Problem::PasskeyFailed])),
            ("exists", page(vec![Problem::PasskeyExists])),
        ]
    }
}

/// `/account/mfa/recovery`: new recovery codes. Posts nothing but that they are wanted; the answer shows them once.
#[derive(Clone, Debug, Serialize)]
pub struct AccountRecovery {
    /// Who, and the menu.
    pub head: Head,
    /// Where the form posts.
    pub action: Href,
    /// Codes that are left.
    pub left: u32,
    /// Back to the others.
    pub back: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for AccountRecovery {
    const TEMPLATE: &'static str = "account_recovery";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |left| Self {
            head: Head::sample(Section::Methods),
            action: Href::local("/account/mfa/recovery"),
            left,
            back: Href::local("/account/mfa"),
            problems: vec![],
        };
        let stale = Self { problems: vec![Problem::FormStale], ..page(3) };
        vec![("default", page(9)), ("none", page(0)), ("stale", stale)]
    }
}
