//! Codes, and the message that only shows that messages arrive.

use serde::Serialize;

use super::Circumstance;
use crate::theme::mails::kind::{Mail, Medium, SecretVariable};

/// A code by e-mail (D28; `Portal.MFA` of the replaced product).
#[derive(Clone, Debug, Serialize)]
pub struct MfaCode {
    /// When and where it was asked for.
    #[serde(flatten)]
    pub at: Circumstance,
}

impl Mail for MfaCode {
    const KEY: &'static str = "mfa.code";
    const SECRET: SecretVariable = SecretVariable::Code;
    const REQUIRED: &'static [&'static str] = &["code"];

    fn samples() -> Vec<(&'static str, Self)> {
        Circumstance::samples(|at| Self { at })
    }
}

/// A code by text message, bound to this site by its last line.
#[derive(Clone, Debug, Serialize)]
pub struct SmsCode {
    /// The host of the issuer.
    pub host: String,
}

impl Mail for SmsCode {
    const KEY: &'static str = "sms.code";
    const MEDIUM: Medium = Medium::Sms;
    const SECRET: SecretVariable = SecretVariable::Code;
    const REQUIRED: &'static [&'static str] = &["code"];

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { host: "login.acme.example".to_owned() })]
    }
}

/// Nothing but the proof that mail arrives.
#[derive(Clone, Debug, Serialize)]
pub struct Test {
    /// When it was sent, in UTC.
    pub time: String,
}

impl Mail for Test {
    const KEY: &'static str = "test";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self { time: "2026-11-20 18:40 UTC".to_owned() })]
    }
}
