//! Who a protocol request comes from (RFC 6749 §2.3). Every endpoint that clients call asks here first.

use std::sync::Arc;

use crate::{
    base::moment::Moment,
    flow::{error::ProtocolError, snapshot::Snapshot},
    oidc::{
        client::Client,
        client_auth::{self, AuthFailure},
        error::OAuthError,
        params::Params,
    },
};

/// The client that sent this request, authenticated by the one method it registered.
///
/// # Errors
/// `invalid_client` with one text for whatever is wrong; `invalid_request` for two mechanisms in one request (A6).
pub fn authenticate_client(
    snapshot: &Snapshot,
    authorization: Option<&[u8]>,
    params: &Params,
    now: Moment,
) -> Result<Arc<Client>, ProtocolError> {
    let presented = client_auth::presented(authorization, params)?;
    let client = snapshot.client(&presented.client_id);
    let outcome = client_auth::authenticate(&presented, client.as_deref(), now);
    if let Err(failure) = outcome {
        tracing::info!(client_id = presented.client_id, %failure, "client authentication failed");
    }
    outcome.map_err(OAuthError::from)?;
    Ok(client.ok_or_else(|| OAuthError::from(AuthFailure::UnknownClient))?)
}
