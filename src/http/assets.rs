//! What browsers and clients keep: answered from memory, with an entity tag.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::layers::Rejection;
use crate::theme::{Asset, Theme};

/// The files of the theme, below [`super::layers::route_class::ASSETS`].
pub fn router(theme: Arc<Theme>) -> Router {
    Router::new().route("/theme/{*path}", get(file)).with_state(theme)
}

async fn file(
    State(theme): State<Arc<Theme>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    theme.asset(&path).map(|asset| Prepared::from(asset).answer(&headers)).ok_or(Rejection::NotFound)
}

impl From<&Asset> for Prepared {
    fn from(asset: &Asset) -> Self {
        let caching = if asset.immutable { Caching::ForEver } else { Caching::AskFirst };
        Self::new(Bytes::from_owner(Arc::clone(&asset.bytes)), asset.content_type, &asset.etag, caching)
    }
}

/// For how long a copy may be used without asking.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caching {
    /// The address names the content, which therefore never changes.
    ForEver,
    /// So many seconds.
    Seconds(u32),
    /// Ask each time; a copy that is still right is not sent again.
    AskFirst,
}

impl Caching {
    fn header(self) -> HeaderValue {
        match self {
            Self::ForEver => HeaderValue::from_static("public, max-age=31536000, immutable"),
            Self::Seconds(seconds) => HeaderValue::try_from(format!("public, max-age={seconds}"))
                .unwrap_or_else(|_| HeaderValue::from_static("no-cache")),
            Self::AskFirst => HeaderValue::from_static("no-cache"),
        }
    }
}

/// An answer made once and sent often: a file of the theme, discovery, JWKS.
#[derive(Clone, Debug)]
pub struct Prepared {
    bytes: Bytes,
    content_type: HeaderValue,
    etag: HeaderValue,
    caching: HeaderValue,
}

impl Prepared {
    /// An answer with these bytes. `etag` is an entity tag with its quotes; whoever changes the bytes changes it.
    pub fn new(bytes: Bytes, content_type: &'static str, etag: &str, caching: Caching) -> Self {
        Self {
            bytes,
            content_type: HeaderValue::from_static(content_type),
            etag: HeaderValue::from_str(etag).unwrap_or_else(|_| HeaderValue::from_static("W/\"\"")),
            caching: caching.header(),
        }
    }

    /// The answer to a request with `headers`: the bytes, or 304 if the browser has them (RFC 9110 §13.1.2).
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let mut response = if self.is_known(headers) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut whole = Response::new(Body::from(self.bytes.clone()));
            whole.headers_mut().insert(header::CONTENT_TYPE, self.content_type.clone());
            whole
        };
        response.headers_mut().insert(header::CACHE_CONTROL, self.caching.clone());
        response.headers_mut().insert(header::ETAG, self.etag.clone());
        response
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
        known.flat_map(|tags| tags.split(',')).map(str::trim).any(|tag| {
            // A proxy that compresses makes the tag weak; for GET that is as good (RFC 9110 §8.8.3.2).
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == self.etag.as_bytes()
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::to_bytes, http::Request};
    use tower::ServiceExt;

    use super::*;
    use crate::theme::ThemeConfig;

    fn answer(caching: Caching, if_none_match: Option<&str>) -> Response {
        let prepared = Prepared::new("a{}".into(), "text/css; charset=utf-8", "\"abc\"", caching);
        let known = if_none_match.map(|tag| (header::IF_NONE_MATCH, tag.parse().unwrap()));
        prepared.answer(&known.into_iter().collect())
    }

    #[test]
    fn bytes_are_sent_with_their_tag() {
        let response = answer(Caching::ForEver, None);
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(response.headers()[header::ETAG], "\"abc\"");
        for (caching, header) in [
            (Caching::ForEver, "public, max-age=31536000, immutable"),
            (Caching::Seconds(300), "public, max-age=300"),
            (Caching::AskFirst, "no-cache"),
        ] {
            assert_eq!(answer(caching, None).headers()[header::CACHE_CONTROL], header);
        }
    }

    #[test]
    fn who_has_them_is_told_so() {
        for tags in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            let response = answer(Caching::AskFirst, Some(tags));
            assert_eq!(response.status(), 304, "{tags}");
            assert_eq!(response.headers()[header::ETAG], "\"abc\"");
            assert!(!response.headers().contains_key(header::CONTENT_TYPE));
        }
        for tags in ["\"abcd\"", "abc", "", "W/"] {
            assert_eq!(answer(Caching::AskFirst, Some(tags)).status(), 200, "{tags}");
        }
    }

    #[tokio::test]
    async fn files_of_the_theme_are_found_and_nothing_else_is() {
        let theme = Theme::load(&ThemeConfig { dir: None, name: "default".to_owned() }).unwrap();
        let files = router(Arc::new(theme));
        let ask = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let (parts, body) = files.clone().oneshot(request).await.unwrap().into_parts();
            (parts.status.as_u16(), parts.headers, to_bytes(body, 1024 * 1024).await.unwrap())
        };
        let (status, headers, bytes) = ask("/theme/usher.css").await;
        assert_eq!((status, &headers[header::CACHE_CONTROL]), (200, &HeaderValue::from_static("no-cache")));
        assert!(bytes.len() > 1000);
        for path in ["/theme/", "/theme/../theme.toml", "/theme/%2e%2e/theme.toml", "/theme/layout.html", "/theme/x%00"]
        {
            assert_eq!(ask(path).await.0, 404, "{path}");
        }
    }
}
