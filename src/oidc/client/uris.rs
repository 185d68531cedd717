//! What follows from a client's URIs: origins that may call, targets that a form of ours may lead to.

use url::Url;

use super::ClientMetadata;

/// The registered origins, else those of the redirect URIs. Private-use schemes have none.
pub(super) fn cors_origins(metadata: &ClientMetadata) -> Vec<String> {
    if !metadata.cors_origins.is_empty() {
        return metadata.cors_origins.clone();
    }
    distinct(metadata.redirect_uris.iter().filter_map(|uri| origin(uri)))
}

/// CSP sources of all redirect URIs and of the further origins, because Chromium applies `form-action` to redirects as well.
pub(super) fn form_action_sources(metadata: &ClientMetadata) -> Vec<String> {
    let redirects = metadata.redirect_uris.iter().filter_map(|uri| form_action_source(uri));
    distinct(redirects.chain(metadata.form_action_origins.iter().cloned()))
}

/// `scheme://host[:port]` of an http or https URI.
pub(super) fn origin(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    let origin = url.origin();
    (matches!(url.scheme(), "http" | "https") && origin.is_tuple()).then(|| origin.ascii_serialization())
}

/// The CSP source (CSP3 §2.3.1) that covers a redirect URI: its origin, every port of a loopback address, or the scheme of a
/// native application's URI.
pub fn form_action_source(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    Some(match (url.scheme(), url.host_str()) {
        ("http", Some("127.0.0.1")) => "http://127.0.0.1:*".to_owned(),
        // CSP Level 3 §6.7.2.8 matches no IPv6 address, so only the scheme can let one pass.
        ("http", Some("[::1]")) => "http:".to_owned(),
        ("http" | "https", _) => origin(uri)?,
        (scheme, _) => format!("{scheme}:"),
    })
}

fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut found = Vec::new();
    for item in items {
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}
