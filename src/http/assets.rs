//! What browsers and clients keep: answered from memory, with an entity tag.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::layers::Rejection;
use crate::theme::Theme;

/// The address names the content, which therefore never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Asked for each time; a copy that is still right is not sent again.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// The file of the theme at `/theme/{path}`.
pub fn theme_file(theme: &Theme, path: &str, headers: &HeaderMap) -> Result<Response, Rejection> {
    let asset = theme.asset(path).ok_or(Rejection::NotFound)?;
    let file = Cacheable {
        bytes: Bytes::from_owner(std::sync::Arc::clone(&asset.bytes)),
        content_type: asset.content_type,
        etag: &asset.etag,
        caching: if asset.immutable { FOR_EVER } else { ASK_FIRST },
    };
    Ok(file.answer(headers))
}

/// An answer that was made once and is sent often: a file of the theme, discovery, JWKS.
#[derive(Clone, Debug)]
pub struct Cacheable<'a> {
    /// The body; cheap to clone.
    pub bytes: Bytes,
    /// `Content-Type`, with its charset where it has one.
    pub content_type: &'static str,
    /// `ETag`, with its quotes; other bytes have another one.
    pub etag: &'a str,
    /// `Cache-Control`.
    pub caching: HeaderValue,
}

impl Cacheable<'_> {
    /// The answer to a request with `headers`: the bytes, or 304 if the browser has them (RFC 9110 §13.1.2).
    pub fn answer(self, headers: &HeaderMap) -> Response {
        let mut response = if self.is_known(headers) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut whole = Response::new(Body::from(self.bytes));
            whole.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            whole
        };
        response.headers_mut().insert(header::CACHE_CONTROL, self.caching);
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
    use axum::body::to_bytes;

    use super::*;
    use crate::theme::ThemeConfig;

    fn answer(if_none_match: Option<&str>) -> Response {
        let (content_type, etag) = ("text/css; charset=utf-8", "\"abc\"");
        let cacheable = Cacheable { bytes: "a{}".into(), content_type, etag, caching: FOR_EVER };
        let known = if_none_match.map(|tag| (header::IF_NONE_MATCH, tag.parse().unwrap()));
        cacheable.answer(&known.into_iter().collect())
    }

    #[test]
    fn bytes_are_sent_with_their_tag() {
        let response = answer(None);
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(response.headers()[header::ETAG], "\"abc\"");
        assert_eq!(response.headers()[header::CACHE_CONTROL], FOR_EVER);
    }

    #[test]
    fn who_has_them_is_told_so() {
        for tags in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            let response = answer(Some(tags));
            assert_eq!(response.status(), 304, "{tags}");
            assert_eq!(response.headers()[header::ETAG], "\"abc\"");
            assert!(!response.headers().contains_key(header::CONTENT_TYPE));
        }
        for tags in ["\"abcd\"", "abc", "", "W/"] {
            assert_eq!(answer(Some(tags)).status(), 200, "{tags}");
        }
    }

    #[tokio::test]
    async fn files_of_the_theme_are_found_and_nothing_else_is() {
        let theme = Theme::load(&ThemeConfig { dir: None, name: "default".to_owned() }).unwrap();
        let response = theme_file(&theme, "usher.css", &HeaderMap::new()).unwrap();
        assert_eq!(response.headers()[header::CACHE_CONTROL], ASK_FIRST);
        assert!(to_bytes(response.into_body(), 1024 * 1024).await.unwrap().len() > 1000);
        for path in ["", "../theme.toml", "/usher.css", "theme/usher.css", "layout.html", "usher.css\0"] {
            assert_eq!(theme_file(&theme, path, &HeaderMap::new()).unwrap_err(), Rejection::NotFound, "{path}");
        }
    }
}
