//! The token endpoint (RFC 6749 §3.2): authenticates the client and hands over to the grant.

use std::sync::Arc;

use crate::{
    flow::{
        authenticate_client::authenticate_client,
        client_credentials::client_credentials,
        error::{FlowError, ProtocolError},
        issue_tokens::Tokens,
        node::Node,
        redeem_code::redeem_code,
        refresh::refresh,
        snapshot::Snapshot,
    },
    oidc::{
        client::{AccessTokenFormat, Client, GrantType},
        error::{ErrorCode, OAuthError},
        params::Params,
    },
};

/// Answers a token request.
pub async fn token(node: &Node, authorization: Option<&[u8]>, params: &Params) -> Result<Tokens, ProtocolError> {
    let snapshot = node.snapshot().await?;
    let client = authenticate_client(&snapshot, authorization, params, node.now())?;
    let name = params.require("grant_type")?;
    match GrantType::parse(name) {
        Some(grant @ GrantType::AuthorizationCode) => {
            allowed(&client, grant)?;
            let snapshot = with_keys(node, &client).await?;
            redeem_code(node, &snapshot, &client, params).await
        }
        Some(grant @ GrantType::RefreshToken) => {
            allowed(&client, grant)?;
            let snapshot = with_keys(node, &client).await?;
            refresh(node, &snapshot, &client, params).await
        }
        Some(grant @ GrantType::ClientCredentials) => {
            allowed(&client, grant)?;
            client_credentials(node, &snapshot, &client, params).await
        }
        _ => Err(OAuthError::new(ErrorCode::UnsupportedGrantType, "this grant type is not supported").into()),
    }
}

/// A new installation may still be making its first RSA key, and whoever stores it needs SQLite's one writer: nobody
/// may wait for it inside a transaction. The catalog that holds the keys goes on with the request.
async fn with_keys(node: &Node, client: &Client) -> Result<Arc<Snapshot>, FlowError> {
    let metadata = client.metadata();
    node.signer(metadata.id_token_signed_response_alg).await?;
    if metadata.access_token_format == AccessTokenFormat::Jwt {
        node.signer(metadata.access_token_signed_response_alg).await?;
    }
    node.snapshot().await
}

/// C1: a grant the client has not registered is not for it.
fn allowed(client: &Client, grant: GrantType) -> Result<(), OAuthError> {
    match client.allows_grant(grant) {
        true => Ok(()),
        false => Err(OAuthError::new(ErrorCode::UnauthorizedClient, "the client may not use this grant type")),
    }
}
