//! Style sheets, scripts and images, under addresses that change with their content.

use std::{collections::BTreeMap, sync::Arc};

use aws_lc_rs::digest;

/// Where assets are served.
const PREFIX: &str = "/theme/";

/// One file, ready to be sent.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The body.
    pub bytes: Arc<[u8]>,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `ETag`, with its quotes.
    pub etag: String,
    /// The address names the content, so it may be kept for ever (`Cache-Control: public, max-age=31536000, immutable`);
    /// otherwise it is asked for again each time (`no-cache`).
    pub immutable: bool,
}

/// All assets of a theme. Each is found under its own name, as a style sheet refers to its neighbours, and under the name
/// that holds its hash, as pages do.
#[derive(Default)]
pub(super) struct Assets {
    by_path: BTreeMap<String, Asset>,
    hrefs: BTreeMap<String, String>,
}

impl Assets {
    /// Adds a file of the theme.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) {
        let hash = short_hash(&bytes);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        // The brand has no name of its own: `/theme/{hash}.css`.
        let hashed = if stem.is_empty() { format!("{hash}.{extension}") } else { format!("{stem}.{hash}.{extension}") };
        let etag = format!("\"{hash}\"");
        let asset = Asset { bytes: bytes.into(), content_type: content_type(extension), etag, immutable: false };
        self.hrefs.insert(name.to_owned(), format!("{PREFIX}{hashed}"));
        self.by_path.insert(hashed, Asset { immutable: true, ..asset.clone() });
        self.by_path.insert(name.to_owned(), asset);
    }

    /// By what follows `/theme/` in the address.
    pub fn get(&self, path: &str) -> Option<&Asset> {
        self.by_path.get(path)
    }

    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Asset)> {
        self.by_path.iter()
    }

    /// The address of a file, by its name.
    pub fn href(&self, name: &str) -> Option<&str> {
        self.hrefs.get(name).map(String::as_str)
    }
}

/// The first 96 bits of SHA-256 in hexadecimal: names, not secrets.
fn short_hash(bytes: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_name_and_by_hash() {
        let mut assets = Assets::default();
        assets.add("a.css", b"x{}".to_vec());
        let href = assets.href("a.css").unwrap();
        let hashed = assets.get(href.strip_prefix(PREFIX).unwrap()).unwrap();
        assert!(hashed.immutable && !assets.get("a.css").unwrap().immutable);
        assert_eq!(&*hashed.bytes, b"x{}");
        assert_eq!(hashed.content_type, "text/css; charset=utf-8");
        assert!(assets.get("../a.css").is_none() && assets.get("").is_none());
    }

    #[test]
    fn other_content_has_another_address() {
        let href = |bytes: &[u8]| {
            let mut assets = Assets::default();
            assets.add(".css", bytes.to_vec());
            assets.href(".css").unwrap().to_owned()
        };
        assert_ne!(href(b"a"), href(b"b"));
        assert_eq!(href(b"a").len(), "/theme/".len() + 24 + ".css".len());
    }
}
