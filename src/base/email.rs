//! E-mail addresses as people write them, and the form in which they are compared.

use std::fmt;

/// An address that could be delivered to: one `@`, no white space or controls, 254 bytes at most (RFC 5321 §4.5.3.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailAddress(String);

/// The text is not an e-mail address.
#[derive(Debug, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl EmailAddress {
    /// Checks the form; the text is kept as written.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let clean = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
        let plain = |c: char| !matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '\\' | '"' | '@');
        let domain_ok = clean(domain)
            && domain.len() <= 253
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
        if clean(local) && local.len() <= 64 && local.chars().all(plain) && domain_ok && text.len() <= 254 {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidEmail)
        }
    }

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address as it may be shown to somebody who need not know it: `j•••@a•••`.
pub fn masked(address: &str) -> String {
    let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("{}•••@{}•••", first(local), first(domain))
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_tells_its_owner_enough() {
        assert_eq!(masked("jane@acme.example"), "j•••@a•••");
        assert_eq!(masked("é@ö.example"), "é•••@ö•••");
        assert_eq!(masked(""), "•••@•••");
    }

    #[test]
    fn accepts_what_people_have_and_refuses_header_injection() {
        for good in ["anna@acme.example", "a+b@x.com", "O'Brien@x.co.uk", "anna@localhost", "ä@müller.example"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "@", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a@b@c", "<a@b>", "a@-b.c", "a@b..c"] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
