//! Clients: the metadata they registered (RFC 7591 §2) and what requests want to know of it at once.

mod metadata;
mod uris;
mod validate;

pub use metadata::{
    AccessTokenFormat, AuthMethod, ClientMetadata, ConsentPolicy, DeviceCapPolicy, Environment, GrantType,
    ResponseMode, SigningAlg, SubjectKind,
};
pub use uris::form_action_source;
pub use validate::MetadataError;

use crate::base::{bearer::BearerHash, moment::Moment};

use super::{error::OAuthError, redirect_uri, scope::ScopeSet};

/// The hash of one client secret. A client may have several while one replaces another.
#[derive(Clone, Debug)]
pub struct ClientSecret {
    /// [`ClientSecret::hash`] of the secret, as stored.
    pub hash: String,
    /// When it stops to work; `None`: never.
    pub expires_at: Option<Moment>,
}

impl ClientSecret {
    /// What the database keeps of a secret: SHA-256 under the prefix `cs`. Secrets are 256 random bits, so no slow hash is needed
    /// (security.md S1).
    pub fn hash(value: &str) -> BearerHash {
        BearerHash::of("cs", value)
    }

    /// Whether the secret still works.
    pub fn is_live(&self, now: Moment) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// `client_id` of our own pages where people are signed in. Nobody can register it.
pub const OWN: &str = "usher:account";

/// A client as requests meet it: checked metadata, parsed once.
#[derive(Clone, Debug)]
pub struct Client {
    metadata: ClientMetadata,
    active: bool,
    epoch: i64,
    secrets: Vec<ClientSecret>,
    scopes: ScopeSet,
    cors_origins: Vec<String>,
    form_action: Vec<String>,
}

impl Client {
    /// Takes checked metadata and derives the rest.
    ///
    /// # Errors
    /// Whatever [`ClientMetadata::validate`] finds: a client that breaks a rule cannot exist in memory either.
    pub fn new(metadata: ClientMetadata, active: bool, secrets: Vec<ClientSecret>) -> Result<Self, MetadataError> {
        metadata.validate()?;
        let refused = |error: OAuthError| MetadataError { field: "scope", message: error.description().to_owned() };
        let scopes = ScopeSet::parse(&metadata.scope).map_err(refused)?;
        let cors_origins = uris::cors_origins(&metadata);
        let form_action = uris::form_action_sources(&metadata);
        Ok(Self { metadata, active, epoch: 0, secrets, scopes, cors_origins, form_action })
    }

    /// The pages of the account, as the sign-in sees them: a client that nobody registered and that is given nothing but a
    /// way back. `home` is the page that it begins at.
    ///
    /// # Errors
    /// If `home` could not be a redirect URI.
    pub fn own(home: &str) -> Result<Self, MetadataError> {
        let metadata: ClientMetadata = serde_json::from_value(serde_json::json!({
            "client_id": "account",
            "redirect_uris": [home],
            "grant_types": ["authorization_code"],
            "scope": "openid",
            "first_party": true,
            "consent": "none",
        }))
        .map_err(|error| MetadataError { field: "client_id", message: error.to_string() })?;
        let mut client = Self::new(metadata, true, Vec::new())?;
        client.metadata.client_id = OWN.to_owned();
        Ok(client)
    }

    /// Whether this is [`Client::own`].
    pub fn is_own(&self) -> bool {
        self.id() == OWN
    }

    /// The client as it stands after it was switched off `epoch` times.
    #[must_use]
    pub fn in_epoch(self, epoch: i64) -> Self {
        Self { epoch, ..self }
    }

    /// `client_id`.
    pub fn id(&self) -> &str {
        &self.metadata.client_id
    }

    /// The name people read; the id, if none was registered.
    pub fn name(&self) -> &str {
        self.metadata.client_name.as_deref().unwrap_or(self.id())
    }

    /// What was registered.
    pub fn metadata(&self) -> &ClientMetadata {
        &self.metadata
    }

    /// Whether the client may be used at all.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// How often it was switched off: what it was granted in an earlier epoch is dead for good (domain.md 3).
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Its secrets, expired ones included.
    pub fn secrets(&self) -> &[ClientSecret] {
        &self.secrets
    }

    /// The scopes it registered.
    pub fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// Whether it has no way to prove who it is (RFC 6749 §2.1).
    pub fn is_public(&self) -> bool {
        self.metadata.token_endpoint_auth_method == AuthMethod::None
    }

    /// Whether every code request needs a challenge: always for a public client (B11, D21).
    pub fn requires_pkce(&self) -> bool {
        self.metadata.require_pkce || self.is_public()
    }

    /// Whether a person must act for a company here, asked for or not. One subject per company needs a company.
    pub fn requires_customer(&self) -> bool {
        self.metadata.requires_customer || self.metadata.subject == SubjectKind::Reference
    }

    /// Whether the grant was registered (C1).
    pub fn allows_grant(&self, grant: GrantType) -> bool {
        self.metadata.grant_types.contains(&grant)
    }

    /// Whether the response mode was registered (Q22).
    pub fn allows_response_mode(&self, mode: ResponseMode) -> bool {
        self.metadata.response_modes.contains(&mode)
    }

    /// Whether this redirect URI is one of its own (D20).
    pub fn allows_redirect_uri(&self, received: &str) -> bool {
        self.metadata.redirect_uris.iter().any(|registered| redirect_uri::matches(received, registered))
    }

    /// Whether this is one of its post-logout redirect URIs: exact strings, loopback ports as for redirects (M4).
    pub fn allows_post_logout_redirect_uri(&self, received: &str) -> bool {
        self.metadata.post_logout_redirect_uris.iter().any(|registered| redirect_uri::matches(received, registered))
    }

    /// Whether scripts of `origin` may call the protocol's endpoints (A18); on any port, if a loopback address is registered.
    pub fn allows_cors_origin(&self, origin: &str) -> bool {
        self.cors_origins.iter().any(|known| redirect_uri::matches(origin, known))
    }

    /// The CSP `form-action` sources that sign-in pages of this client need beside `'self'` (security.md S4).
    pub fn form_action_sources(&self) -> &[String] {
        &self.form_action
    }
}

#[cfg(test)]
mod tests;
