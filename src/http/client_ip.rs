//! Whose request it is, by address (protocol.md A20, RFC 9700 §4.13).

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};

use crate::base::address::Networks;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// A chain longer than this is nobody's real path; the rest of it is not read.
const MAX_HOPS: usize = 16;

/// The address of the client of a request that `peer` sent.
///
/// A peer outside of `trusted` is the client, whatever its headers say. From a trusted proxy the hops are read from the
/// right, and the first one that is not itself a trusted proxy is the client: what stands further left is hearsay.
/// `X-Forwarded-For` is read first and `Forwarded` (RFC 7239) only without it, so a proxy that writes `Forwarded` must
/// remove `X-Forwarded-For`. A hop that is not an address ends the walk at the last one that was.
pub fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    let mut client = peer.to_canonical();
    if !trusted.contains(client) {
        return client;
    }
    let hops: Vec<Option<IpAddr>> = if headers.contains_key(X_FORWARDED_FOR) {
        hops_from_the_right(headers, &X_FORWARDED_FOR, address)
    } else {
        hops_from_the_right(headers, &header::FORWARDED, forwarded_for)
    };
    for hop in hops {
        let Some(hop) = hop else { break };
        client = hop;
        if !trusted.contains(client) {
            break;
        }
    }
    client
}

fn hops_from_the_right(
    headers: &HeaderMap,
    name: &HeaderName,
    read: fn(&str) -> Option<IpAddr>,
) -> Vec<Option<IpAddr>> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default()).collect();
    lines.iter().rev().flat_map(|line| line.rsplit(',')).take(MAX_HOPS).map(|hop| read(hop.trim())).collect()
}

/// The `for` of one `Forwarded` element: `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        let value = value.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"')).unwrap_or(value);
        name.eq_ignore_ascii_case("for").then(|| address(value)).flatten()
    })
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let ip = bare.parse().or_else(|_| text.parse().map(|socket: SocketAddr| socket.ip()));
    ip.ok().map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn seen(peer: &str, headers: &[(HeaderName, &str)]) -> String {
        let trusted = Networks::from(vec!["10.0.0.0/8".parse().unwrap()]);
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        client_ip(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn prot_a20_a_stranger_cannot_choose_its_address() {
        for name in [X_FORWARDED_FOR, header::FORWARDED] {
            assert_eq!(seen("198.51.100.7", &[(name.clone(), "192.0.2.1")]), "198.51.100.7");
            assert_eq!(seen("198.51.100.7", &[(name, "for=10.0.0.1")]), "198.51.100.7");
        }
    }

    #[test]
    fn prot_a20_the_right_most_hop_that_is_no_proxy_is_the_client() {
        let cases = [
            ("192.0.2.1", "192.0.2.1"),
            // The client wrote the left one itself.
            ("203.0.113.9, 192.0.2.1", "192.0.2.1"),
            ("127.0.0.1, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            // Only proxies: the outermost is all we know.
            ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
            // Not an address: nothing further left counts.
            ("192.0.2.1, unknown", PROXY),
            ("192.0.2.1, unknown, 10.0.0.2", "10.0.0.2"),
            ("", PROXY),
            (",,,", PROXY),
        ];
        for (header, client) in cases {
            assert_eq!(seen(PROXY, &[(X_FORWARDED_FOR, header)]), client, "{header:?}");
        }
    }

    #[test]
    fn several_header_lines_are_one_list() {
        let lines = [(X_FORWARDED_FOR, "203.0.113.9"), (X_FORWARDED_FOR, "192.0.2.1"), (X_FORWARDED_FOR, "10.0.0.2")];
        assert_eq!(seen(PROXY, &lines), "192.0.2.1");
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it_and_only_alone() {
        let cases = [
            ("for=192.0.2.1", "192.0.2.1"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=203.0.113.9, for=192.0.2.1;proto=https;by=10.0.0.2", "192.0.2.1"),
            ("proto=http;for=\"192.0.2.1:80\"", "192.0.2.1"),
            ("for=192.0.2.1, for=_hidden", PROXY),
            ("proto=https", PROXY),
        ];
        for (header, client) in cases {
            assert_eq!(seen(PROXY, &[(header::FORWARDED, header)]), client, "{header:?}");
        }
        let both = [(header::FORWARDED, "for=203.0.113.9"), (X_FORWARDED_FOR, "192.0.2.1")];
        assert_eq!(seen(PROXY, &both), "192.0.2.1");
    }

    #[test]
    fn an_endless_chain_is_read_to_a_bound() {
        let chain = "192.0.2.1,".to_owned() + &"10.0.0.2,".repeat(5000) + "10.0.0.2";
        assert_eq!(seen(PROXY, &[(X_FORWARDED_FOR, chain.as_str())]), "10.0.0.2");
    }

    proptest::proptest! {
        #[test]
        fn prot_a20_no_header_breaks_it_and_none_makes_a_stranger_trusted(value: Vec<u8>, forwarded: bool) {
            let name = if forwarded { header::FORWARDED } else { X_FORWARDED_FOR };
            let headers: HeaderMap =
                HeaderValue::from_bytes(&value).into_iter().map(|value| (name.clone(), value)).collect();
            let trusted = Networks::from(vec!["10.0.0.0/8".parse().unwrap()]);
            let stranger = IpAddr::from([198, 51, 100, 7]);
            assert_eq!(client_ip(stranger, &headers, &trusted), stranger);
            client_ip(IpAddr::from([10, 0, 0, 1]), &headers, &trusted);
        }
    }
}
