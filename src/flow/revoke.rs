//! Token revocation (RFC 7009).

use crate::{
    base::{
        bearer::{self, BearerKind},
        moment::Moment,
    },
    flow::{
        access_token, authenticate_client::authenticate_client, error::ProtocolError, node::Node, refresh::refresh_key,
        snapshot::Snapshot,
    },
    oidc::{
        access_token::AccessToken,
        client::Client,
        error::{ErrorCode, OAuthError},
        params::Params,
        refresh::Presented,
    },
    store::{self, Tx},
};

/// Revokes what the client presents; what nobody knows is revoked already (J1). The hint is not needed: the form of a
/// token tells its type (J2).
pub async fn revoke(node: &Node, authorization: Option<&[u8]>, params: &Params) -> Result<(), ProtocolError> {
    let now = node.now();
    let snapshot = node.snapshot().await?;
    let client = authenticate_client(&snapshot, authorization, params, now)?;
    let token = params.require("token")?;
    if let Some(presented) = Presented::parse(token) {
        return revoke_family(node, &snapshot, &client, &presented, now).await;
    }
    if bearer::read(BearerKind::Code, token).is_some() {
        return Err(OAuthError::new(ErrorCode::UnsupportedTokenType, "a code is not a token").into());
    }
    match access_token::read(node, &snapshot, token, now).await? {
        Some(token) => revoke_access(node, &client, &token).await,
        None => Ok(()),
    }
}

/// The whole grant: its access tokens die with it (J4).
async fn revoke_family(
    node: &Node,
    snapshot: &Snapshot,
    client: &Client,
    presented: &Presented<'_>,
    now: Moment,
) -> Result<(), ProtocolError> {
    let mut tx = node.db.write().await?;
    let Some(grant) = store::grant::find(&mut tx, presented.family).await? else { return Ok(tx.rollback().await?) };
    // A forged token is an unknown one: nothing is said about whose family it names.
    if refresh_key(snapshot, presented, &grant.client_id).is_none() {
        return Ok(tx.rollback().await?);
    }
    own(client, &grant.client_id)?;
    store::grant::revoke(&mut tx, grant.id, "revoked by the client", now).await?;
    Ok(tx.commit().await?)
}

async fn revoke_access(node: &Node, client: &Client, token: &AccessToken) -> Result<(), ProtocolError> {
    own(client, &token.client_id)?;
    let mut tx: Tx = node.db.write().await?;
    store::token::revoke(&mut tx, &token.jti, Moment::from_secs(token.exp)).await?;
    Ok(tx.commit().await?)
}

/// J3: another client's token is never revoked.
fn own(client: &Client, client_id: &str) -> Result<(), OAuthError> {
    match client.id() == client_id {
        true => Ok(()),
        false => Err(OAuthError::new(ErrorCode::InvalidRequest, "the token was not issued to this client")),
    }
}
