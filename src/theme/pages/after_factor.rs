//! What follows a second factor: recovery codes, and a name for a passkey.

use serde::Serialize;

use crate::theme::{
    forms::Problem,
    frame::{Href, Page},
};

/// The recovery codes that come with the first factor, or in place of those that run out, shown once.
#[derive(Clone, Debug, Serialize)]
pub struct RecoveryCodes {
    /// Ten of them.
    pub codes: Vec<String>,
    /// Where `codes` is posted to get them as a file (`action=download`).
    pub keep: Href,
    /// Where it goes on.
    pub proceed: Href,
}

impl Page for RecoveryCodes {
    const TEMPLATE: &'static str = "recovery_codes";

    fn samples() -> Vec<(&'static str, Self)> {
        let codes = (0..10).map(|n| format!("K7QX-3M{n}T-9PWD-R5V{n}")).collect();
        let (keep, proceed) = (Href::local("/signin/recovery?a=7sK2"), Href::local("/signin?a=7sK2"));
        vec![("default", Self { codes, keep, proceed })]
    }
}

/// A recovery code was used: how many are left.
#[derive(Clone, Debug, Serialize)]
pub struct RecoveryUsed {
    /// How many.
    pub left: u32,
    /// Where "make new codes" posts.
    pub renew: Href,
    /// Where it goes on.
    pub proceed: Href,
}

impl Page for RecoveryUsed {
    const TEMPLATE: &'static str = "recovery_used";

    fn samples() -> Vec<(&'static str, Self)> {
        let used =
            |left| Self { left, renew: Href::local("/signin/recovery?a=7sK2"), proceed: Href::local("/signin?a=7sK2") };
        vec![("default", used(7)), ("one", used(1)), ("none", used(0))]
    }
}

/// `/signin/enrol/passkey/name`: what a new passkey is called. Posts `factor_name`, or `action=later`.
#[derive(Clone, Debug, Serialize)]
pub struct NamePasskey {
    /// Where the form posts.
    pub action: Href,
    /// What it is called now: what its model suggests.
    pub name: String,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for NamePasskey {
    const TEMPLATE: &'static str = "name_passkey";

    fn samples() -> Vec<(&'static str, Self)> {
        let named = |name: &str| Self {
            action: Href::local("/signin/enrol/passkey/name?a=7sK2&id=0193"),
            name: name.to_owned(),
            problems: vec![],
        };
        vec![
            ("default", named("iCloud Keychain")),
            ("nameless", named("")),
            ("empty", Self { problems: vec![Problem::FactorNameMissing], ..named("") }),
            ("hostile", named(super::HOSTILE)),
        ]
    }
}
