//! Names people sign in with, and the form in which they are compared (domain.md 2).

use precis_profiles::{UsernameCaseMapped, precis_core::profile::PrecisFastInvocation};
use unicode_normalization::UnicodeNormalization;

/// A user name or e-mail address in the form in which it is unique: PRECIS UsernameCaseMapped (RFC 8265 §3.3) and NFC.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LoginName(String);

/// The text cannot be a name to sign in with.
#[derive(Debug, thiserror::Error)]
#[error("not a user name: use letters, digits and signs without white space, 254 bytes at most")]
pub struct InvalidLoginName;

impl LoginName {
    /// Brings `text` into the compared form.
    pub fn parse(text: &str) -> Result<Self, InvalidLoginName> {
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed.len() > 254 {
            return Err(InvalidLoginName);
        }
        let mapped = UsernameCaseMapped::enforce(trimmed).map_err(|_| InvalidLoginName)?;
        Ok(Self(mapped.nfc().collect()))
    }

    /// The compared form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        LoginName::parse(text).map(|n| n.0).unwrap_or_else(|_| "refused".into())
    }

    #[test]
    fn inv_o10_plus_addresses_sign_in_in_any_case() {
        assert_eq!(name("A+B@X.COM"), name("a+b@x.com"));
    }

    #[test]
    fn wide_and_composed_forms_are_one_name() {
        assert_eq!(name("ＢＯＢ"), "bob");
        assert_eq!(name("Ju\u{308}rgen"), name("jürgen"));
        assert_eq!(name("two words"), "refused");
        assert_eq!(name("nul\0"), "refused");
    }
}
