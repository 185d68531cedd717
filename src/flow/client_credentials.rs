//! The client credentials grant (RFC 6749 §4.4): a token for the client itself. A JWT needs no row at all.

use std::sync::Arc;

use crate::{
    flow::{
        error::ProtocolError,
        issue_tokens::{Tokens, issue_service_token},
        node::Node,
        snapshot::Snapshot,
    },
    oidc::{
        client::Client,
        error::{ErrorCode, OAuthError},
        params::Params,
        resource, scope,
    },
};

/// Issues a service token.
///
/// # Errors
/// `unauthorized_client` for a public client (F1), `invalid_scope` for scopes that need a person (F3).
pub async fn client_credentials(
    node: &Node,
    snapshot: &Snapshot,
    client: &Arc<Client>,
    params: &Params,
) -> Result<Tokens, ProtocolError> {
    if client.is_public() {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "a public client cannot act for itself").into());
    }
    let scopes = scope::for_service(params.get("scope"), client.scopes())?;
    let resources = resource::requested(params, client)?;
    let audience = resource::audience(&resources, client, &node.issuer);
    issue_service_token(node, snapshot, client, &scopes, &audience, node.now()).await
}
