//! The issuer: the one address under which everybody knows this installation (D27).

use std::{fmt, net::IpAddr};

use url::{Host, Url};

use super::settings::Site;

/// Scheme, host and port, without a path and without a slash at the end; exactly the `iss` of every token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicUrl {
    text: String,
    is_loopback: bool,
}

impl PublicUrl {
    /// Reads a public URL, which must be written as browsers write it.
    ///
    /// # Errors
    /// A sentence that says what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let example = "write it as \"https://login.example.com\"";
        let url = Url::parse(text).map_err(|error| format!("{text:?} is not a URL ({error}); {example}"))?;
        let (Some(host), "http" | "https") = (url.host(), url.scheme()) else {
            return Err(format!("{text:?} does not start with https://; {example}"));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!("holds a user name or password; {example}"));
        }
        // What a browser makes of it is what clients and cookies will see.
        let origin = url.origin().ascii_serialization();
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(format!("must be scheme, host and port alone; write \"{origin}\""));
        }
        if text != origin {
            return Err(format!("write \"{origin}\": lower case, no slash at the end, no default port"));
        }
        let is_loopback = is_loopback(&host);
        if url.scheme() == "http" && !is_loopback {
            return Err(format!(
                "http is for loopback hosts only; write \"https{}\"",
                origin.trim_start_matches("http")
            ));
        }
        Ok(Self { is_loopback, text: origin })
    }

    /// Where Usher is until somebody says otherwise. `localhost` and not 127.0.0.1, which has no passkeys.
    pub(super) fn local() -> Self {
        Self { text: "http://localhost:8080".to_owned(), is_loopback: true }
    }

    /// The issuer identifier.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether cookies can be `Secure` and bear the `__Host-` prefix (security.md S2).
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Host and port, as a browser sends them in `Host`.
    pub fn authority(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Who can reach this server.
    pub const fn site(&self) -> Site {
        if self.is_loopback { Site::Loopback } else { Site::Public }
    }
}

/// `localhost`, names below it (RFC 6761 §6.3), 127.0.0.0/8 and ::1.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => IpAddr::from(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).is_loopback(),
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dec_d27_is_scheme_host_and_port_exactly() {
        for good in
            ["https://login.example.com", "https://login.example.com:8443", "http://localhost:8080", "http://[::1]:1"]
        {
            assert_eq!(PublicUrl::parse(good).unwrap().as_str(), good);
        }
        let cases = [
            ("https://login.example.com/", "write \"https://login.example.com\""),
            ("https://login.example.com/sso", "write \"https://login.example.com\""),
            ("https://login.example.com?x", "write \"https://login.example.com\""),
            ("https://LOGIN.example.com", "write \"https://login.example.com\""),
            ("https://login.example.com:443", "write \"https://login.example.com\""),
            ("https://müller.example", "write \"https://xn--mller-kva.example\""),
            ("http://login.example.com:80", "write \"http://login.example.com\""),
            ("http://login.example.com", "write \"https://login.example.com\""),
            ("http://localhost.example.com", "http is for loopback hosts only"),
            ("https://me:pw@login.example.com", "holds a user name or password"),
            ("login.example.com", "is not a URL"),
            ("ftp://login.example.com", "does not start with https://"),
            ("https:", "is not a URL"),
            ("", "is not a URL"),
        ];
        for (bad, expected) in cases {
            let message = PublicUrl::parse(bad).unwrap_err();
            assert!(message.contains(expected), "{bad}: {message}");
        }
    }

    #[test]
    fn knows_loopback() {
        let site = |text: &str| PublicUrl::parse(text).unwrap().site();
        for loopback in ["http://localhost:8080", "https://a.localhost", "http://127.0.0.2", "http://[::1]:8080"] {
            assert_eq!(site(loopback), Site::Loopback, "{loopback}");
        }
        for public in ["https://localhost.example.com", "https://10.0.0.1", "https://[::2]"] {
            assert_eq!(site(public), Site::Public, "{public}");
        }
    }

    #[test]
    fn has_an_authority() {
        assert_eq!(PublicUrl::parse("http://localhost:8080").unwrap().authority(), "localhost:8080");
    }
}
