//! Requests are answered under one name only: that of `public_url` (D27).

use super::rejection::Rejection;
use crate::config::PublicUrl;
use axum::http::{HeaderMap, Uri, header};

/// The `host[:port]` that requests must name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CanonicalHost {
    host: String,
    port: u16,
    default_port: u16,
}

impl CanonicalHost {
    /// The host of `public_url`; its port may be left out where it is the scheme's own.
    pub fn of(public_url: &PublicUrl) -> Self {
        let default_port = if public_url.is_https() { 443 } else { 80 };
        let (host, port) = split(public_url.authority(), default_port);
        Self { host: host.to_owned(), port: port.unwrap_or(default_port), default_port }
    }

    /// Checks the target of a request: `Host`, or `:authority` in HTTP/2, or both if they agree (RFC 9112 §3.2).
    pub fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Rejection> {
        let mut lines = headers.get_all(header::HOST).iter();
        let line = lines.next().map(|line| line.to_str().map_err(|_| Rejection::Malformed)).transpose()?;
        if lines.next().is_some() {
            return Err(Rejection::Malformed);
        }
        let named = [uri.authority().map(|authority| authority.as_str()), line];
        if named.iter().all(Option::is_none) {
            return Err(Rejection::Malformed);
        }
        let ours = named.into_iter().flatten().all(|authority| self.is(authority));
        if ours { Ok(()) } else { Err(Rejection::Misdirected) }
    }

    fn is(&self, authority: &str) -> bool {
        let (host, port) = split(authority, self.default_port);
        host.eq_ignore_ascii_case(&self.host) && port == Some(self.port)
    }
}

/// Host and port; `None` if what stands for the port is no number.
fn split(authority: &str, default_port: u16) -> (&str, Option<u16>) {
    match authority.rsplit_once(':') {
        // The colons of a bare "[::1]" separate no port.
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
        _ => (authority, Some(default_port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(public_url: &str, uri: &str, hosts: &[&str]) -> Result<(), Rejection> {
        let headers = hosts.iter().map(|host| (header::HOST, host.parse().unwrap())).collect();
        CanonicalHost::of(&PublicUrl::parse(public_url).unwrap()).check(&uri.parse().unwrap(), &headers)
    }

    #[test]
    fn sec_s13_only_the_host_of_public_url_is_answered() {
        for (public_url, host) in [
            ("https://login.example", "login.example"),
            ("https://login.example", "LOGIN.example:443"),
            ("http://localhost:8080", "localhost:8080"),
            ("http://[::1]:8080", "[::1]:8080"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(check(public_url, "/", &[host]), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "login.example.evil.example",
            "login.example:80",
            "login.example:444",
            "login.example:",
            "login.example:443:443",
            "login.example.",
            "user@login.example",
            "",
        ] {
            assert_eq!(check("https://login.example", "/", &[host]), Err(Rejection::Misdirected), "{host}");
        }
        assert_eq!(check("http://localhost:8080", "/", &["127.0.0.1:8080"]), Err(Rejection::Misdirected));
        assert_eq!(check("http://localhost:8080", "/", &["localhost"]), Err(Rejection::Misdirected));
    }

    #[test]
    fn sec_q97_a_request_with_no_host_or_two_is_malformed() {
        assert_eq!(check("https://login.example", "/", &[]), Err(Rejection::Malformed));
        assert_eq!(check("https://login.example", "/", &["login.example"; 2]), Err(Rejection::Malformed));
    }

    #[test]
    fn the_authority_of_the_target_counts_as_well() {
        assert_eq!(check("https://login.example", "https://login.example/", &[]), Ok(()));
        assert_eq!(check("https://login.example", "https://login.example/", &["login.example"]), Ok(()));
        for (uri, host) in [("https://evil.example/", "login.example"), ("https://login.example/", "evil.example")] {
            assert_eq!(check("https://login.example", uri, &[host]), Err(Rejection::Misdirected));
        }
    }
}
