//! Messages by which somebody gets in, or learns that they may.

use serde::Serialize;

use super::{Circumstance, HOSTILE};
use crate::theme::mails::kind::{Mail, SecretVariable};

/// An invitation: set the first password, or join another company with the login there is.
#[derive(Clone, Debug, Serialize)]
pub struct AccountInvite {
    /// Who invites; empty if nobody in particular does.
    pub inviter_name: String,
    /// The person has no password yet.
    pub new_account: bool,
}

impl Mail for AccountInvite {
    const KEY: &'static str = "account.invite";
    const SECRET: SecretVariable = SecretVariable::Link("activate_url");
    const REQUIRED: &'static [&'static str] = &["activate_url"];

    fn samples() -> Vec<(&'static str, Self)> {
        let invite = |name: &str, new_account| Self { inviter_name: name.to_owned(), new_account };
        vec![
            ("default", invite("Bob Lind", true)),
            ("join", invite("Bob Lind", false)),
            ("nobody", invite("", true)),
            ("hostile", invite(HOSTILE, true)),
        ]
    }
}

/// "Forgot password?" of somebody who never had one (inventory Q17).
#[derive(Clone, Debug, Serialize)]
pub struct AccountActivate {
    /// When and where it was asked for.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for AccountActivate {
    const KEY: &'static str = "account.activate";
    const SECRET: SecretVariable = SecretVariable::Link("reset_password_url");
    const REQUIRED: &'static [&'static str] = &["reset_password_url"];

    fn samples() -> Vec<(&'static str, Self)> {
        Circumstance::samples(|at| Self { at })
    }
}

/// A link that sets a new password (`Customer.UserAccount.ResetPwd` of the replaced product).
#[derive(Clone, Debug, Serialize)]
pub struct AccountResetPassword {
    /// An administrator asked for it.
    pub by_admin: bool,
    /// When and where it was asked for.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for AccountResetPassword {
    const KEY: &'static str = "account.reset_password";
    const SECRET: SecretVariable = SecretVariable::Link("reset_password_url");
    const REQUIRED: &'static [&'static str] = &["reset_password_url"];

    fn samples() -> Vec<(&'static str, Self)> {
        let hostile = Circumstance { device: HOSTILE.to_owned(), ..Circumstance::sample() };
        let mut samples = Circumstance::samples(|at| Self { by_admin: false, at });
        samples.push(("admin", Self { by_admin: true, at: Circumstance::default() }));
        samples.push(("hostile", Self { by_admin: false, at: hostile }));
        samples
    }
}

/// Somebody registered with an address that has an account: only its owner is told.
#[derive(Clone, Debug, Serialize)]
pub struct AccountExists {
    /// Where to sign in.
    pub sign_in_url: String,
    /// Where a new password is asked for.
    pub forgot_url: String,
}

impl Mail for AccountExists {
    const KEY: &'static str = "account.exists";

    fn samples() -> Vec<(&'static str, Self)> {
        let url = |path: &str| format!("https://login.acme.example{path}");
        vec![("default", Self { sign_in_url: url("/signin"), forgot_url: url("/password/forgot") })]
    }
}

/// An account was locked after too many wrong passwords (inventory X5).
#[derive(Clone, Debug, Serialize)]
pub struct AccountLocked {
    /// Minutes until it opens by itself; 0: it does not.
    pub lock_minutes: i64,
}

impl Mail for AccountLocked {
    const KEY: &'static str = "account.locked";
    const SECRET: SecretVariable = SecretVariable::Link("unlock_url");

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { lock_minutes: 15 }), ("until-unlocked", Self { lock_minutes: 0 })]
    }
}

/// The deletion of an account was asked for; it can be called off until then.
#[derive(Clone, Debug, Serialize)]
pub struct AccountDeletionScheduled {
    /// The day of the deletion.
    pub delete_at: String,
    /// Where it is called off.
    pub cancel_url: String,
}

impl Mail for AccountDeletionScheduled {
    const KEY: &'static str = "account.deletion_scheduled";
    const REQUIRED: &'static [&'static str] = &["cancel_url"];

    fn samples() -> Vec<(&'static str, Self)> {
        let cancel_url = "https://login.acme.example/account".to_owned();
        vec![("default", Self { delete_at: "2026-12-20".to_owned(), cancel_url })]
    }
}

/// A link that proves an address, for a new login or for one that has it unproved. It greets nobody: the name is the
/// choice of whoever typed the address.
#[derive(Clone, Debug, Serialize)]
pub struct EmailVerify {
    /// The address is that of a registration.
    pub new_account: bool,
}

impl Mail for EmailVerify {
    const KEY: &'static str = "email.verify";
    const SECRET: SecretVariable = SecretVariable::Link("verify_url");
    const REQUIRED: &'static [&'static str] = &["verify_url"];

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { new_account: true }), ("known", Self { new_account: false })]
    }
}

/// A link that begins the enrolment of a second factor, after the password (D33, inventory M9, M21).
#[derive(Clone, Debug, Serialize)]
pub struct MfaEnrollLink {
    /// An earlier factor was removed by an administrator.
    pub again: bool,
}

impl Mail for MfaEnrollLink {
    const KEY: &'static str = "mfa.enroll_link";
    const SECRET: SecretVariable = SecretVariable::Link("enroll_url");
    const REQUIRED: &'static [&'static str] = &["enroll_url"];

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { again: false }), ("again", Self { again: true })]
    }
}

/// Somebody with a login was given access to a company (inventory O13). `customer_name` says which.
#[derive(Clone, Debug, Serialize)]
pub struct ReferenceAdded {
    /// What they are there; empty if nothing was said.
    pub role: String,
    /// Where to sign in.
    pub sign_in_url: String,
}

impl Mail for ReferenceAdded {
    const KEY: &'static str = "reference.added";

    fn samples() -> Vec<(&'static str, Self)> {
        let added = |role: &str| Self { role: role.to_owned(), sign_in_url: "https://login.acme.example/".to_owned() };
        vec![("default", added("Buyer")), ("no-role", added("")), ("hostile", added(HOSTILE))]
    }
}

/// Somebody's access to a company ended. `customer_name` says which.
#[derive(Clone, Debug, Serialize)]
pub struct ReferenceRemoved {
    /// When, in UTC.
    pub time: String,
}

impl Mail for ReferenceRemoved {
    const KEY: &'static str = "reference.removed";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { time: "2026-11-20 18:40 UTC".to_owned() })]
    }
}
