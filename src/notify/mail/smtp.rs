//! `mail.url`: which server, how protected, as whom.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::base::secret::Secret;

/// How a connection is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// `smtp://`: STARTTLS or nothing (RFC 3207).
    StartTls,
    /// `smtps://`: TLS from the first byte (RFC 8314).
    Implicit,
    /// `smtp://` on loopback, where nobody listens in and no certificate fits.
    None,
}

/// A mail server.
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User name and password, if it asks for them.
    pub credentials: Option<(String, Secret<String>)>,
}

/// The URL names no mail server. Without the URL, which may hold a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("mail.url is not of the form smtp://host:587 or smtps://user:password@host")]
pub struct SmtpError;

impl Smtp {
    /// Reads `smtp://[user:password@]host[:port]` or `smtps://…`. Ports are 587, on loopback 25, and 465.
    ///
    /// # Errors
    /// [`SmtpError`].
    pub fn parse(url: &str) -> Result<Self, SmtpError> {
        let url = Url::parse(url).map_err(|_| SmtpError)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(SmtpError)?;
        // The scheme is not one of the web's, so the host was taken as it stands.
        let host = Host::parse(host).map_err(|_| SmtpError)?;
        let local = is_loopback(&host);
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Implicit, 465),
            "smtp" if local => (Security::None, 25),
            "smtp" => (Security::StartTls, 587),
            _ => return Err(SmtpError),
        };
        let plain = |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
        let credentials = match (url.username(), url.password()) {
            ("", _) => None,
            (user, password) => {
                let password = plain(password.unwrap_or_default()).map_err(|_| SmtpError)?;
                Some((plain(user).map_err(|_| SmtpError)?, Secret::new(password)))
            }
        };
        let host = match host {
            Host::Domain(name) => name,
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), security, credentials })
    }
}

fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> (String, u16, Security, Option<(String, String)>) {
        let smtp = Smtp::parse(url).unwrap();
        let credentials = smtp.credentials.map(|(user, password)| (user, password.expose().clone()));
        (smtp.host, smtp.port, smtp.security, credentials)
    }

    #[test]
    fn the_scheme_says_how_the_connection_is_protected() {
        use Security::{Implicit, None as Plain, StartTls};
        for (url, host, port, security) in [
            ("smtp://mail.example", "mail.example", 587, StartTls),
            ("smtp://mail.example:2525", "mail.example", 2525, StartTls),
            ("smtps://mail.example", "mail.example", 465, Implicit),
            ("smtp://localhost", "localhost", 25, Plain),
            ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, Plain),
            ("smtp://[::1]:1025", "::1", 1025, Plain),
            ("smtps://localhost:1465", "localhost", 1465, Implicit),
            ("smtp://localhost.example", "localhost.example", 587, StartTls),
        ] {
            assert_eq!(parsed(url), (host.to_owned(), port, security, None), "{url}");
        }
    }

    #[test]
    fn names_and_passwords_are_decoded() {
        let (.., credentials) = parsed("smtps://login%40acme.example:p%3A%2F%40ss@mail.example");
        assert_eq!(credentials, Some(("login@acme.example".to_owned(), "p:/@ss".to_owned())));
        assert_eq!(parsed("smtp://me@mail.example").3, Some(("me".to_owned(), String::new())));
    }

    #[test]
    fn anything_else_is_refused_without_repeating_it() {
        for bad in ["", "mail.example", "http://mail.example", "smtp://", "smtps:mail", "smtp://me:%ff@mail.example"] {
            assert_eq!(Smtp::parse(bad).err(), Some(SmtpError), "{bad}");
        }
    }
}
