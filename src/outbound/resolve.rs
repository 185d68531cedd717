//! From a name to addresses that may be connected to. The connection is made to exactly these: there is no second
//! lookup that could give another answer.

use std::{future::Future, io, net::IpAddr, pin::Pin, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;
use crate::base::host_rule::HostRule;

/// What a lookup gives.
pub type Found<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Whoever knows the addresses of names.
pub trait Lookup: Send + Sync + 'static {
    /// Every address of `name`.
    fn lookup<'a>(&'a self, name: &'a str) -> Found<'a>;
}

/// The resolver of the operating system.
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup<'a>(&'a self, name: &'a str) -> Found<'a> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()) })
    }
}

/// An address that is not to be called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0} is not an address of the public internet, and [outbound] allow_hosts does not name it")]
pub struct ForbiddenAddress(pub IpAddr);

/// Whether every address may be called: public, or in a network that the operator named.
///
/// # Errors
/// The first that may not: a name that leads to a private address among public ones is not trusted at all.
pub fn check(addresses: &[IpAddr], rules: &[HostRule]) -> Result<(), ForbiddenAddress> {
    let allowed = |address: &IpAddr| is_public(*address) || rules.iter().any(|rule| rule.holds(*address));
    addresses.iter().find(|address| !allowed(address)).map_or(Ok(()), |address| Err(ForbiddenAddress(*address)))
}

/// The resolver that the HTTP client is given.
#[derive(Clone)]
pub(super) struct CheckedResolver {
    pub(super) lookup: Arc<dyn Lookup>,
    /// `None`: the operator named the host, so its addresses are taken as they are.
    pub(super) rules: Option<Arc<[HostRule]>>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { lookup, rules } = self.clone();
        Box::pin(async move {
            let addresses = lookup.lookup(name.as_str()).await?;
            if addresses.is_empty() {
                return Err("the name has no address".into());
            }
            if let Some(rules) = rules {
                check(&addresses, &rules)?;
            }
            // The port is the URL's.
            let addresses: Addrs = Box::new(addresses.into_iter().map(|address| (address, 0).into()));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn prot_a22_one_private_address_among_public_ones_is_enough() {
        let private = "10.0.0.7".parse().unwrap();
        assert_eq!(check(&addresses(&["8.8.8.8", "2606:4700::1111"]), &[]), Ok(()));
        assert_eq!(check(&addresses(&["8.8.8.8", "10.0.0.7"]), &[]), Err(ForbiddenAddress(private)));
    }

    #[test]
    fn contract_networks_of_the_operator_are_allowed() {
        let rules = ["10.0.0.0/24".parse().unwrap(), "crm.example.com".parse().unwrap()];
        assert_eq!(check(&addresses(&["10.0.0.7", "::ffff:10.0.0.8"]), &rules), Ok(()));
        assert!(check(&addresses(&["10.0.1.7"]), &rules).is_err());
    }
}
