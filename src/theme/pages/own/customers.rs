//! The companies that somebody works for.

use serde::Serialize;

use super::{Head, Section, used};
use crate::theme::{
    forms::Problem,
    frame::{Href, LastUsed, Page},
};

/// `/account/customers`. Posts `reference` with `action=default`, `action=accept` or `action=leave`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountCustomers {
    /// Who, and the menu.
    pub head: Head,
    /// Where the forms post.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// The company that is about to be left, where the person is asked.
    pub leaving: Option<MembershipLine>,
    /// It is the only one: nothing is left to act for.
    pub last: bool,
    /// All of them, by name.
    pub memberships: Vec<MembershipLine>,
    /// There is a choice for the chooser to propose.
    pub several: bool,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// A membership.
#[derive(Clone, Debug, Serialize)]
pub struct MembershipLine {
    /// Id of the reference.
    pub id: String,
    /// The company's name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// What the person is there.
    pub roles: Vec<String>,
    /// It waits to be accepted.
    pub invited: bool,
    /// The person can act for the company.
    pub usable: bool,
    /// The chooser proposes it.
    pub is_default: bool,
    /// When it was used last.
    pub last_used: Option<LastUsed>,
    /// Where the person is asked whether to leave; absent where they may not.
    pub leave: Option<Href>,
}

impl Page for AccountCustomers {
    const TEMPLATE: &'static str = "account_customers";

    fn samples() -> Vec<(&'static str, Self)> {
        let line = |id: &str, name: &str, code: &str| MembershipLine {
            id: id.to_owned(),
            name: name.to_owned(),
            code: code.to_owned(),
            roles: vec!["buyer".to_owned()],
            invited: false,
            usable: true,
            is_default: false,
            last_used: Some(used(1)),
            leave: Some(Href::local(format!("/account/customers?leave={id}"))),
        };
        let acme = MembershipLine { is_default: true, ..line("r1", "Acme AB", "ACME") };
        let beta = MembershipLine { roles: vec![], last_used: None, ..line("r2", "Beta Oy", "BETA") };
        let invited = MembershipLine { invited: true, usable: false, ..line("r3", "Cedar GmbH", "CEDAR") };
        let contact = MembershipLine { usable: false, leave: None, ..line("r4", "Delta SA", "DELTA") };
        let plain = Self {
            head: Head::sample(Section::Customers),
            action: Href::local("/account/customers"),
            done: None,
            leaving: None,
            last: false,
            memberships: vec![acme.clone(), beta.clone(), invited, contact],
            several: true,
            problems: vec![],
        };
        let leaving = |it: &MembershipLine| Some(it.clone());
        vec![
            ("default", plain.clone()),
            ("none", Self { memberships: vec![], several: false, ..plain.clone() }),
            ("one", Self { memberships: vec![acme.clone()], several: false, ..plain.clone() }),
            ("leaving", Self { leaving: leaving(&beta), ..plain.clone() }),
            ("leaving-last", Self { leaving: leaving(&acme), last: true, ..plain.clone() }),
            ("proposed", Self { done: Some("default-set"), ..plain.clone() }),
            ("accepted", Self { done: Some("invitation-accepted"), ..plain.clone() }),
            ("left", Self { done: Some("company-left"), ..plain.clone() }),
            ("managed", Self { problems: vec![Problem::CompanyManaged], ..plain.clone() }),
            ("full", Self { problems: vec![Problem::NoRoom], ..plain.clone() }),
            ("hostile", Self { memberships: vec![line("r1", super::super::HOSTILE, "X")], ..plain }),
        ]
    }
}
