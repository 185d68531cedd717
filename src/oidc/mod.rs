//! The rules of OAuth 2 and OpenID Connect as pure functions: (facts, now) → decision.
//!
//! What arrives: [`params`] decodes, [`client_auth`] and [`bearer_auth`] read credentials, [`authorize`] checks an authorization
//! request against a [`client`] with the help of [`scope`], [`prompt`], [`claims_request`], [`resource`], [`pkce`] and
//! [`redirect_uri`]; [`logout`] reads a request to sign out.
//!
//! What is decided: [`code`] and [`refresh`] say what a grant still buys, [`introspect`] who may see a token,
//! [`id_token_hint`] what an old ID token is good for.
//!
//! What leaves: [`facts`] become [`claims`] and these an [`id_token`], an [`access_token`] or a [`userinfo`] answer;
//! [`token_response`], [`response_mode`], [`error`] and [`discovery`] are the envelopes.

pub mod access_token;
pub mod authorize;
pub mod bearer_auth;
pub mod claims;
pub mod claims_request;
pub mod client;
pub mod client_auth;
pub mod code;
pub mod discovery;
pub mod error;
pub mod facts;
pub mod id_token;
pub mod id_token_hint;
pub mod introspect;
pub mod logout;
pub mod params;
pub mod pkce;
pub mod prompt;
pub mod redirect_uri;
pub mod refresh;
pub mod resource;
pub mod response_mode;
pub mod scope;
pub mod token_response;
pub mod userinfo;

#[cfg(test)]
mod testing;
