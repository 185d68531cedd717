//! Redeems an authorization code (RFC 6749 §4.1.3), in the order of the standard: find, consume, check each binding,
//! ask `may_issue`, issue.

use std::sync::Arc;

use crate::{
    base::{
        bearer::{self, BearerKind, Presented},
        id::GrantId,
        moment::Moment,
        secret::Secret,
    },
    config::settings::{self, Scope},
    flow::{
        error::ProtocolError,
        issue_tokens::{Grounds, Tokens, issue_tokens},
        may_issue::{Assured, Lock, Question, may_issue},
        node::Node,
        snapshot::Snapshot,
    },
    keys::secret_keys::Purpose,
    oidc::{
        client::Client,
        code::{self, CodeDecision, CodeError, CodeFacts, Redemption},
        error::OAuthError,
        params::Params,
        pkce::CodeChallenge,
        refresh, resource,
        scope::ScopeSet,
    },
    store::{
        self, Tx,
        grant::{FirstRefresh, Grant},
    },
};

/// Redeems.
pub async fn redeem_code(
    node: &Node,
    snapshot: &Snapshot,
    client: &Arc<Client>,
    params: &Params,
) -> Result<Tokens, ProtocolError> {
    let now = node.now();
    let presented =
        bearer::read(BearerKind::Code, params.require("code")?).ok_or_else(|| OAuthError::from(CodeError::Unknown))?;
    let redemption = Redemption {
        client_id: client.id(),
        redirect_uri: params.get("redirect_uri"),
        code_verifier: params.get("code_verifier"),
    };
    let (first, first_token) = first_refresh(snapshot, client, GrantId::from(presented.id), now);
    let mut tx = node.db.write().await?;
    let Some(grant) = store::grant::redeem_code(&mut tx, &presented, client.id(), &first, now).await? else {
        return Err(refuse(tx, &presented, &redemption, now).await?.into());
    };
    // From here on the code is spent: the right client with a wrong verifier has burnt it (C8).
    if let CodeDecision::Burn(error) | CodeDecision::Refuse(error) = decide(&grant, false, &redemption, now) {
        return burn(tx, &grant, "code misused", now, error.into()).await;
    }
    let resources = match resource::narrow(params, &grant.resources, client, &node.issuer) {
        Ok(resources) => resources,
        Err(error) => return burn(tx, &grant, "resource not granted", now, error).await,
    };
    let audience = resource::audience(&resources, client, &node.issuer);
    let scopes = ScopeSet::parse(&grant.scope)?.filtered(|scope| client.scopes().covers(scope));
    let question = Question {
        client,
        grant: Some(&grant),
        user: grant.user_id,
        user_epoch: grant.user_epoch,
        reference: grant.reference_id,
        session: grant.session_id,
        lock: Lock::Reaches,
        assured: Some(Assured { acr: grant.acr, trusted_browser: grant.trusted_browser }),
        audience: &audience,
    };
    let permit = match may_issue(&mut tx, snapshot, &question, now).await? {
        Ok(permit) => permit,
        Err(refusal) => return burn(tx, &grant, refusal.word(), now, CodeError::Revoked.into()).await,
    };
    let grounds = Grounds { client, grant: &grant, permit: &permit, scopes: &scopes, audience: &audience, first: true };
    let mut tokens = issue_tokens(node, snapshot, &mut tx, &grounds, now).await?;
    tx.commit().await?;
    tokens.refresh_token = grant.refresh_key_id.is_some().then_some(first_token);
    Ok(tokens)
}

/// The refresh token that the grant will have, if it may have one: derived, so that the consuming statement stores it.
fn first_refresh(snapshot: &Snapshot, client: &Client, family: GrantId, now: Moment) -> (FirstRefresh, Secret<String>) {
    let key = snapshot.secrets.current(Purpose::Refresh);
    let token = refresh::derive(key.bytes().expose(), family, 1, client.id());
    let scope = Scope { client: Some(client.id()), ..Scope::INSTANCE };
    let idle = snapshot.settings.get(&settings::TOKEN_REFRESH_IDLE, &scope).get();
    (FirstRefresh { hash: refresh::hash(token.expose()), idle_expires_at: now.plus(idle) }, token)
}

fn decide(grant: &Grant, used: bool, redemption: &Redemption<'_>, now: Moment) -> CodeDecision {
    let challenge = grant.code_challenge.clone().map(CodeChallenge::from_stored);
    let facts = CodeFacts {
        client_id: &grant.client_id,
        redirect_uri: &grant.redirect_uri,
        code_challenge: challenge.as_ref(),
        expires_at: grant.code_expires_at,
        used,
        revoked: grant.revoked_at.is_some(),
    };
    code::decide(&facts, redemption, now)
}

/// The code bought nothing. A second redemption revokes what the first one bought (D17, C4).
async fn refuse(
    mut tx: Tx,
    presented: &Presented,
    redemption: &Redemption<'_>,
    now: Moment,
) -> Result<OAuthError, ProtocolError> {
    let Some(grant) = store::grant::find_by_code(&mut tx, presented).await? else {
        return Ok(CodeError::Unknown.into());
    };
    match decide(&grant, grant.code_used_at.is_some(), redemption, now) {
        CodeDecision::Replay => {
            store::grant::revoke(&mut tx, grant.id, "code used twice", now).await?;
            tx.commit().await?;
            Ok(CodeError::Used.into())
        }
        CodeDecision::Refuse(error) | CodeDecision::Burn(error) => Ok(error.into()),
        // It was live a moment ago; the statement that consumes it has the last word.
        CodeDecision::Redeem => Ok(CodeError::Unknown.into()),
    }
}

async fn burn(
    mut tx: Tx,
    grant: &Grant,
    reason: &str,
    now: Moment,
    error: OAuthError,
) -> Result<Tokens, ProtocolError> {
    store::grant::revoke(&mut tx, grant.id, reason, now).await?;
    tx.commit().await?;
    Err(error.into())
}
