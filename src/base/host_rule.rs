//! Which hosts an operator trusts: `[outbound] allow_hosts`.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use url::Host;

/// One entry of `allow_hosts`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HostRule {
    /// A host as URLs name it, at every port.
    Host(Host),
    /// A host at one port.
    HostPort(Host, u16),
    /// Every address of a network, whatever name led to it.
    Network(IpNet),
}

/// The text is none of the three.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a host, such as \"crm.example.com\", \"crm.example.com:8443\", \"192.0.2.7\" or \"10.1.0.0/16\"")]
pub struct InvalidHostRule(String);

impl HostRule {
    /// Whether the rule names this host at this port.
    pub fn names(&self, host: &Host, port: u16) -> bool {
        match self {
            Self::Host(named) => named == host,
            Self::HostPort(named, at) => named == host && *at == port,
            Self::Network(_) => false,
        }
    }

    /// Whether the rule holds this address. An IPv4-mapped IPv6 address counts as IPv4.
    pub fn holds(&self, address: IpAddr) -> bool {
        matches!(self, Self::Network(network) if network.contains(&address.to_canonical()))
    }
}

impl FromStr for HostRule {
    type Err = InvalidHostRule;

    fn from_str(text: &str) -> Result<Self, InvalidHostRule> {
        let invalid = || InvalidHostRule(text.to_owned());
        if text.contains('/') {
            return text.parse().map(Self::Network).map_err(|_| invalid());
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Host(match address {
                IpAddr::V4(v4) => Host::Ipv4(v4),
                IpAddr::V6(v6) => Host::Ipv6(v6),
            }));
        }
        let host = |text: &str| match Host::parse(text) {
            // A name without a letter or digit at its end, such as "*.example.com" or "a b", is a slip.
            Ok(Host::Domain(name)) if !name.bytes().all(is_name_byte) => Err(invalid()),
            parsed => parsed.map_err(|_| invalid()),
        };
        match text.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => {
                let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(invalid)?;
                Ok(Self::HostPort(host(name)?, port))
            }
            _ => host(text).map(Self::Host),
        }
    }
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

impl fmt::Display for HostRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => host.fmt(f),
            Self::HostPort(host, port) => write!(f, "{host}:{port}"),
            Self::Network(network) => network.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> HostRule {
        text.parse().unwrap_or_else(|e| panic!("{e}"))
    }

    fn host(text: &str) -> Host {
        Host::parse(text).unwrap()
    }

    #[test]
    fn contract_a_rule_is_a_host_a_host_with_a_port_or_a_network() {
        assert!(rule("crm.example.com").names(&host("CRM.example.com"), 443));
        assert!(!rule("crm.example.com").names(&host("example.com"), 443));
        assert!(rule("crm.example.com:8443").names(&host("crm.example.com"), 8443));
        assert!(!rule("crm.example.com:8443").names(&host("crm.example.com"), 443));
        assert!(rule("[::1]:8443").names(&host("[::1]"), 8443));
        for loopback in ["::1", "[::1]"] {
            assert!(rule(loopback).names(&host("[::1]"), 1));
        }
        assert!(rule("192.0.2.7").names(&host("0xc0.0.2.7"), 443), "one address, whatever its spelling");
        assert!(rule("10.1.0.0/16").holds("10.1.2.3".parse().unwrap()));
        assert!(rule("10.1.0.0/16").holds("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!rule("10.1.0.0/16").holds("10.2.2.3".parse().unwrap()));
        assert!(!rule("10.1.2.3").holds("10.1.2.3".parse().unwrap()), "a host is what a URL names");
    }

    #[test]
    fn contract_other_texts_are_no_rules() {
        for text in ["", "http://a", "a b", "*.example.com", "a:", "a:0", "a:99999", "10.0.0.0/99", "[::1", "a/8"] {
            assert!(text.parse::<HostRule>().is_err(), "{text}");
        }
        for text in ["crm.example.com", "crm.example.com:8443", "[::1]:8443", "10.1.0.0/16", "fd00::/8"] {
            assert_eq!(rule(text).to_string(), text);
        }
    }
}
