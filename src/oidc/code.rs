//! Redeeming an authorization code: which bindings are checked, and what a failed attempt costs (RFC 6749 §4.1.3; C2–C8).

use super::{
    error::{ErrorCode, OAuthError},
    pkce::{self, CodeChallenge, PkceError},
};
use crate::base::moment::Moment;

/// What the row of a code says.
#[derive(Clone, Debug)]
pub struct CodeFacts<'a> {
    /// Who asked for it.
    pub client_id: &'a str,
    /// The redirect URI it was sent to.
    pub redirect_uri: &'a str,
    /// The challenge it is bound to.
    pub code_challenge: Option<&'a CodeChallenge>,
    /// When it ends.
    pub expires_at: Moment,
    /// Whether it was redeemed before.
    pub used: bool,
    /// Whether its grant was revoked.
    pub revoked: bool,
}

/// What a token request presents besides the code.
#[derive(Clone, Copy, Debug)]
pub struct Redemption<'a> {
    /// The authenticated client.
    pub client_id: &'a str,
    /// `redirect_uri`.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`.
    pub code_verifier: Option<&'a str>,
}

/// Why a code buys nothing. The client hears `invalid_grant`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeError {
    /// No such code, or not this client's: the two are not told apart.
    #[error("the code is not known")]
    Unknown,
    /// Too late.
    #[error("the code has expired")]
    Expired,
    /// Its grant was revoked.
    #[error("the code was revoked")]
    Revoked,
    /// It was redeemed before.
    #[error("the code was used before")]
    Used,
    /// No `redirect_uri`, though the authorization request had one.
    #[error("the redirect_uri is missing")]
    RedirectUriMissing,
    /// Another `redirect_uri`.
    #[error("the redirect_uri is not the one of the authorization request")]
    RedirectUriMismatch,
    /// The verifier does not fit.
    #[error(transparent)]
    Pkce(#[from] PkceError),
}

impl From<CodeError> for OAuthError {
    fn from(error: CodeError) -> Self {
        Self::new(ErrorCode::InvalidGrant, error.to_string())
    }
}

/// What becomes of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeDecision {
    /// Consume the code and issue.
    Redeem,
    /// Refuse and leave the code alone: a stranger must not spend what is another's (C8).
    Refuse(CodeError),
    /// Refuse and consume: the rightful client failed to prove that it began this (C8).
    Burn(CodeError),
    /// Refuse and revoke what the first redemption bought (C4, D17).
    Replay,
}

/// Decides about a code as found.
pub fn decide(code: &CodeFacts<'_>, presented: &Redemption<'_>, now: Moment) -> CodeDecision {
    if code.client_id != presented.client_id {
        CodeDecision::Refuse(CodeError::Unknown)
    } else if code.used {
        CodeDecision::Replay
    } else if code.revoked {
        CodeDecision::Refuse(CodeError::Revoked)
    } else if now >= code.expires_at {
        CodeDecision::Refuse(CodeError::Expired)
    } else {
        match check_binding(code.redirect_uri, code.code_challenge, presented) {
            Ok(()) => CodeDecision::Redeem,
            Err(error) => CodeDecision::Burn(error),
        }
    }
}

/// The bindings that remain to be checked once the statement that consumed the code has checked client, time and single use.
pub fn check_binding(
    redirect_uri: &str,
    code_challenge: Option<&CodeChallenge>,
    presented: &Redemption<'_>,
) -> Result<(), CodeError> {
    match presented.redirect_uri {
        None => return Err(CodeError::RedirectUriMissing),
        Some(uri) if uri != redirect_uri => return Err(CodeError::RedirectUriMismatch),
        Some(_) => {}
    }
    Ok(pkce::verify(presented.code_verifier, code_challenge)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const URI: &str = "https://portal.example/callback";
    const NOW: Moment = Moment::from_secs(1_795_200_000);

    fn challenge() -> CodeChallenge {
        CodeChallenge::from_stored("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into())
    }

    fn run(code: impl FnOnce(&mut CodeFacts<'_>), presented: impl FnOnce(&mut Redemption<'static>)) -> CodeDecision {
        let challenge = challenge();
        let mut facts = CodeFacts {
            client_id: "portal",
            redirect_uri: URI,
            code_challenge: Some(&challenge),
            expires_at: Moment::from_secs(1_795_200_001),
            used: false,
            revoked: false,
        };
        let mut redemption = Redemption { client_id: "portal", redirect_uri: Some(URI), code_verifier: Some(VERIFIER) };
        code(&mut facts);
        presented(&mut redemption);
        decide(&facts, &redemption, NOW)
    }

    #[test]
    fn prot_c2_expired_revoked_and_foreign_codes_are_refused() {
        assert_eq!(run(|_| (), |_| ()), CodeDecision::Redeem);
        assert_eq!(run(|c| c.expires_at = NOW, |_| ()), CodeDecision::Refuse(CodeError::Expired));
        assert_eq!(run(|c| c.revoked = true, |_| ()), CodeDecision::Refuse(CodeError::Revoked));
        for error in [CodeError::Unknown, CodeError::Expired, CodeError::Used, CodeError::Pkce(PkceError::Missing)] {
            assert_eq!(OAuthError::from(error).code(), ErrorCode::InvalidGrant);
        }
    }

    #[test]
    fn prot_c3_sec_q11_the_redirect_uri_must_be_the_same() {
        let with = |uri| run(|_| (), |p| p.redirect_uri = uri);
        assert_eq!(with(None), CodeDecision::Burn(CodeError::RedirectUriMissing));
        assert_eq!(with(Some("https://portal.example/callback/")), CodeDecision::Burn(CodeError::RedirectUriMismatch));
    }

    #[test]
    fn prot_c4_dec_d17_a_second_redemption_revokes_however_late() {
        assert_eq!(run(|c| c.used = true, |_| ()), CodeDecision::Replay);
        let late = |c: &mut CodeFacts<'_>| {
            c.used = true;
            c.revoked = true;
            c.expires_at = Moment::from_secs(0);
        };
        assert_eq!(run(late, |p| p.code_verifier = None), CodeDecision::Replay);
        assert_eq!(run(|c| c.used = true, |p| p.client_id = "other"), CodeDecision::Refuse(CodeError::Unknown));
    }

    #[test]
    fn prot_c6_c7_c8_a_wrong_verifier_burns_and_a_wrong_client_does_not() {
        assert_eq!(run(|_| (), |p| p.code_verifier = None), CodeDecision::Burn(PkceError::Missing.into()));
        assert_eq!(run(|c| c.code_challenge = None, |_| ()), CodeDecision::Burn(PkceError::Unexpected.into()));
        assert_eq!(run(|_| (), |p| p.client_id = "other"), CodeDecision::Refuse(CodeError::Unknown));
    }
}
