//! Codes by e-mail and SMS (D14, D28; security.md S8, Q65, Q66; inventory M22). Pure.

use std::time::Duration;

use super::{factor::MfaMethod, recovery_code::is_dash};
use crate::base::secret::Secret;

/// Digits of a code.
pub const DIGITS: usize = 6;
/// Tries that a code allows (D28): one in 200,000 guesses right.
pub const MAX_TRIES: i64 = 5;

/// What carries a code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Channel {
    /// A mail to a verified address.
    Email,
    /// A text message to a verified number.
    Sms,
}

impl Channel {
    /// What carries the codes of a method; `None` for one that sends none.
    pub const fn of(method: MfaMethod) -> Option<Self> {
        match method {
            MfaMethod::Email => Some(Self::Email),
            MfaMethod::Sms => Some(Self::Sms),
            MfaMethod::Passkey | MfaMethod::Totp | MfaMethod::Recovery => None,
        }
    }

    /// The word for it in the database.
    pub const fn text(self) -> &'static str {
        self.method().text()
    }

    /// How long a code lives (D28).
    pub const fn life(self) -> Duration {
        match self {
            Self::Email => Duration::from_secs(10 * 60),
            Self::Sms => Duration::from_secs(5 * 60),
        }
    }

    /// The second factor that its codes are.
    pub const fn method(self) -> MfaMethod {
        match self {
            Self::Email => MfaMethod::Email,
            Self::Sms => MfaMethod::Sms,
        }
    }
}

/// What a code is good for. Part of its hash and of the condition that uses it (D14).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CodePurpose {
    /// A second factor.
    SecondFactor,
    /// Proof that somebody reads an e-mail address.
    VerifyEmail,
    /// Proof that somebody holds a telephone number.
    VerifyPhone,
}

impl CodePurpose {
    /// The word for it in the database.
    pub const fn text(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::VerifyEmail => "verify_email",
            Self::VerifyPhone => "verify_phone",
        }
    }
}

/// The six digits that were typed, spaces and dashes aside; `None` if it is anything else.
pub fn digits(typed: &str) -> Option<Secret<String>> {
    let kept = typed.chars().filter(|letter| !letter.is_whitespace() && !is_dash(*letter));
    let code: String = kept.take(DIGITS + 1).collect();
    (code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit())).then(|| Secret::new(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dec_d28_lives_and_tries() {
        assert_eq!(Channel::Email.life(), Duration::from_secs(600));
        assert_eq!(Channel::Sms.life(), Duration::from_secs(300));
        assert_eq!((DIGITS, MAX_TRIES), (6, 5));
    }

    #[test]
    fn sec_q66_a_code_has_more_than_nineteen_bits_and_is_therefore_limited() {
        // 10⁶ < 2²⁰: five tries and the limits per user make up for the missing fraction of a bit.
        assert!(10_f64.powi(6).log2() > 19.9);
    }

    #[test]
    fn six_digits_are_read_in_any_grouping() {
        for typed in ["012345", " 012 345 ", "012-345", "0 1 2 3 4 5\n"] {
            assert_eq!(digits(typed).unwrap().expose(), "012345", "{typed}");
        }
        for typed in ["", "12345", "1234567", "12345a", "１２３４５６", "12.345"] {
            assert!(digits(typed).is_none(), "{typed}");
        }
    }
}
