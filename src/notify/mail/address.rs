//! Addresses on the wire: a mailbox and a domain that every server understands.

use lettre::{Address, message::Mailbox};

use crate::base::email::EmailAddress;

/// An address that no mail can go to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an address that mail can be sent to")]
pub struct AddressError;

/// One recipient: exactly one address, its domain in ASCII (RFC 5891). A list, a comment or a second line is none.
pub(super) fn address(text: &str) -> Result<Address, AddressError> {
    let checked = EmailAddress::parse(text).map_err(|_| AddressError)?;
    let (local, domain) = checked.as_str().rsplit_once('@').ok_or(AddressError)?;
    let domain = url::Host::parse(domain).map_err(|_| AddressError)?.to_string();
    Address::new(local, domain).map_err(|_| AddressError)
}

/// The setting `mail.from`: an address, with or without a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads `address`, `Name <address>` or `"Name" <address>` (RFC 5322 §3.4).
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (name, bare) = match text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, bare)) => (name.trim().trim_matches('"').trim(), bare),
            None => ("", text.trim()),
        };
        if name.chars().any(char::is_control) {
            return Err(AddressError);
        }
        let name = (!name.is_empty()).then(|| name.to_owned());
        Ok(Self(Mailbox::new(name, address(bare)?)))
    }

    /// The address of an installation that has set none: at the host of its issuer.
    pub fn of_host(host: &str) -> Option<Self> {
        let host = if host.contains('.') && url::Host::parse(host).is_ok_and(|it| matches!(it, url::Host::Domain(_))) {
            host
        } else {
            "localhost"
        };
        Address::new("no-reply", host).ok().map(|address| Self(Mailbox::new(None, address)))
    }

    /// As a person reads it.
    pub fn shown(&self) -> String {
        match &self.0.name {
            Some(name) => format!("{name} <{}>", self.0.email),
            None => self.0.email.to_string(),
        }
    }

    pub(super) fn mailbox(&self) -> &Mailbox {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_a_name_or_none() {
        for (text, shown) in [
            ("login@acme.example", "login@acme.example"),
            ("Acme <login@acme.example>", "Acme <login@acme.example>"),
            ("\"Acme, Inc.\" <login@acme.example>", "Acme, Inc. <login@acme.example>"),
            ("Åkeri <login@åkeri.example>", "Åkeri <login@xn--keri-poa.example>"),
        ] {
            assert_eq!(Sender::parse(text).unwrap().shown(), shown);
        }
        for bad in ["", "Acme", "Acme <>", "a@b\r\nBcc: c@d", "A\nB <a@b.example>", "<a@b.example> x"] {
            assert!(Sender::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn sec_markup_one_recipient_and_never_another() {
        assert_eq!(address("anna@ACME.example").unwrap().to_string(), "anna@acme.example");
        assert_eq!(address("anna@müller.example").unwrap().domain(), "xn--mller-kva.example");
        for bad in
            ["a@b.example, c@d.example", "a@b.example\r\nRCPT TO:<c@d.example>", "a b@c.example", "\"a\"@b.example"]
        {
            assert!(address(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn without_a_setting_the_issuer_writes() {
        assert_eq!(Sender::of_host("login.acme.example").unwrap().shown(), "no-reply@login.acme.example");
        assert_eq!(Sender::of_host("localhost").unwrap().shown(), "no-reply@localhost");
        assert_eq!(Sender::of_host("127.0.0.1").unwrap().shown(), "no-reply@localhost");
    }
}
