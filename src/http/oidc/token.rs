//! `/oauth2/token` (RFC 6749 §3.2).

use axum::{extract::State, http::StatusCode, response::Response};

use crate::{
    flow::{issue_tokens::Tokens, token::token},
    http::{
        oidc::request::{ProtocolRequest, json},
        state::SharedWeb,
    },
    oidc::{client::GrantType, token_response::TokenResponse},
    telemetry::metrics,
};

/// Answers a token request.
pub async fn post(State(web): State<SharedWeb>, request: ProtocolRequest) -> Response {
    match token(&web.node, request.authorization(), &request.params).await {
        Ok(tokens) => {
            metrics::tokens_issued(grant_type(&request));
            answer(&tokens)
        }
        Err(error) => request.respond_error(&web, error),
    }
}

/// The grant type as a label: only what was granted comes here.
fn grant_type(request: &ProtocolRequest) -> &'static str {
    request.params.get("grant_type").and_then(GrantType::parse).map_or("other", GrantType::as_str)
}

fn answer(tokens: &Tokens) -> Response {
    let mut response = TokenResponse::bearer(tokens.access_token.expose(), tokens.lifetime, &tokens.scope);
    response.refresh_token = tokens.refresh_token.as_ref().map(|token| token.expose().as_str());
    response.id_token = tokens.id_token.as_ref().map(|token| token.expose().as_str());
    json(StatusCode::OK, serde_json::to_vec(&response).unwrap_or_default())
}
