//! A company that the vendor sells to.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::attributes::{Address, Email, PhoneNumber};
use crate::base::{
    id::{CustomerId, ProfileId},
    moment::Moment,
};

/// A company.
#[derive(Clone, PartialEq, Debug)]
pub struct Customer {
    /// Its id; never given out again.
    pub id: CustomerId,
    /// The key that people and scopes use: `ACME` in `customer:ACME`.
    pub code: CustomerCode,
    /// Its name; need not be unique.
    pub display_name: String,
    /// Number in the sales ledger, unique.
    pub ledger_number: Option<String>,
    /// The company it belongs to.
    pub parent: Option<CustomerId>,
    /// Its permission profile; none: the default one.
    pub profile: Option<ProfileId>,
    /// Whether its people may act for it.
    pub active: bool,
    /// The rest.
    pub attributes: CustomerAttributes,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// What is known of a company, under SCIM's names.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerAttributes {
    /// Number in the register of companies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_number: Option<String>,
    /// Number for the tax office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Email>,
    /// Telephone numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<PhoneNumber>,
    /// Postal addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Cap on its logins, inside the quota of the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_limit: Option<u32>,
}

/// The human key of a company: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}` and not shaped like a UUID, unique in any case (domain.md 2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerCode(String);

/// The text cannot be a customer's code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCode {
    /// Wrong characters or length.
    #[error("a customer code is a letter or digit, then up to 63 letters, digits, dots, hyphens or underscores")]
    Form,
    /// `customer:<uuid>` names a company by its id.
    #[error("a customer code must not look like a UUID")]
    Uuid,
}

impl CustomerCode {
    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which it is unique.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl std::str::FromStr for CustomerCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let starts_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if !starts_well || text.len() > 64 || !text.bytes().all(inner) {
            return Err(InvalidCode::Form);
        }
        // Uuid also reads the form without hyphens: neither may pass for an id.
        if Uuid::try_parse(text).is_ok() {
            return Err(InvalidCode::Uuid);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for CustomerCode {
    type Error = InvalidCode;

    fn try_from(text: String) -> Result<Self, InvalidCode> {
        text.parse()
    }
}

impl From<CustomerCode> for String {
    fn from(code: CustomerCode) -> Self {
        code.0
    }
}

impl std::fmt::Display for CustomerCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_x18_codes_are_short_words_and_never_ids() {
        for good in ["ACME", "1", "a.b_c-d", "0193a0aa", &"x".repeat(64)] {
            assert!(good.parse::<CustomerCode>().is_ok(), "{good}");
        }
        for bad in ["", ".a", "-a", "a b", "a:b", "a*", "å", "*", &"x".repeat(65), "a\n"] {
            assert_eq!(bad.parse::<CustomerCode>(), Err(InvalidCode::Form), "{bad}");
        }
        for uuid in ["0193a0aa-1111-7aaa-8aaa-000000000001", "0193A0AA11117AAA8AAA000000000001"] {
            assert_eq!(uuid.parse::<CustomerCode>(), Err(InvalidCode::Uuid), "{uuid}");
        }
    }
}
