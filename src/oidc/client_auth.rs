//! Client authentication at the token endpoint and its kin (RFC 6749 §2.3, §3.2.1, §5.2).

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{
    client::{AuthMethod, Client, ClientSecret},
    error::{ErrorCode, OAuthError},
    params::{self, Params},
};
use crate::base::{moment::Moment, secret::Secret};

/// Padding is optional: clients of both habits exist, and nothing is compared in its encoded form.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Credentials as they arrived: exactly one mechanism.
pub struct Presented {
    /// The client they are for.
    pub client_id: String,
    method: AuthMethod,
    secret: Option<Secret<String>>,
}

impl Presented {
    /// The mechanism used.
    pub fn method(&self) -> AuthMethod {
        self.method
    }
}

/// Why a client could not be authenticated. It hears `invalid_client` and one sentence; the log hears this.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AuthFailure {
    /// No credentials and no `client_id`.
    #[error("no client authentication")]
    Missing,
    /// An `Authorization` header that is not Basic, or cannot be decoded.
    #[error("the Authorization header is not well-formed Basic credentials")]
    Malformed,
    /// A client assertion.
    #[error("client assertions are not supported")]
    Assertion,
    /// Nobody registered this `client_id`.
    #[error("there is no such client")]
    UnknownClient,
    /// The client is switched off.
    #[error("the client is not active")]
    Inactive,
    /// Another mechanism than the registered one (A9).
    #[error("the client is registered for {}, and used {}", .registered.as_str(), .used.as_str())]
    Method {
        /// What it registered.
        registered: AuthMethod,
        /// What it did.
        used: AuthMethod,
    },
    /// None of its secrets.
    #[error("the secret is wrong")]
    WrongSecret,
    /// A secret that worked once.
    #[error("the secret has expired")]
    ExpiredSecret,
}

impl From<AuthFailure> for OAuthError {
    fn from(_: AuthFailure) -> Self {
        Self::new(ErrorCode::InvalidClient, "client authentication failed")
    }
}

/// Reads the credentials of a request: the `Authorization` header as received, and the form body. Never the query (A4).
///
/// # Errors
/// `invalid_request` for two mechanisms at once (A6) or two client ids (A7), `invalid_client` for none.
pub fn presented(authorization: Option<&[u8]>, body: &Params) -> Result<Presented, OAuthError> {
    let basic = authorization.map(basic).transpose()?;
    let secret = body.get("client_secret");
    let assertion = body.get("client_assertion").or(body.get("client_assertion_type"));
    let mechanisms = [basic.is_some(), secret.is_some(), assertion.is_some()];
    if mechanisms.into_iter().filter(|used| *used).count() > 1 {
        return Err(invalid("only one way of client authentication can be used at a time"));
    }
    if assertion.is_some() {
        return Err(AuthFailure::Assertion.into());
    }
    let named = body.get("client_id");
    match (basic, named) {
        (Some(basic), Some(named)) if basic.client_id != named => Err(invalid("two different clients are named")),
        (Some(basic), _) => Ok(basic),
        (None, None) => Err(AuthFailure::Missing.into()),
        (None, Some(named)) => {
            let method = if secret.is_some() { AuthMethod::ClientSecretPost } else { AuthMethod::None };
            let secret = secret.map(|secret| Secret::new(secret.to_owned()));
            Ok(Presented { client_id: named.to_owned(), method, secret })
        }
    }
}

/// `Basic base64(form(client_id) ":" form(client_secret))` (RFC 6749 §2.3.1, Appendix B): decoded in this order, so that either
/// part may hold a colon.
fn basic(header: &[u8]) -> Result<Presented, AuthFailure> {
    let text = str::from_utf8(header).map_err(|_| AuthFailure::Malformed)?;
    let (scheme, encoded) = text.trim().split_once(' ').ok_or(AuthFailure::Malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(AuthFailure::Malformed);
    }
    let pair = BASE64.decode(encoded.trim()).map_err(|_| AuthFailure::Malformed)?;
    let mut halves = pair.splitn(2, |b| *b == b':');
    let (Some(id), Some(secret)) = (halves.next(), halves.next()) else { return Err(AuthFailure::Malformed) };
    let decode = |part| params::decode(part).map_err(|_| AuthFailure::Malformed);
    let (client_id, secret) = (decode(id)?, decode(secret)?);
    if client_id.is_empty() {
        return Err(AuthFailure::Malformed);
    }
    Ok(Presented { client_id, method: AuthMethod::ClientSecretBasic, secret: Some(Secret::new(secret)) })
}

/// Checks what was presented against the client it names; `None`: there is no such client.
/// A public client only names itself, which proves nothing: what it may do is decided elsewhere.
pub fn authenticate(presented: &Presented, client: Option<&Client>, now: Moment) -> Result<(), AuthFailure> {
    // Hashed in any case, so that an unknown client costs what a known one does.
    let hash = presented.secret.as_ref().map(|secret| ClientSecret::hash(secret.expose()));
    let client = client.ok_or(AuthFailure::UnknownClient)?;
    if !client.is_active() {
        return Err(AuthFailure::Inactive);
    }
    let registered = client.metadata().token_endpoint_auth_method;
    if presented.method != registered {
        return Err(AuthFailure::Method { registered, used: presented.method });
    }
    let Some(hash) = hash else { return Ok(()) };
    // Every secret is compared, so that time does not tell which one matched.
    let (mut live, mut expired) = (false, false);
    for secret in client.secrets() {
        let same = hash.matches(&secret.hash);
        live |= same & secret.is_live(now);
        expired |= same & !secret.is_live(now);
    }
    match (live, expired) {
        (true, _) => Ok(()),
        (false, true) => Err(AuthFailure::ExpiredSecret),
        (false, false) => Err(AuthFailure::WrongSecret),
    }
}

fn invalid(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest, description)
}

#[cfg(test)]
mod tests;
