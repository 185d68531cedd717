//! Introspection (RFC 7662): authenticates the caller first, then says what holds now.

use bytes::Bytes;

use crate::{
    base::{
        id::{ReferenceId, SessionId},
        moment::Moment,
    },
    flow::{
        access_token::{self, Held},
        authenticate_client::authenticate_client,
        error::ProtocolError,
        facts::About,
        known_tokens::{AnswerKind, key},
        may_issue::{Lock, Permit, Question, may_issue},
        node::Node,
        refresh::refresh_key,
        snapshot::Snapshot,
    },
    oidc::{
        access_token::{AccessToken, Audience},
        claims::Claims,
        client::Client,
        error::OAuthError,
        introspect::{self, PersonNow, RefreshTokenFacts},
        params::Params,
        refresh::Presented,
        resource,
        scope::ScopeSet,
    },
    store::{self, Tx, grant::Grant},
};

/// The body of the answer.
///
/// # Errors
/// `invalid_client` before anything is said about the token (I1).
pub async fn introspect(node: &Node, authorization: Option<&[u8]>, params: &Params) -> Result<Bytes, ProtocolError> {
    let now = node.now();
    // Before anything is looked at: what is worked out from an older catalog must not be kept as newer.
    let generation = node.db.versions().state();
    let snapshot = node.snapshot().await?;
    let caller = authenticate_client(&snapshot, authorization, params, now)?;
    introspect::may_introspect(&caller).map_err(OAuthError::from)?;
    let token = params.require("token")?;
    let name = key(AnswerKind::Introspection, caller.id(), token);
    if let Some(body) = node.known_tokens.get(&name, generation, now) {
        return Ok(body);
    }
    // The form of a token tells its type: a wrong hint changes nothing (I3).
    if let Some(presented) = Presented::parse(token) {
        let claims = refresh_token(node, &snapshot, &caller, &presented, token, now).await?;
        return Ok(body(claims.as_ref()));
    }
    let Some(token) = access_token::read(node, &snapshot, token, now).await? else { return Ok(body(None)) };
    let claims = access_token(node, &snapshot, &caller, &token, now).await?;
    let body = body(claims.as_ref());
    if claims.is_some() {
        node.known_tokens.put(name, generation, Moment::from_secs(token.exp), body.clone());
    }
    Ok(body)
}

fn body(claims: Option<&Claims>) -> Bytes {
    let json = match claims {
        Some(claims) => serde_json::to_vec(claims),
        None => serde_json::to_vec(&introspect::inactive()),
    };
    Bytes::from(json.unwrap_or_default())
}

async fn access_token(
    node: &Node,
    snapshot: &Snapshot,
    caller: &Client,
    token: &AccessToken,
    now: Moment,
) -> Result<Option<Claims>, ProtocolError> {
    let owner = snapshot.client(&token.client_id).filter(|client| client.is_active());
    let Some(owner) = owner else { return Ok(None) };
    if !introspect::may_see_access_token(caller, owner.id(), &token.aud) {
        return Ok(None);
    }
    let mut tx = node.db.read().await?;
    let grant = match access_token::held(&mut tx, token).await? {
        Held::No => return Ok(None),
        Held::ByClient => return Ok(Some(introspect::access_token(token, &owner, None))),
        Held::ByGrant(grant) => grant,
    };
    let audience = &token.aud.0;
    let reference = access_token::reference(token, &owner, &grant);
    let Some(permit) = permit(&mut tx, snapshot, &owner, &grant, reference, None, audience, now).await? else {
        return Ok(None);
    };
    let about = About::of(&mut tx, &permit, &token.scope, now).await?;
    let person = PersonNow { user_name: &permit.standing().user.user_name, authority: about.authority() };
    Ok(Some(introspect::access_token(token, &owner, Some(&person))))
}

/// Whether whoever the token speaks of may still be spoken of (I4). The lock of an account ends no token (D13); the
/// end of a session ends what refreshes with it.
#[allow(clippy::too_many_arguments, reason = "the facts of one question")]
async fn permit(
    tx: &mut Tx,
    snapshot: &Snapshot,
    client: &Client,
    grant: &Grant,
    reference: Option<ReferenceId>,
    session: Option<SessionId>,
    audience: &[String],
    now: Moment,
) -> Result<Option<Permit>, ProtocolError> {
    let question = Question {
        client,
        grant: Some(grant),
        user: grant.user_id,
        user_epoch: grant.user_epoch,
        reference,
        session,
        lock: Lock::Passes,
        assured: None,
        audience,
    };
    Ok(may_issue(tx, snapshot, &question, now).await?.ok())
}

async fn refresh_token(
    node: &Node,
    snapshot: &Snapshot,
    caller: &Client,
    presented: &Presented<'_>,
    token: &str,
    now: Moment,
) -> Result<Option<Claims>, ProtocolError> {
    // Only the client it belongs to may look at it, and only at the live one (I3).
    if refresh_key(snapshot, presented, caller.id()).is_none() {
        return Ok(None);
    }
    let mut tx = node.db.read().await?;
    let hash = crate::oidc::refresh::hash(token);
    let Some(grant) = store::grant::find_by_refresh(&mut tx, presented.family, &hash, now).await? else {
        return Ok(None);
    };
    let scope = ScopeSet::parse(&grant.scope)?;
    let audience = Audience(resource::audience(&grant.resources, caller, &node.issuer));
    let ground = grant.session_id.filter(|_| !grant.offline);
    let Some(permit) = permit(&mut tx, snapshot, caller, &grant, grant.reference_id, ground, &audience.0, now).await?
    else {
        return Ok(None);
    };
    let about = About::of(&mut tx, &permit, &scope, now).await?;
    let Some(sub) = about.subject().sub(caller) else { return Ok(None) };
    let expires_at = grant.idle_expires_at.unwrap_or(grant.expires_at).min(grant.expires_at);
    Ok(Some(introspect::refresh_token(&RefreshTokenFacts {
        issuer: &node.issuer,
        grant: grant.id,
        client_id: caller.id(),
        sub: &sub,
        user_name: &permit.standing().user.user_name,
        scope: &scope,
        audience: &audience,
        issued_at: grant.created_at,
        expires_at,
        auth_time: grant.auth_time,
        acr: grant.acr,
        amr: &grant.amr,
        sid: grant.session_id,
    })))
}
