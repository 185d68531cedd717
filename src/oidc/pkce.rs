//! Proof key for code exchange: S256 and nothing else (RFC 7636; D21).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::{
    error::{ErrorCode, OAuthError},
    params::Params,
};

/// The `code_challenge` of an authorization request, method S256 (RFC 7636 §4.2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads the challenge of a request; `None` if there is none and none is required.
    ///
    /// # Errors
    /// `invalid_request` where one is required and missing (B11), for the method `plain`, which is also what an absent method means,
    /// for a malformed challenge and for a method without a challenge (B12).
    pub fn from_request(params: &Params, required: bool) -> Result<Option<Self>, OAuthError> {
        match (params.get("code_challenge"), params.get("code_challenge_method")) {
            (None, None) if required => Err(invalid("this client must send a code_challenge")),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(invalid("code_challenge_method without code_challenge")),
            (Some(challenge), Some("S256")) if is_well_formed(challenge) => Ok(Some(Self(challenge.to_owned()))),
            (Some(_), Some("S256")) => Err(invalid("the code_challenge is malformed")),
            (Some(_), _) => Err(invalid("code_challenge_method must be S256")),
        }
    }

    /// The challenge as sent, for the code's row.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A challenge read back from the code's row.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }
}

/// Why a verifier was refused. The client hears `invalid_grant` whichever it was; the log says more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PkceError {
    /// There was a challenge and no verifier came.
    #[error("the code_verifier is missing")]
    Missing,
    /// Not 43 to 128 unreserved characters (RFC 7636 §4.1).
    #[error("the code_verifier is malformed")]
    Malformed,
    /// Its hash is not the challenge.
    #[error("the code_verifier does not match the code_challenge")]
    Mismatch,
    /// The verifier is the challenge itself: the client hashed nothing, or took `plain` for granted.
    #[error("the code_verifier is the code_challenge itself, not what was hashed")]
    NotHashed,
    /// A verifier without a challenge: a downgrade (RFC 9700 §4.8.2).
    #[error("a code_verifier was sent, but there was no code_challenge")]
    Unexpected,
}

/// Checks the verifier of a token request against the challenge of the authorization request (C6, C7).
pub fn verify(verifier: Option<&str>, challenge: Option<&CodeChallenge>) -> Result<(), PkceError> {
    let (verifier, challenge) = match (verifier, challenge) {
        (None, None) => return Ok(()),
        (Some(_), None) => return Err(PkceError::Unexpected),
        (None, Some(_)) => return Err(PkceError::Missing),
        (Some(verifier), Some(challenge)) => (verifier, challenge.as_str()),
    };
    if !is_well_formed(verifier) {
        return Err(PkceError::Malformed);
    }
    let hashed = URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes()));
    if bool::from(hashed.as_bytes().ct_eq(challenge.as_bytes())) {
        Ok(())
    } else if verifier == challenge {
        Err(PkceError::NotHashed)
    } else {
        Err(PkceError::Mismatch)
    }
}

/// 43 to 128 unreserved characters (RFC 7636 §4.1, §4.2; RFC 3986 §2.3).
fn is_well_formed(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}

fn invalid(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 Appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn request(challenge: &str, method: &str, required: bool) -> Result<Option<CodeChallenge>, ErrorCode> {
        let params = [("code_challenge", challenge), ("code_challenge_method", method)].into_iter().collect();
        CodeChallenge::from_request(&params, required).map_err(|e| e.code())
    }

    #[test]
    fn prot_b11_sec_q04_a_required_challenge_must_be_sent() {
        assert_eq!(request("", "", true), Err(ErrorCode::InvalidRequest));
        assert_eq!(request("", "", false), Ok(None));
    }

    #[test]
    fn prot_b12_plain_malformed_and_lonely_methods_are_invalid_request() {
        let long = "a".repeat(129);
        for (challenge, method) in [
            (CHALLENGE, ""),
            (CHALLENGE, "plain"),
            (CHALLENGE, "s256"),
            (CHALLENGE, "S512"),
            ("", "S256"),
            ("", "plain"),
            ("short", "S256"),
            (&long, "S256"),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "S256"),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=", "S256"),
        ] {
            for required in [true, false] {
                assert_eq!(
                    request(challenge, method, required),
                    Err(ErrorCode::InvalidRequest),
                    "{challenge} {method}"
                );
            }
        }
        assert!(request(CHALLENGE, "S256", true).unwrap().is_some());
        assert!(request(&"a".repeat(128), "S256", true).unwrap().is_some());
    }

    #[test]
    fn prot_c6_a_missing_wrong_or_malformed_verifier_is_refused() {
        let challenge = CodeChallenge(CHALLENGE.into());
        let verify = |verifier: Option<&str>| verify(verifier, Some(&challenge));
        assert_eq!(verify(Some(VERIFIER)), Ok(()));
        assert_eq!(verify(None), Err(PkceError::Missing));
        assert_eq!(verify(Some(&VERIFIER.replace('d', "e"))), Err(PkceError::Mismatch));
        assert_eq!(verify(Some(CHALLENGE)), Err(PkceError::NotHashed));
        let long = "a".repeat(129);
        for malformed in ["short", &long, &VERIFIER.replace('-', "+"), &VERIFIER.replace('-', " ")] {
            assert_eq!(verify(Some(malformed)), Err(PkceError::Malformed), "{malformed}");
        }
    }

    #[test]
    fn prot_c7_sec_q05_a_verifier_without_a_challenge_is_refused() {
        assert_eq!(verify(Some(VERIFIER), None), Err(PkceError::Unexpected));
        assert_eq!(verify(None, None), Ok(()));
    }
}
