//! The rules of OAuth 2 and OpenID Connect as pure functions: (facts, now) → decision.
//!
//! What arrives: [`params`] decodes, [`client_auth`] and [`bearer_auth`] read credentials, [`authorize`] checks an authorization
//! request against a [`client`] with the help of [`scope`], [`prompt`], [`claims_request`], [`resource`], [`pkce`] and
//! [`redirect_uri`].

pub mod authorize;
pub mod claims;
pub mod claims_request;
pub mod client;
pub mod error;
pub mod params;
pub mod pkce;
pub mod prompt;
pub mod redirect_uri;
pub mod resource;
pub mod response_mode;
pub mod scope;

#[cfg(test)]
mod testing;
