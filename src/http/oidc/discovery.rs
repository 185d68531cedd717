//! Metadata and keys: `/.well-known/openid-configuration` (OpenID Discovery §4), `/.well-known/oauth-authorization-server`
//! (RFC 8414 §3), `/.well-known/jwks.json` (RFC 7517 §5).

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::http::{error::Trouble, oidc::request::json, state::SharedWeb};

/// Metadata changes with the program only, keys with their rotation.
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// Until every algorithm has its first key the document is about to change (performance.md 13).
const NOT_CACHED: HeaderValue = HeaderValue::from_static("no-cache");

/// The metadata document, built once.
pub async fn metadata(State(web): State<SharedWeb>, headers: HeaderMap) -> Response {
    document(&headers, web.metadata.body.clone(), &web.metadata.etag, CACHED)
}

/// The public keys.
pub async fn jwks(State(web): State<SharedWeb>, headers: HeaderMap) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let ring = &snapshot.ring;
    let caching = if ring.is_complete() { CACHED } else { NOT_CACHED };
    Ok(document(&headers, ring.jwks().body.clone(), &ring.jwks().etag, caching))
}

fn document(headers: &HeaderMap, body: Bytes, etag: &str, caching: HeaderValue) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { json(StatusCode::OK, body) };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, caching);
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}
