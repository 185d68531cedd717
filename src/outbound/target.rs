//! What a URL leads to, before any name is looked up.

use std::net::IpAddr;

use url::{Host, Url};

use super::{error::OutboundError, resolve::check};
use crate::{base::host_rule::HostRule, config::settings::Site};

/// A URL that may be called as far as it can be told from its text.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) url: Url,
    /// The operator named the host: its addresses are not asked after.
    pub(super) is_named: bool,
    host: Host,
    port: u16,
}

impl Target {
    /// Reads a URL as browsers do: `0x7f.1`, `017700000001` and `2130706433` are 127.0.0.1.
    pub(super) fn parse(text: &str, rules: &[HostRule], site: Site) -> Result<Self, OutboundError> {
        let refuse = |reason| Err(OutboundError::Url(reason));
        let Ok(url) = Url::parse(text) else { return refuse("cannot be read") };
        let (Some(host), Some(port)) = (url.host().map(|host| host.to_owned()), url.port_or_known_default()) else {
            return refuse("names no host");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("holds a user name or a password");
        }
        let is_named = rules.iter().any(|rule| rule.names(&host, port));
        match url.scheme() {
            "https" => {}
            "http" if is_named && site == Site::Loopback && is_loopback(&host) => {}
            _ => return refuse("is not an https URL"),
        }
        // The connector does not look up addresses, so they are checked here.
        if let (false, Some(address)) = (is_named, address(&host)) {
            check(&[address], rules)?;
        }
        Ok(Self { url, is_named, host, port })
    }

    /// What breakers count by.
    pub(super) fn host_and_port(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

fn address(host: &Host) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(v4) => Some((*v4).into()),
        Host::Ipv6(v6) => Some((*v6).into()),
    }
}

fn is_loopback(host: &Host) -> bool {
    match host {
        // RFC 6761 §6.3
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(v4) => v4.is_loopback(),
        Host::Ipv6(v6) => v6.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rules(texts: &[&str]) -> Vec<HostRule> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn accepts(url: &str, allow: &[&str], site: Site) -> bool {
        Target::parse(url, &rules(allow), site).is_ok()
    }

    #[test]
    fn prot_a22_every_spelling_of_a_private_address_is_refused() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f.0.0.1",
            "0x7f000001",
            "0177.0.0.1",
            "017700000001",
            "2130706433",
            "127.0.0.1.",
            "１２７.0.0.1",
            "127。0。0。1",
            "%31%32%37.0.0.1",
            "0",
            "0.0.0.0",
            "10.0.0.1",
            "0xa.1",
            "169.254.169.254",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:0001]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[fe80::1]",
            "[fd00::1]",
        ] {
            for suffix in ["", ":443", ":8443"] {
                let refused = Target::parse(&format!("https://{host}{suffix}/x"), &[], Site::Loopback);
                assert!(matches!(refused, Err(OutboundError::Forbidden(_))), "{host}{suffix}: {refused:?}");
            }
        }
    }

    #[test]
    fn prot_a22_only_https_without_user_names() {
        for url in [
            "http://example.com/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "gopher://example.com/",
            "data:text/plain,x",
            "//example.com/",
            "example.com",
            "",
            "https://",
            "https://user@example.com/",
            "https://user:password@example.com/",
            "https://example.com@127.0.0.1/",
            "https://example.com:443@127.0.0.1:8443/",
            "https://[::1/",
            "https://exa mple.com/",
        ] {
            assert!(!accepts(url, &[], Site::Public), "{url}");
        }
        for url in ["https://example.com", "HTTPS://Example.COM:8443/a?b#c", "https://8.8.8.8/"] {
            assert!(accepts(url, &[], Site::Public), "{url}");
        }
    }

    #[test]
    fn contract_allow_hosts_names_internal_hosts_and_http_only_on_loopback() {
        assert!(accepts("https://10.0.0.7/", &["10.0.0.0/24"], Site::Public));
        assert!(accepts("https://10.0.0.7/", &["10.0.0.7"], Site::Public));
        assert!(accepts("https://10.0.0.7:8443/", &["10.0.0.7:8443"], Site::Public));
        assert!(!accepts("https://10.0.0.7/", &["10.0.0.7:8443"], Site::Public));
        assert!(!accepts("http://10.0.0.7/", &["10.0.0.7", "10.0.0.0/24"], Site::Loopback));
        for host in ["127.0.0.1", "[::1]", "localhost"] {
            let (url, rule) = (format!("http://{host}:9000/"), format!("{host}:9000"));
            assert!(accepts(&url, &[&rule], Site::Loopback), "{host}");
            assert!(!accepts(&url, &[&rule], Site::Public), "{host}");
            assert!(!accepts(&url, &[], Site::Loopback), "{host}");
        }
    }

    proptest! {
        #[test]
        fn prot_a22_no_text_panics_and_no_literal_of_a_private_network_passes(text in "\\PC{0,60}", bits: u32) {
            let _ = Target::parse(&text, &[], Site::Loopback);
            let private = 0x0a00_0000 | (bits & 0x00ff_ffff);
            for host in [format!("{private}"), format!("{private:#x}"), format!("0{private:o}")] {
                let url = format!("https://{host}/");
                prop_assert!(!accepts(&url, &[], Site::Public), "{}", url);
            }
        }
    }
}
