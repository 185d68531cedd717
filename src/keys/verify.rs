//! What arrives, checked against the ring: size, type, algorithm bound to the key, signature, issuer, audience, time
//! (RFC 8725, security.md Q38, Q39, Q47).

use serde_json::{Map, Value};

use super::{ring::KeyRing, sign::Typ};
use crate::base::moment::Moment;

/// Longest token that is looked at, in bytes; ours stay below a quarter of it (prot P4).
pub const MAX_TOKEN_LEN: usize = 16 * 1024;

/// The claims of a verified token.
pub type Claims = Map<String, Value>;

/// What a token must say besides its signature.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'a> {
    /// `iss`, exactly.
    pub issuer: &'a str,
    /// A value that `aud` must be or hold; `None` where the caller decides by the claims (UserInfo, introspection).
    pub audience: Option<&'a str>,
    /// The present.
    pub now: Moment,
    /// What becomes of an expired token.
    pub expired: Expired,
}

/// What becomes of an expired token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expired {
    /// Refused.
    Refuse,
    /// Accepted: an `id_token_hint` may be old (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2).
    Accept,
}

/// Why a token is not one of ours, or not for this.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// Longer than [`MAX_TOKEN_LEN`].
    #[error("the token is too long")]
    TooLong,
    /// Not a JWS in compact form with a JSON object for claims, or an algorithm nobody knows.
    #[error("not a signed token")]
    Malformed,
    /// Another kind of token.
    #[error("a token of another type")]
    Type,
    /// An extension that must be understood and is not (RFC 7515 §4.1.11).
    #[error("the token demands an unknown extension")]
    Critical,
    /// No key of that id.
    #[error("signed with an unknown key")]
    UnknownKey,
    /// Not the algorithm of the key.
    #[error("not signed with the algorithm of its key")]
    Algorithm,
    /// The signature is not right.
    #[error("the signature is not right")]
    Signature,
    /// `iss` is another's.
    #[error("from another issuer")]
    Issuer,
    /// `aud` is another's.
    #[error("for another audience")]
    Audience,
    /// `exp` is past.
    #[error("expired")]
    Expired,
    /// `exp` is missing, or a time is not a number.
    #[error("without a usable lifetime")]
    Lifetime,
    /// `nbf` is to come.
    #[error("not valid yet")]
    NotYet,
}

impl KeyRing {
    /// Verifies a token that this issuer signed. Header members that bring a key along (`jku`, `jwk`, `x5u`, `x5c`) are
    /// never looked at: the key is found by `kid` among our own.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(&self, token: &str, typ: Typ, checks: Checks<'_>) -> Result<Claims, VerifyError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::TooLong);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| VerifyError::Malformed)?;
        if header.typ.as_deref() != Some(typ.name()) {
            return Err(VerifyError::Type);
        }
        if header.crit.is_some() {
            return Err(VerifyError::Critical);
        }
        let kid = header.kid.ok_or(VerifyError::UnknownKey)?;
        let verifier = self.verifiers.iter().find(|verifier| verifier.kid == kid).ok_or(VerifyError::UnknownKey)?;
        if header.alg != verifier.alg.jsonwebtoken() {
            return Err(VerifyError::Algorithm);
        }
        let decoded = jsonwebtoken::decode::<Claims>(token, &verifier.key, &verifier.validation);
        let claims = decoded.map_err(|_| VerifyError::Signature)?.claims;
        checks.apply(&claims)?;
        Ok(claims)
    }
}

impl Checks<'_> {
    fn apply(&self, claims: &Claims) -> Result<(), VerifyError> {
        if claims.get("iss").and_then(Value::as_str) != Some(self.issuer) {
            return Err(VerifyError::Issuer);
        }
        if self.audience.is_some_and(|wanted| !holds(claims.get("aud"), wanted)) {
            return Err(VerifyError::Audience);
        }
        let time = |name| match claims.get(name) {
            None => Ok(None),
            Some(value) => value.as_i64().map(|secs| Some(Moment::from_secs(secs))).ok_or(VerifyError::Lifetime),
        };
        let expires = time("exp")?.ok_or(VerifyError::Lifetime)?;
        if self.expired == Expired::Refuse && expires <= self.now {
            return Err(VerifyError::Expired);
        }
        if time("nbf")?.is_some_and(|from| from > self.now) {
            return Err(VerifyError::NotYet);
        }
        Ok(())
    }
}

/// `aud` is a string or an array of strings (RFC 7519 §4.1.3).
fn holds(aud: Option<&Value>, wanted: &str) -> bool {
    match aud {
        Some(Value::String(aud)) => aud == wanted,
        Some(Value::Array(aud)) => aud.iter().any(|aud| aud.as_str() == Some(wanted)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
