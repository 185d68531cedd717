//! Invitations.

use serde::Serialize;

use super::password::PasswordRules;
use crate::theme::{
    forms::Problem,
    frame::{Href, Page},
};

/// How an invitation is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InviteWay {
    /// With a first password.
    FirstPassword,
    /// With a click: the person is signed in.
    Confirm,
    /// After signing in.
    SignIn,
    /// Not at all in this browser: somebody else is signed in. Whose it is, is not said.
    OtherAccount,
}

/// `/invite`. Posts `new_password`, and `action=accept` or `action=decline`.
#[derive(Clone, Debug, Serialize)]
pub struct Invite {
    /// Where the form posts.
    pub action: Href,
    /// How it is accepted.
    pub way: InviteWay,
    /// User name of the account, for the person and the password manager.
    pub username: String,
    /// The address that was invited; it cannot be changed.
    pub email: String,
    /// The company; empty if there is none.
    pub customer: String,
    /// Who invites; empty if nobody in particular does.
    pub inviter: String,
    /// What a first password must be.
    pub rules: Option<PasswordRules>,
    /// Where the person signs in.
    pub sign_in: Href,
    /// Where somebody else signs out.
    pub sign_out: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for Invite {
    const TEMPLATE: &'static str = "invite";

    fn samples() -> Vec<(&'static str, Self)> {
        let anna = "anna@acme.example".to_owned();
        let first = Self {
            action: Href::local("/invite"),
            way: InviteWay::FirstPassword,
            username: anna.clone(),
            email: anna,
            customer: "Acme AB".to_owned(),
            inviter: "Bob Lind".to_owned(),
            rules: Some(PasswordRules::sample(&[])),
            sign_in: Href::local("/invite?signin=1"),
            sign_out: Href::local("/signout"),
            problems: vec![],
        };
        let join = Self { way: InviteWay::Confirm, rules: None, ..first.clone() };
        let nobody = String::new;
        let short = vec![Problem::PasswordShort(8)];
        vec![
            ("default", first.clone()),
            ("alone", Self { customer: nobody(), inviter: nobody(), ..first.clone() }),
            ("too-short", Self { rules: Some(PasswordRules::sample(&short)), problems: short, ..first.clone() }),
            ("join", join.clone()),
            ("stale", Self { problems: vec![Problem::FormStale], ..join.clone() }),
            ("sign-in", Self { way: InviteWay::SignIn, ..join.clone() }),
            (
                "other-account",
                Self {
                    way: InviteWay::OtherAccount,
                    username: nobody(),
                    email: nobody(),
                    customer: nobody(),
                    inviter: nobody(),
                    ..join
                },
            ),
            (
                "hostile",
                Self {
                    username: super::HOSTILE.to_owned(),
                    email: super::HOSTILE.to_owned(),
                    customer: super::HOSTILE.to_owned(),
                    inviter: super::HOSTILE.to_owned(),
                    ..first
                },
            ),
        ]
    }
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InviteResult {
    /// A first password was set; the person signs in with it.
    PasswordSaved,
    /// The person may act for one company more.
    Joined,
    /// The person does not want to.
    Declined,
}

/// An invitation was answered.
#[derive(Clone, Debug, Serialize)]
pub struct InviteDone {
    /// How.
    pub result: InviteResult,
    /// The company; empty if there is none.
    pub customer: String,
}

impl Page for InviteDone {
    const TEMPLATE: &'static str = "invite_done";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |result, customer: &str| Self { result, customer: customer.to_owned() };
        vec![
            ("default", page(InviteResult::PasswordSaved, "")),
            ("joined", page(InviteResult::Joined, "Acme AB")),
            ("declined", page(InviteResult::Declined, "Acme AB")),
            ("hostile", page(InviteResult::Joined, super::HOSTILE)),
        ]
    }
}
