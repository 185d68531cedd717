//! IP addresses as limits and trust see them.

use std::net::IpAddr;

use ipnet::IpNet;

/// A list of networks: trusted proxies, addresses free of limits.
#[derive(Clone, Default, PartialEq, Eq, Debug, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether `address` belongs to one of the networks. An IPv4-mapped IPv6 address counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl From<Vec<IpNet>> for Networks {
    fn from(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }
}

/// What limits count by: an IPv4 address, or the /64 of an IPv6 address, which one household holds whole (security.md S5).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AddressKey {
    /// An IPv4 address.
    V4([u8; 4]),
    /// The upper half of an IPv6 address.
    V6([u8; 8]),
}

impl From<IpAddr> for AddressKey {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4.octets()),
            IpAddr::V6(v6) => {
                let [a, b, c, d, e, f, g, h, ..] = v6.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn sec_s5_ipv6_counts_by_64_and_mapped_addresses_as_ipv4() {
        assert_eq!(AddressKey::from(ip("2001:db8::1")), AddressKey::from(ip("2001:db8::ffff:1")));
        assert_ne!(AddressKey::from(ip("2001:db8::1")), AddressKey::from(ip("2001:db8:0:1::1")));
        assert_eq!(AddressKey::from(ip("::ffff:192.0.2.1")), AddressKey::from(ip("192.0.2.1")));
        assert_ne!(AddressKey::from(ip("192.0.2.2")), AddressKey::from(ip("192.0.2.1")));
    }

    #[test]
    fn networks_know_their_members() {
        let networks = Networks::from(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()]);
        for inside in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1"] {
            assert!(networks.contains(ip(inside)), "{inside}");
        }
        for outside in ["11.0.0.1", "2001:db9::1", "::1", "::ffff:11.0.0.1"] {
            assert!(!networks.contains(ip(outside)), "{outside}");
        }
        assert!(!Networks::default().contains(ip("127.0.0.1")));
    }
}
