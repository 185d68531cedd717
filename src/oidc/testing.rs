//! What this folder's tests share.

use super::client::{AuthMethod, Client, ClientMetadata, ClientSecret};

/// The secret of [`client`].
pub(crate) const SECRET: &str = "s3cret";

/// Metadata of a confidential portal.
pub(crate) fn metadata() -> ClientMetadata {
    serde_json::from_value(serde_json::json!({
        "client_id": "portal",
        "client_name": "Acme Portal",
        "redirect_uris": ["https://portal.example/callback"],
        "post_logout_redirect_uris": ["https://portal.example/"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile email address customer:* customers permissions offline_access",
    }))
    .unwrap()
}

/// An active client with [`SECRET`], after `change`.
pub(crate) fn client(change: impl FnOnce(&mut ClientMetadata)) -> Client {
    let mut metadata = metadata();
    change(&mut metadata);
    let secret = ClientSecret { hash: ClientSecret::hash(SECRET).text().to_owned(), expires_at: None };
    let public = metadata.token_endpoint_auth_method == AuthMethod::None;
    Client::new(metadata, true, if public { Vec::new() } else { vec![secret] }).unwrap()
}
