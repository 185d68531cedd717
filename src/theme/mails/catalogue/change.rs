//! Notices: something about an account changed, and its owner is told (security.md Q62).

use serde::Serialize;

use super::{Circumstance, HOSTILE};
use crate::theme::mails::kind::{Mail, SecretVariable};

const NOT_ME: SecretVariable = SecretVariable::Link("not_me_url");
const MUST_HOLD_NOT_ME: &[&str] = &["not_me_url"];

/// The password was changed (inventory K27: that it changed, when, from where, and a link; never the password).
#[derive(Clone, Debug, Serialize)]
pub struct PasswordChanged {
    /// An administrator did it.
    pub by_admin: bool,
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for PasswordChanged {
    const KEY: &'static str = "password.changed";
    const SECRET: SecretVariable = NOT_ME;
    const REQUIRED: &'static [&'static str] = MUST_HOLD_NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        let mut samples = Circumstance::samples(|at| Self { by_admin: false, at });
        samples.push(("admin", Self { by_admin: true, at: Circumstance::sample() }));
        samples
    }
}

/// A link to the new address of somebody who changes it.
#[derive(Clone, Debug, Serialize)]
pub struct EmailChange {
    /// The new address, in full: the mail goes there.
    pub new_email: String,
}

impl Mail for EmailChange {
    const KEY: &'static str = "email.change";
    const SECRET: SecretVariable = SecretVariable::Link("verify_url");
    const REQUIRED: &'static [&'static str] = &["verify_url"];

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { new_email: "anna.berg@acme.example".to_owned() })]
    }
}

/// The old address is told, and can take the change back for seven days.
#[derive(Clone, Debug, Serialize)]
pub struct EmailChanged {
    /// The new address, masked.
    pub new_email: String,
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for EmailChanged {
    const KEY: &'static str = "email.changed";
    const SECRET: SecretVariable = SecretVariable::Link("undo_url");
    const REQUIRED: &'static [&'static str] = &["undo_url"];

    fn samples() -> Vec<(&'static str, Self)> {
        Circumstance::samples(|at| Self { new_email: "a•••@a•••".to_owned(), at })
    }
}

/// A telephone number was added, changed or removed.
#[derive(Clone, Debug, Serialize)]
pub struct PhoneChanged {
    /// The number, masked; empty if it was removed.
    pub phone: String,
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for PhoneChanged {
    const KEY: &'static str = "phone.changed";
    const SECRET: SecretVariable = NOT_ME;
    const REQUIRED: &'static [&'static str] = MUST_HOLD_NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        let mut samples = Circumstance::samples(|at| Self { phone: "+46 ••• 42".to_owned(), at });
        samples.push(("removed", Self { phone: String::new(), at: Circumstance::sample() }));
        samples
    }
}

/// A second factor was enrolled.
#[derive(Clone, Debug, Serialize)]
pub struct MfaAdded {
    /// `totp`, `sms`, `email`, `passkey` or `recovery`.
    pub method: String,
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for MfaAdded {
    const KEY: &'static str = "mfa.added";
    const SECRET: SecretVariable = NOT_ME;
    const REQUIRED: &'static [&'static str] = MUST_HOLD_NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        let added = |method: &str| Self { method: method.to_owned(), at: Circumstance::sample() };
        vec![("default", added("totp")), ("sms", added("sms")), ("recovery", added("recovery"))]
    }
}

/// A second factor was removed.
#[derive(Clone, Debug, Serialize)]
pub struct MfaRemoved {
    /// `totp`, `sms`, `email`, `passkey` or `recovery`.
    pub method: String,
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for MfaRemoved {
    const KEY: &'static str = "mfa.removed";
    const SECRET: SecretVariable = NOT_ME;
    const REQUIRED: &'static [&'static str] = MUST_HOLD_NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        let removed = |method: &str| Self { method: method.to_owned(), at: Circumstance::sample() };
        vec![("default", removed("totp")), ("email", removed("email")), ("passkey", removed("passkey"))]
    }
}

/// An administrator removed every second factor.
#[derive(Clone, Debug, Serialize)]
pub struct MfaReset {
    /// When, in UTC.
    pub time: String,
}

impl Mail for MfaReset {
    const KEY: &'static str = "mfa.reset";
    const SECRET: SecretVariable = NOT_ME;
    const REQUIRED: &'static [&'static str] = MUST_HOLD_NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { time: "2026-11-20 18:40 UTC".to_owned() })]
    }
}

/// A passkey was added.
#[derive(Clone, Debug, Serialize)]
pub struct PasskeyAdded {
    /// What its owner calls it.
    pub passkey_name: String,
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for PasskeyAdded {
    const KEY: &'static str = "passkey.added";
    const SECRET: SecretVariable = NOT_ME;
    const REQUIRED: &'static [&'static str] = MUST_HOLD_NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        let added = |name: &str| Self { passkey_name: name.to_owned(), at: Circumstance::sample() };
        vec![("default", added("Work laptop")), ("nameless", added("")), ("hostile", added(HOSTILE))]
    }
}

/// A passkey was removed.
#[derive(Clone, Debug, Serialize)]
pub struct PasskeyRemoved {
    /// What its owner called it.
    pub passkey_name: String,
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for PasskeyRemoved {
    const KEY: &'static str = "passkey.removed";
    const SECRET: SecretVariable = NOT_ME;
    const REQUIRED: &'static [&'static str] = MUST_HOLD_NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        let removed = |name: &str| Self { passkey_name: name.to_owned(), at: Circumstance::sample() };
        vec![("default", removed("Work laptop")), ("nameless", removed(""))]
    }
}

/// A recovery code was used.
#[derive(Clone, Debug, Serialize)]
pub struct RecoveryUsed {
    /// How many are left.
    pub codes_left: i64,
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for RecoveryUsed {
    const KEY: &'static str = "recovery.used";
    const SECRET: SecretVariable = NOT_ME;
    const REQUIRED: &'static [&'static str] = MUST_HOLD_NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        let used = |codes_left| Self { codes_left, at: Circumstance::sample() };
        vec![("default", used(7)), ("one", used(1)), ("none", used(0))]
    }
}

/// A browser signed in that this person never used before.
#[derive(Clone, Debug, Serialize)]
pub struct NewDevice {
    /// When and where.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for NewDevice {
    const KEY: &'static str = "signin.new_device";
    const SECRET: SecretVariable = NOT_ME;

    fn samples() -> Vec<(&'static str, Self)> {
        let hostile = Circumstance { device: HOSTILE.to_owned(), place: HOSTILE.to_owned(), ..Circumstance::sample() };
        let mut samples = Circumstance::samples(|at| Self { at });
        samples.push(("hostile", Self { at: hostile }));
        samples
    }
}
