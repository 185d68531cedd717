//! Metadata and keys: `/.well-known/openid-configuration` (OpenID Discovery §4), `/.well-known/oauth-authorization-server`
//! (RFC 8414 §3), `/.well-known/jwks.json` (RFC 7517 §5).

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::Response,
};

use crate::{
    flow::demand::highest_acr,
    http::{assets::Cacheable, oidc::request::respond_error, state::SharedWeb},
};

/// Metadata changes with the program and with `mfa.methods`, keys with their rotation.
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// Until every algorithm has its first key the document is about to change (performance.md 13).
const NOT_CACHED: HeaderValue = HeaderValue::from_static("no-cache");

/// The metadata document. What it promises of second factors follows `mfa.methods` (N7).
pub async fn metadata(State(web): State<SharedWeb>, headers: HeaderMap) -> Response {
    let snapshot = match web.node.snapshot().await {
        Ok(snapshot) => snapshot,
        Err(error) => return respond_error(error.into(), &web.node.issuer),
    };
    let metadata = web.metadata(highest_acr(&web.node, &snapshot));
    document(&headers, metadata.body.clone(), &metadata.etag, CACHED)
}

/// The public keys.
pub async fn jwks(State(web): State<SharedWeb>, headers: HeaderMap) -> Response {
    let snapshot = match web.node.snapshot().await {
        Ok(snapshot) => snapshot,
        Err(error) => return respond_error(error.into(), &web.node.issuer),
    };
    let ring = &snapshot.ring;
    let caching = if ring.is_complete() { CACHED } else { NOT_CACHED };
    document(&headers, ring.jwks().body.clone(), &ring.jwks().etag, caching)
}

fn document(headers: &HeaderMap, bytes: Bytes, etag: &str, caching: HeaderValue) -> Response {
    Cacheable { bytes, content_type: "application/json", etag, caching }.answer(headers)
}
