//! Token revocation (RFC 7009; J1–J6).

use super::error::{ErrorCode, OAuthError};
use crate::base::{id::GrantId, moment::Moment};

/// A kind of token, as `token_type_hint` names it. The hint only says where to look first (I3, J2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// `access_token`.
    Access,
    /// `refresh_token`.
    Refresh,
}

impl TokenKind {
    /// The order in which to look: what the hint says first, then the other. An unknown hint is no hint.
    pub fn search_order(hint: Option<&str>) -> [Self; 2] {
        match hint {
            Some("access_token") => [Self::Access, Self::Refresh],
            _ => [Self::Refresh, Self::Access],
        }
    }
}

/// A token that was found and is authentic.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// A refresh token, live or consumed.
    Refresh {
        /// Whose it is.
        client_id: &'a str,
        /// Its grant.
        grant: GrantId,
    },
    /// An access token.
    Access {
        /// Whose it is.
        client_id: &'a str,
        /// Its `jti`.
        jti: &'a str,
        /// When it ends anyway.
        expires_at: Moment,
    },
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RevokeDecision {
    /// End the grant with everything it bought (J4).
    Grant(GrantId),
    /// Refuse this one access token until it would have ended.
    Token {
        /// Its `jti`.
        jti: String,
        /// Until when.
        until: Moment,
    },
    /// Nothing, and say 200 (J1).
    Nothing,
}

/// Decides about what `client_id` asks to revoke; `None`: the token is unknown, expired or no token of ours.
///
/// # Errors
/// `invalid_request` for another client's token, which stays as it is (J3).
pub fn decide(client_id: &str, found: Option<Found<'_>>, now: Moment) -> Result<RevokeDecision, OAuthError> {
    let owner = match &found {
        None => return Ok(RevokeDecision::Nothing),
        Some(Found::Refresh { client_id, .. } | Found::Access { client_id, .. }) => *client_id,
    };
    if owner != client_id {
        return Err(OAuthError::new(ErrorCode::InvalidRequest, "the token was not issued to this client"));
    }
    Ok(match found {
        Some(Found::Refresh { grant, .. }) => RevokeDecision::Grant(grant),
        Some(Found::Access { jti, expires_at, .. }) if now < expires_at => {
            RevokeDecision::Token { jti: jti.to_owned(), until: expires_at }
        }
        _ => RevokeDecision::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_secs(1_795_200_000);
    const LATER: Moment = Moment::from_secs(1_795_200_600);

    fn grant() -> GrantId {
        "0193a1d1-4444-7ddd-8ddd-000000000006".parse().unwrap()
    }

    #[test]
    fn prot_j1_unknown_and_expired_tokens_are_fine() {
        assert_eq!(decide("portal", None, NOW), Ok(RevokeDecision::Nothing));
        let expired = Found::Access { client_id: "portal", jti: "x", expires_at: NOW };
        assert_eq!(decide("portal", Some(expired), NOW), Ok(RevokeDecision::Nothing));
    }

    #[test]
    fn prot_j2_a_hint_only_says_where_to_look_first() {
        assert_eq!(TokenKind::search_order(Some("access_token")), [TokenKind::Access, TokenKind::Refresh]);
        for hint in [None, Some("refresh_token"), Some("nonsense")] {
            assert_eq!(TokenKind::search_order(hint), [TokenKind::Refresh, TokenKind::Access]);
        }
    }

    #[test]
    fn prot_j3_another_clients_token_is_never_revoked() {
        for found in [
            Found::Refresh { client_id: "other", grant: grant() },
            Found::Access { client_id: "other", jti: "x", expires_at: LATER },
        ] {
            assert_eq!(decide("portal", Some(found), NOW).unwrap_err().code(), ErrorCode::InvalidRequest);
        }
    }

    #[test]
    fn prot_j4_a_refresh_token_takes_its_grant_along() {
        let found = Found::Refresh { client_id: "portal", grant: grant() };
        assert_eq!(decide("portal", Some(found), NOW), Ok(RevokeDecision::Grant(grant())));
        let access = Found::Access { client_id: "portal", jti: "x", expires_at: LATER };
        assert_eq!(decide("portal", Some(access), NOW), Ok(RevokeDecision::Token { jti: "x".into(), until: LATER }));
    }
}
