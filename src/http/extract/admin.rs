//! Permissions as types: a handler that takes [`SettingsAdmin`] is reached by administrators of settings alone.

use std::{marker::PhantomData, ops::Deref};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use crate::{
    flow::administrator::{Administrator, administrator},
    http::{oidc::request::respond_error, state::SharedWeb},
    identity::admin_role::Role,
    oidc::{
        bearer_auth::{self, BearerError},
        error::bearer_challenge,
        params::Params,
    },
};

/// A permission: the scope that the token needs, and the roles of which its subject holds one.
pub trait Permission: Send + Sync + 'static {
    /// The scope.
    const SCOPE: &'static str;
    /// The roles.
    const ROLES: &'static [Role];
}

/// To change settings, templates among them (domain.md 7: system administrators alone).
pub struct WriteSettings;

impl Permission for WriteSettings {
    const SCOPE: &'static str = "admin:settings";
    const ROLES: &'static [Role] = &[Role::SystemAdmin];
}

/// To read settings: auditors may as well.
pub struct ReadSettings;

impl Permission for ReadSettings {
    const SCOPE: &'static str = "admin:settings";
    const ROLES: &'static [Role] = &[Role::SystemAdmin, Role::Auditor];
}

/// Somebody who holds the permission `P`, checked against the database for this request (D22).
pub struct Admin<P>(Administrator, PhantomData<P>);

/// Somebody who may change settings.
pub type SettingsAdmin = Admin<WriteSettings>;
/// Somebody who may read settings.
pub type SettingsReader = Admin<ReadSettings>;

impl<P> Deref for Admin<P> {
    type Target = Administrator;

    fn deref(&self) -> &Administrator {
        &self.0
    }
}

impl<P: Permission> FromRequestParts<SharedWeb> for Admin<P> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &SharedWeb) -> Result<Self, Response> {
        let issuer = &web.node.issuer;
        let query = Params::parse(parts.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        let authorization = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        // Never by cookie: another site's page cannot send this header.
        let token = match bearer_auth::access_token(authorization, None, &query) {
            Ok(token) => token,
            Err(BearerError::Missing) => return Err(challenge(issuer)),
            Err(BearerError::Refused(error)) => return Err(respond_error(error.into(), issuer)),
        };
        match administrator(&web.node, token, P::SCOPE, P::ROLES).await {
            Ok(administrator) => Ok(Self(administrator, PhantomData)),
            Err(error) => Err(respond_error(error, issuer)),
        }
    }
}

/// No credentials: a challenge without an error code (RFC 6750 §3.1).
fn challenge(issuer: &str) -> Response {
    let challenge =
        HeaderValue::try_from(bearer_challenge(issuer)).unwrap_or_else(|_| HeaderValue::from_static("Bearer"));
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}
