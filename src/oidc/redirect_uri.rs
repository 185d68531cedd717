//! Redirect URIs: exact strings, but for the port of a loopback address (D20; RFC 9700 §2.1, RFC 8252 §7.3).

use serde::Serialize;
use url::Url;

/// Whether `received` is `registered`: the same string, or the same `http://127.0.0.1` or `http://[::1]` URI on another port.
/// The port of `localhost` is compared like everything else: a name can be made to mean another machine.
pub fn matches(received: &str, registered: &str) -> bool {
    received == registered
        || matches!((loopback(received), loopback(registered)), (Some(received), Some(registered)) if received == registered)
}

/// Address and everything behind the port of a loopback URI.
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    let (address, rest) = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|address| uri.strip_prefix(address).map(|rest| (address, rest)))?;
    let path = match rest.strip_prefix(':') {
        None => rest,
        Some(rest) => {
            let path = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let port = rest.strip_suffix(path)?;
            let canonical = !port.starts_with('0') && port.parse::<u16>().is_ok();
            canonical.then_some(path)?
        }
    };
    let begins = path.is_empty() || path.starts_with('/') || path.starts_with('?');
    (begins && !path.contains(['#', '\\'])).then_some((address, path))
}

/// In what a received URI differs from a registered one: what the error page tells a developer (experience.md).
/// The names are keys of the page's texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Only a `/` at the end.
    TrailingSlash,
    /// Only capital letters in scheme or host.
    HostCase,
    /// Only percent-encoding.
    Encoding,
    /// `localhost` against a loopback address.
    LocalhostOrLoopback,
    /// Only the port.
    Port,
    /// Only the scheme, `http` against `https`.
    Scheme,
    /// Only the query.
    Query,
    /// A fragment, which no redirect URI may have.
    Fragment,
    /// A user name or password in front of the host.
    UserInfo,
    /// Only capital letters in the path.
    PathCase,
    /// The path.
    Path,
    /// The host.
    Host,
    /// More than one of these.
    Several,
    /// What was received is not an absolute URI.
    NotAUri,
}

/// Names the difference between two URIs that do not match.
pub fn difference(received: &str, registered: &str) -> Difference {
    if received.trim_end_matches('/') == registered.trim_end_matches('/') {
        return Difference::TrailingSlash;
    }
    let (Ok(a), Ok(b)) = (Url::parse(received), Url::parse(registered)) else {
        return Difference::NotAUri;
    };
    if a.fragment().is_some() {
        return Difference::Fragment;
    }
    if !a.username().is_empty() || a.password().is_some() {
        return Difference::UserInfo;
    }
    // The parser lower-cases scheme and host and resolves the path: what is equal now differed in spelling.
    if a == b {
        let same = received.eq_ignore_ascii_case(registered);
        return if same { Difference::HostCase } else { Difference::Encoding };
    }
    let decoded = |uri: &str| percent_encoding::percent_decode_str(uri).decode_utf8_lossy().into_owned();
    if decoded(received) == decoded(registered) {
        return Difference::Encoding;
    }
    parts(&a, &b)
}

fn parts(a: &Url, b: &Url) -> Difference {
    let is_loopback = |url: &Url| matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let same_slash = |a: &str, b: &str| a.trim_end_matches('/') == b.trim_end_matches('/');
    let mut found = Vec::new();
    if a.scheme() != b.scheme() {
        found.push(Difference::Scheme);
    }
    if a.host_str() != b.host_str() {
        found.push(if is_loopback(a) && is_loopback(b) { Difference::LocalhostOrLoopback } else { Difference::Host });
    }
    // A default port follows the scheme and is not a second difference.
    let follows_scheme = a.scheme() != b.scheme() && a.port().is_none() && b.port().is_none();
    if a.port_or_known_default() != b.port_or_known_default() && !follows_scheme {
        found.push(Difference::Port);
    }
    if a.path() != b.path() {
        found.push(match () {
            () if same_slash(a.path(), b.path()) => Difference::TrailingSlash,
            () if a.path().eq_ignore_ascii_case(b.path()) => Difference::PathCase,
            () => Difference::Path,
        });
    }
    if a.query() != b.query() {
        found.push(Difference::Query);
    }
    match found.as_slice() {
        [one] => *one,
        // Nothing left but spelling.
        [] => Difference::Encoding,
        _ => Difference::Several,
    }
}

/// One registered URI and how the received one differs from it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Mismatch {
    /// As registered.
    pub registered: String,
    /// What is different.
    pub difference: Difference,
}

/// Compares a refused URI with each registered one, the most alike first.
pub fn explain<'a>(received: &str, registered: impl IntoIterator<Item = &'a String>) -> Vec<Mismatch> {
    let compare = |uri: &String| Mismatch { registered: uri.clone(), difference: difference(received, uri) };
    let mut mismatches: Vec<Mismatch> = registered.into_iter().map(compare).collect();
    mismatches.sort_by_key(|mismatch| mismatch.difference);
    mismatches
}

#[cfg(test)]
mod tests;
