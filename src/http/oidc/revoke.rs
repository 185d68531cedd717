//! `/oauth2/revoke` (RFC 7009).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    flow::revoke::revoke,
    http::{oidc::request::ProtocolRequest, state::SharedWeb},
};

/// Answers a revocation request: 200 and nothing else (J1).
pub async fn post(State(web): State<SharedWeb>, request: ProtocolRequest) -> Response {
    match revoke(&web.node, request.authorization(), &request.params).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => request.respond_error(&web, error),
    }
}
