//! One struct per message: what it is filled with, without its secret. Texts that are not known are empty.

mod access;
mod change;
mod code;

use serde::Serialize;

pub use access::{
    AccountActivate, AccountDeletionScheduled, AccountExists, AccountInvite, AccountLocked, AccountResetPassword,
    EmailVerify, MfaEnrollLink, ReferenceAdded, ReferenceRemoved,
};
pub use change::{
    EmailChange, EmailChanged, MfaAdded, MfaRemoved, MfaReset, NewDevice, PasskeyAdded, PasskeyRemoved,
    PasswordChanged, PhoneChanged, RecoveryUsed,
};
pub use code::{MfaCode, SmsCode, Test};

use super::kind::MailKind;

/// When and where something happened, as a mail tells it.
#[derive(Clone, Default, Debug, PartialEq, Eq, Serialize)]
pub struct Circumstance {
    /// When, in UTC.
    pub time: String,
    /// Browser and system.
    pub device: String,
    /// Network address.
    pub request_ip: String,
    /// Where that address is, if that is known.
    pub place: String,
}

impl Circumstance {
    fn sample() -> Self {
        Self {
            time: "2026-11-20 18:40 UTC".to_owned(),
            device: "Firefox, Linux".to_owned(),
            request_ip: "198.51.100.7".to_owned(),
            place: String::new(),
        }
    }

    fn samples<M>(mail: impl Fn(Self) -> M) -> Vec<(&'static str, M)> {
        let bare = Self { time: "2026-11-20 18:40 UTC".to_owned(), ..Self::default() };
        vec![("default", mail(Self::sample())), ("bare", mail(bare))]
    }
}

/// A name somebody would give to see whether a mail runs it, or starts a header with it.
const HOSTILE: &str = "</p><script src=//evil.example></script>\r\nBcc: all@evil.example\r\n\r\nhttp://evil.example {{ 7*7 }} %Code% \u{202e}";

/// Every kind of message, in the order in which a person meets them.
pub(super) fn all() -> Vec<MailKind> {
    vec![
        MailKind::of::<AccountInvite>(),
        MailKind::of::<AccountActivate>(),
        MailKind::of::<AccountResetPassword>(),
        MailKind::of::<AccountExists>(),
        MailKind::of::<AccountLocked>(),
        MailKind::of::<AccountDeletionScheduled>(),
        MailKind::of::<PasswordChanged>(),
        MailKind::of::<EmailVerify>(),
        MailKind::of::<EmailChange>(),
        MailKind::of::<EmailChanged>(),
        MailKind::of::<PhoneChanged>(),
        MailKind::of::<MfaCode>(),
        MailKind::of::<MfaEnrollLink>(),
        MailKind::of::<MfaAdded>(),
        MailKind::of::<MfaRemoved>(),
        MailKind::of::<MfaReset>(),
        MailKind::of::<PasskeyAdded>(),
        MailKind::of::<PasskeyRemoved>(),
        MailKind::of::<RecoveryUsed>(),
        MailKind::of::<NewDevice>(),
        MailKind::of::<ReferenceAdded>(),
        MailKind::of::<ReferenceRemoved>(),
        MailKind::of::<Test>(),
        MailKind::of::<SmsCode>(),
    ]
}
