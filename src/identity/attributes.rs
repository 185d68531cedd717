//! What is known of people and companies, under SCIM's names (RFC 7643 §4.1, D26). Stored as JSON.

use serde::{Deserialize, Serialize};

/// The parts of a person's name (RFC 7643 §4.1.1).
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Name {
    /// The whole name as it is to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Middle names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// Title in front of the name, such as "Dr".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub honorific_prefix: Option<String>,
    /// Title behind the name, such as "III".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub honorific_suffix: Option<String>,
}

impl Name {
    /// The whole name: as given, else put together from its parts.
    pub fn whole(&self) -> Option<String> {
        if self.formatted.is_some() {
            return self.formatted.clone();
        }
        let parts = [&self.honorific_prefix, &self.given_name, &self.middle_name, &self.family_name];
        let mut parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        parts.extend(self.honorific_suffix.as_deref());
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// An e-mail address of a person or company (RFC 7643 §4.1.2).
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Email {
    /// The address as written.
    pub value: String,
    /// `work`, `home` or `other`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The one to write to. At most one of a list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub primary: bool,
    /// Whether its owner proved to read it. Only a verified address signs in (domain.md 2).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
}

/// A telephone number (RFC 7643 §4.1.2).
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PhoneNumber {
    /// The number as written.
    pub value: String,
    /// `work`, `mobile`, `home`, `fax` or `other`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The one to call. At most one of a list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub primary: bool,
    /// Whether its owner proved to hold it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
}

/// A postal address (RFC 7643 §4.1.2).
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Address {
    /// The whole address, with line breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street, number, floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State, province or county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// `work`, `home` or `other`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The one to send to. At most one of a list.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub primary: bool,
}

impl Address {
    /// The whole address: as given, else put together line by line (claims.md 4, sample b).
    pub fn whole(&self) -> Option<String> {
        if self.formatted.is_some() {
            return self.formatted.clone();
        }
        let joined = |parts: [&Option<String>; 2]| {
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        let city = joined([&self.postal_code, &self.locality]);
        let lines: Vec<&str> = [&self.street_address, &city, &self.region, &self.country]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// An entry of a list of which one may be marked as the one to use.
pub trait Preferable {
    /// Whether this entry is marked.
    fn is_primary(&self) -> bool;
}

impl Preferable for Email {
    fn is_primary(&self) -> bool {
        self.primary
    }
}

impl Preferable for PhoneNumber {
    fn is_primary(&self) -> bool {
        self.primary
    }
}

impl Preferable for Address {
    fn is_primary(&self) -> bool {
        self.primary
    }
}

/// The marked entry of a list, else its first.
pub fn preferred<T: Preferable>(list: &[T]) -> Option<&T> {
    list.iter().find(|entry| entry.is_primary()).or_else(|| list.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_put_together_as_in_the_sample_of_claims_md() {
        let address = Address {
            street_address: Some("Satamakatu 4".into()),
            locality: Some("Helsinki".into()),
            postal_code: Some("00160".into()),
            country: Some("FI".into()),
            ..Address::default()
        };
        assert_eq!(address.whole().as_deref(), Some("Satamakatu 4\n00160 Helsinki\nFI"));
        assert_eq!(Address::default().whole(), None);
    }

    #[test]
    fn a_name_is_what_was_given_or_the_sum_of_its_parts() {
        let parts = Name { given_name: Some("Anna".into()), family_name: Some("Berg".into()), ..Name::default() };
        assert_eq!(parts.whole().as_deref(), Some("Anna Berg"));
        let formatted = Name { formatted: Some("Berg Anna".into()), ..parts };
        assert_eq!(formatted.whole().as_deref(), Some("Berg Anna"));
        assert_eq!(Name::default().whole(), None);
    }

    #[test]
    fn the_primary_entry_is_preferred_over_the_first() {
        let email = |value: &str, primary| Email { value: value.into(), primary, ..Email::default() };
        let list = [email("a@x", false), email("b@x", true)];
        assert_eq!(preferred(&list).map(|e| e.value.as_str()), Some("b@x"));
        assert_eq!(preferred(&list[..1]).map(|e| e.value.as_str()), Some("a@x"));
    }
}
