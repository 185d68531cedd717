//! Entity tags.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The strong entity tag of a body, with its quotes (RFC 9110 §8.8.3).
pub fn etag(body: &[u8]) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body);
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(hash))
}
