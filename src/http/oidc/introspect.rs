//! `/oauth2/introspect` (RFC 7662).

use axum::{extract::State, http::StatusCode, response::Response};

use crate::{
    flow::introspect::introspect,
    http::{
        oidc::request::{ProtocolRequest, json},
        state::SharedWeb,
    },
};

/// Answers an introspection request.
pub async fn post(State(web): State<SharedWeb>, request: ProtocolRequest) -> Response {
    match introspect(&web.node, request.authorization(), &request.params).await {
        Ok(body) => json(StatusCode::OK, body),
        Err(error) => request.respond_error(&web, error),
    }
}
