//! Access tokens that come back: JWTs and opaque ones, read the same way.

use serde_json::Value;

use crate::{
    base::{
        bearer::{self, BearerKind},
        id::ReferenceId,
        moment::Moment,
    },
    flow::{error::FlowError, node::Node, snapshot::Snapshot},
    keys::{
        sign::Typ,
        verify::{Checks, Expired},
    },
    oidc::{
        access_token::AccessToken,
        client::{Client, SubjectKind},
    },
    store::{self, Tx, grant::Grant},
};

/// Reads a token that is presented as an access token; `None` for anything else, and for one that expired.
/// Whether it still holds is another question: [`held`].
pub async fn read(
    node: &Node,
    snapshot: &Snapshot,
    token: &str,
    now: Moment,
) -> Result<Option<AccessToken>, FlowError> {
    if let Some(presented) = bearer::read(BearerKind::Access, token) {
        let mut tx = node.db.read().await?;
        let Some(claims) = store::token::find_opaque(&mut tx, &presented, now).await? else { return Ok(None) };
        return serde_json::from_str(&claims).map(Some).map_err(|_| FlowError::Corrupt("opaque_token.claims"));
    }
    let checks = Checks { issuer: &node.issuer, audience: None, now, expired: Expired::Refuse };
    let verified = snapshot.ring.verify(token, Typ::AccessToken, checks).ok();
    Ok(verified.and_then(|claims| serde_json::from_value(Value::Object(claims)).ok()))
}

/// On what a token rests.
pub enum Held {
    /// On nothing any more.
    No,
    /// On the client it was issued to: a service token.
    ByClient,
    /// On a grant that lives.
    ByGrant(Box<Grant>),
}

/// Whether a token was revoked, by itself or with its grant.
pub async fn held(tx: &mut Tx, token: &AccessToken) -> Result<Held, FlowError> {
    let Ok(grant) = token.grant() else { return Ok(Held::No) };
    if store::token::is_revoked(tx, &token.jti).await? {
        return Ok(Held::No);
    }
    let Some(id) = grant else { return Ok(Held::ByClient) };
    let grant = store::grant::find(tx, id).await?.filter(|grant| grant.revoked_at.is_none());
    Ok(grant.map_or(Held::No, |grant| Held::ByGrant(Box::new(grant))))
}

/// The membership that a token speaks for: the one it names, else the one that its `sub` is, else its grant's. A client
/// that requires a company has one without asking for the scope that would name it. A family that moves between
/// companies (`customer:*`) lends its tokens none: it may be elsewhere by now.
pub fn reference(token: &AccessToken, client: &Client, grant: &Grant) -> Option<ReferenceId> {
    let subject = || match client.metadata().subject {
        SubjectKind::Reference => token.sub.parse().ok(),
        SubjectKind::User => None,
    };
    token.reference_id.or_else(subject).or(grant.reference_id.filter(|_| !grant.narrowable))
}
