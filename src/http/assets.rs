//! Files that browsers keep: answered from memory, with an entity tag.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// A file in memory.
#[derive(Clone, Debug)]
pub struct StaticFile<'a> {
    /// The body; cheap to clone.
    pub bytes: Bytes,
    /// `Content-Type`, with its charset.
    pub content_type: &'static str,
    /// `ETag`, with its quotes.
    pub etag: &'a str,
    /// The address names the content, which therefore never changes. Otherwise it is asked for again each time.
    pub immutable: bool,
}

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

impl StaticFile<'_> {
    /// The answer to a request with `headers`: the file, or 304 if the browser has it (RFC 9110 §13.1.2).
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let mut response = if self.is_known(headers) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut whole = Response::new(Body::from(self.bytes.clone()));
            whole.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            whole
        };
        let cache = if self.immutable { FOR_EVER } else { ASK_AGAIN };
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
        if let Ok(etag) = HeaderValue::from_str(self.etag) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
        known.flat_map(|tags| tags.split(',')).map(str::trim).any(|tag| {
            // A proxy that compresses makes the tag weak; for GET that is as good (RFC 9110 §8.8.3.2).
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.etag
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(immutable: bool, if_none_match: Option<&str>) -> Response {
        let file =
            StaticFile { bytes: "a{}".into(), content_type: "text/css; charset=utf-8", etag: "\"abc\"", immutable };
        let known = if_none_match.map(|tag| (header::IF_NONE_MATCH, tag.parse().unwrap()));
        file.answer(&known.into_iter().collect())
    }

    #[test]
    fn a_file_is_sent_with_its_tag() {
        let response = answer(true, None);
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(response.headers()[header::ETAG], "\"abc\"");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(answer(false, None).headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[test]
    fn a_browser_that_has_it_is_told_so() {
        for tags in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            let response = answer(false, Some(tags));
            assert_eq!(response.status(), 304, "{tags}");
            assert_eq!(response.headers()[header::ETAG], "\"abc\"");
            assert!(!response.headers().contains_key(header::CONTENT_TYPE));
        }
        for tags in ["\"abcd\"", "abc", "", "W/"] {
            assert_eq!(answer(false, Some(tags)).status(), 200, "{tags}");
        }
    }
}
