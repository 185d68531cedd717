//! ID tokens that come back: `id_token_hint` at the authorization and logout endpoints.

use crate::{
    base::moment::Moment,
    flow::snapshot::Snapshot,
    keys::{
        sign::Typ,
        verify::{Checks, Expired},
    },
    oidc::{
        error::OAuthError,
        id_token_hint::{IdTokenHint, unverifiable},
    },
};

/// An ID token that this issuer signed, expired or not (OpenID Core §3.1.2.1, RP-Initiated Logout §2).
pub fn verify(snapshot: &Snapshot, issuer: &str, hint: &str, now: Moment) -> Option<IdTokenHint> {
    let checks = Checks { issuer, audience: None, now, expired: Expired::Accept };
    IdTokenHint::from_claims(&snapshot.ring.verify(hint, Typ::Jwt, checks).ok()?)
}

/// The subject that a hint names.
///
/// # Errors
/// `invalid_request` for a hint that is not an ID token of ours (B18).
pub fn subject(snapshot: &Snapshot, issuer: &str, hint: &str, now: Moment) -> Result<String, OAuthError> {
    verify(snapshot, issuer, hint, now).map(|hint| hint.sub).ok_or_else(unverifiable)
}
