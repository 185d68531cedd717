//! Which other origins a script may call us from (protocol.md A18). Laid around single routes; authorize has none.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

/// Whether an origin is one of a client's `cors_origins`, by default those of its redirect URIs. Which client calls is
/// not known before it has authenticated, so an origin registered by any enabled client passes; the answer itself
/// still takes that client's credentials or token, and never a cookie.
pub type RegisteredOrigin = Arc<dyn Fn(&str) -> bool + Send + Sync>;

const DPOP: HeaderName = HeaderName::from_static("dpop");
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
/// Browsers ask again after two hours at most.
const PREFLIGHT_AGE: Duration = Duration::from_secs(7200);

/// For token, revocation and userinfo: registered origins only, without credentials of the browser.
pub fn registered<const N: usize>(methods: [Method; N], is_registered: RegisteredOrigin) -> CorsLayer {
    let passes = move |origin: &HeaderValue, _: &axum::http::request::Parts| {
        origin.to_str().is_ok_and(|origin| origin != "null" && is_registered(origin))
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(passes))
        .allow_methods(methods)
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, DPOP])
        .expose_headers([DPOP_NONCE, header::WWW_AUTHENTICATE])
        .max_age(PREFLIGHT_AGE)
}

/// For discovery and JWKS, which are the same for everybody.
pub fn public() -> CorsLayer {
    CorsLayer::new().allow_origin(Any).allow_methods([Method::GET]).max_age(PREFLIGHT_AGE)
}

#[cfg(test)]
mod tests {
    use axum::{
        Router,
        body::Body,
        http::{HeaderMap, Request},
        routing::{get, post},
    };
    use tower::ServiceExt;

    use super::*;

    async fn ask(method: Method, path: &str, origin: &str) -> (u16, HeaderMap) {
        let portal: RegisteredOrigin = Arc::new(|origin| origin == "https://portal.example");
        let router = Router::new()
            .route("/token", post(async || "t").layer(registered([Method::POST], portal)))
            .route("/jwks", get(async || "j").layer(public()))
            .route("/authorize", get(async || "a"));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .body(Body::empty());
        let response = router.oneshot(request.unwrap()).await.unwrap();
        (response.status().as_u16(), response.headers().clone())
    }

    const ALLOW: &str = "access-control-allow-origin";

    #[tokio::test]
    async fn prot_a18_registered_origins_may_call_and_read() {
        let (status, headers) = ask(Method::OPTIONS, "/token", "https://portal.example").await;
        assert_eq!((status, &headers[ALLOW]), (200, &HeaderValue::from_static("https://portal.example")));
        assert_eq!(headers["access-control-allow-methods"], "POST");
        assert_eq!(headers["access-control-allow-headers"], "authorization,content-type,dpop");
        let (status, headers) = ask(Method::POST, "/token", "https://portal.example").await;
        assert_eq!((status, &headers[ALLOW]), (200, &HeaderValue::from_static("https://portal.example")));
        assert_eq!(headers["access-control-expose-headers"], "dpop-nonce,www-authenticate");
        assert!(headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin")));
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }

    #[tokio::test]
    async fn prot_a18_other_origins_may_not() {
        for origin in ["https://evil.example", "null", "https://portal.example.evil.example", "http://portal.example"] {
            for method in [Method::OPTIONS, Method::POST] {
                let (_, headers) = ask(method, "/token", origin).await;
                assert!(!headers.contains_key(ALLOW), "{origin}");
            }
        }
    }

    #[tokio::test]
    async fn prot_a18_metadata_is_for_everybody_and_authorize_for_nobody() {
        assert_eq!(ask(Method::GET, "/jwks", "https://any.example").await.1[ALLOW], "*");
        for (method, status) in [(Method::GET, 200), (Method::OPTIONS, 405)] {
            let (answered, headers) = ask(method, "/authorize", "https://portal.example").await;
            assert_eq!((answered, headers.contains_key(ALLOW)), (status, false));
        }
    }
}
