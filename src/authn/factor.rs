//! Second factors: which kinds there are and what they belong to (inventory M2, M6, D18).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    authn::{acr::Acr, assurance::Proof},
    base::id::{AttemptId, SessionId},
};

/// A kind of second factor (inventory M2), the strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MfaMethod {
    /// A passkey (WebAuthn).
    Passkey,
    /// A code from an authenticator app (RFC 6238).
    Totp,
    /// A code by SMS.
    Sms,
    /// A code by e-mail; no second factor in the sense of NIST (D18).
    Email,
    /// A recovery code: the way in when the others are lost, never the one to propose.
    Recovery,
}

/// The text names no method.
#[derive(Debug, thiserror::Error)]
#[error("not a method: use passkey, totp, recovery, sms or email")]
pub struct UnknownMethod;

impl MfaMethod {
    /// Every method, in the order of contract.md.
    pub const ALL: [Self; 5] = [Self::Passkey, Self::Totp, Self::Recovery, Self::Sms, Self::Email];

    /// The word for it in settings, forms and the audit log.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Recovery => "recovery",
        }
    }

    /// What a password and this method reach together (claims.md 3).
    pub const fn reaches(self) -> Acr {
        match self {
            Self::Email => Acr::TwoStep,
            Self::Totp | Self::Sms | Self::Recovery => Acr::Mfa,
            Self::Passkey => Acr::PhishingResistant,
        }
    }

    /// Whether somebody enrols it on purpose and holds it. Addresses and numbers come with the account, recovery codes
    /// stand in for what was lost.
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Passkey | Self::Totp)
    }

    /// What is proved with it; `None` for a passkey, which says itself whether it is synchronised.
    pub const fn proof(self) -> Option<Proof> {
        match self {
            Self::Passkey => None,
            Self::Totp => Some(Proof::Totp),
            Self::Sms => Some(Proof::Sms),
            Self::Email => Some(Proof::Email),
            Self::Recovery => Some(Proof::Recovery),
        }
    }
}

impl fmt::Display for MfaMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl FromStr for MfaMethod {
    type Err = UnknownMethod;

    fn from_str(text: &str) -> Result<Self, UnknownMethod> {
        Self::ALL.into_iter().find(|method| method.text() == text).ok_or(UnknownMethod)
    }
}

/// What a code, a challenge or a pending enrolment belongs to: nobody can use it elsewhere (ASVS 6.6.2, inventory M8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlowId {
    /// One attempt at the hosted sign-in.
    Attempt(AttemptId),
    /// A session, on the pages of the account.
    Session(SessionId),
}

impl FlowId {
    /// As the database stores it.
    pub fn text(self) -> String {
        match self {
            Self::Attempt(id) => format!("attempt:{id}"),
            Self::Session(id) => format!("session:{id}"),
        }
    }
}

/// Longest name of a factor, in characters.
pub const NAME_LENGTH: usize = 64;

/// The name that somebody gave a factor: trimmed, on one line, not too long; `None` if nothing is left.
pub fn factor_name(typed: &str) -> Option<String> {
    let plain: String = typed.chars().filter(|letter| !letter.is_control()).collect();
    let name: String = plain.trim().chars().take(NAME_LENGTH).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn methods_read_back_and_are_ordered_by_strength() {
        for method in MfaMethod::ALL {
            assert_eq!(method.text().parse::<MfaMethod>().ok(), Some(method));
            assert_eq!(serde_json::to_value(method).ok(), Some(method.text().into()));
        }
        assert!("TOTP".parse::<MfaMethod>().is_err());
        let mut methods = MfaMethod::ALL;
        methods.sort_unstable();
        assert_eq!((methods[0], methods[4]), (MfaMethod::Passkey, MfaMethod::Recovery));
    }

    #[test]
    fn dec_d18_what_each_method_reaches() {
        let reached = MfaMethod::ALL.map(|method| (method.text(), method.reaches().as_str()));
        let expected = [
            ("passkey", "urn:usher:acr:phr"),
            ("totp", "urn:usher:acr:mfa"),
            ("recovery", "urn:usher:acr:mfa"),
            ("sms", "urn:usher:acr:mfa"),
            ("email", "urn:usher:acr:2sv"),
        ];
        assert_eq!(reached, expected);
    }

    #[test]
    fn an_attempt_and_a_session_of_one_id_are_two_flows() {
        let id = Uuid::from_u128(7);
        assert_ne!(FlowId::Attempt(id.into()).text(), FlowId::Session(id.into()).text());
    }

    #[test]
    fn names_are_one_line_and_not_too_long() {
        assert_eq!(factor_name("  Anna's\u{7} phone\r\n").as_deref(), Some("Anna's phone"));
        assert_eq!(factor_name(" \t\n"), None);
        assert_eq!(factor_name(&"ä".repeat(100)).map(|name| name.chars().count()), Some(NAME_LENGTH));
        assert_eq!(factor_name(&format!("{} b", "a".repeat(63))).as_deref(), Some("a".repeat(63).as_str()));
    }
}
