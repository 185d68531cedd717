//! The refresh token grant (RFC 6749 §6): rotation with an idempotent successor (D16), narrowing of scope, resource and
//! company (domain.md 4).

use std::sync::Arc;

use crate::{
    authn::{acr::Acr, session::is_worth_noting},
    base::{id::ReferenceId, moment::Moment, secret::Secret},
    config::settings::{self, Scope},
    flow::{
        error::ProtocolError,
        interaction::client_rules,
        issue_tokens::{Grounds, Tokens, issue_tokens},
        may_issue::{Assured, Lock, Question, Refusal, may_issue},
        node::Node,
        snapshot::Snapshot,
    },
    identity::selection::{self, CompanyRequest, Narrowing},
    keys::secret_keys::{HmacKey, Purpose},
    oidc::{
        client::Client,
        error::{ErrorCode, OAuthError},
        params::Params,
        refresh::{self, Family, Patience, Presented, RefreshDecision, RefreshError},
        resource,
        scope::{self, Narrowed, ScopeSet},
    },
    store::{
        self, Tx,
        grant::{Grant, Rotation},
    },
};

/// One refresh: who asks, with what, now.
struct Request<'a> {
    node: &'a Node,
    snapshot: &'a Snapshot,
    client: &'a Arc<Client>,
    params: &'a Params,
    presented: Presented<'a>,
    fingerprint: String,
    successor: Secret<String>,
    now: Moment,
}

/// Refreshes.
pub async fn refresh(
    node: &Node,
    snapshot: &Snapshot,
    client: &Arc<Client>,
    params: &Params,
) -> Result<Tokens, ProtocolError> {
    let token = params.require("refresh_token")?;
    let presented = Presented::parse(token).ok_or(RefreshError::Unknown).map_err(OAuthError::from)?;
    // A forged token, or another client's, never reaches the database.
    let key = refresh_key(snapshot, &presented, client.id()).ok_or(RefreshError::Unknown).map_err(OAuthError::from)?;
    let resources: Vec<&str> = params.all("resource").collect();
    let request = Request {
        node,
        snapshot,
        client,
        params,
        presented,
        fingerprint: refresh::fingerprint(params.get("scope"), &resources),
        successor: refresh::derive(key.bytes().expose(), presented.family, presented.generation + 1, client.id()),
        now: node.now(),
    };
    request.rotate(token).await
}

/// The key that made a token for this client, if one of ours did.
pub(super) fn refresh_key<'a>(
    snapshot: &'a Snapshot,
    presented: &Presented<'_>,
    client_id: &str,
) -> Option<&'a HmacKey> {
    snapshot.secrets.all(Purpose::Refresh).find(|key| presented.is_authentic(key.bytes().expose(), client_id))
}

impl Request<'_> {
    /// Consumes the token if it is the live one.
    async fn rotate(self, token: &str) -> Result<Tokens, ProtocolError> {
        let scope = Scope { client: Some(self.client.id()), ..Scope::INSTANCE };
        let idle = self.snapshot.settings.get(&settings::TOKEN_REFRESH_IDLE, &scope).get();
        let used =
            refresh::Use { generation: self.presented.generation, at: self.now, request: self.fingerprint.clone() };
        let rotation = Rotation {
            id: self.presented.family,
            client_id: self.client.id(),
            generation: self.presented.generation,
            hash: &refresh::hash(token),
            successor: &refresh::hash(self.successor.expose()),
            used: &used,
            idle_expires_at: self.now.plus(idle),
        };
        let mut tx = self.node.db.write().await?;
        match store::grant::rotate(&mut tx, &rotation, self.now).await? {
            Some(grant) => self.issue(tx, &grant, Memory::Moves).await,
            None => self.consumed(tx).await,
        }
    }

    /// The token is not the live one: a repeat whose answer was lost, or theft, or nothing worth.
    async fn consumed(self, mut tx: Tx) -> Result<Tokens, ProtocolError> {
        let grant = store::grant::find(&mut tx, self.presented.family).await?;
        let grant = grant.ok_or(RefreshError::Unknown).map_err(OAuthError::from)?;
        let scope = Scope { client: Some(self.client.id()), ..Scope::INSTANCE };
        let family = Family {
            client_id: &grant.client_id,
            generation: grant.generation,
            recent: &grant.recent_uses,
            idle_expires_at: grant.idle_expires_at.unwrap_or_default(),
            expires_at: grant.expires_at,
            revoked: grant.revoked_at.is_some(),
        };
        let patience = Patience {
            grace: self.snapshot.settings.get(&settings::TOKEN_REFRESH_GRACE, &scope).get(),
            strict: self.client.metadata().refresh_strict,
        };
        let presented = self.presented.generation;
        match refresh::decide(presented, self.client.id(), &self.fingerprint, &family, patience, self.now) {
            RefreshDecision::RepeatSuccessor => self.issue(tx, &grant, Memory::Stays).await,
            RefreshDecision::Reuse => {
                store::grant::revoke(&mut tx, grant.id, "refresh token used twice", self.now).await?;
                tx.commit().await?;
                Err(OAuthError::from(RefreshError::Reused).into())
            }
            RefreshDecision::Refuse(error) => Err(OAuthError::from(error).into()),
            // The statement above has said that it is not the live one.
            RefreshDecision::Rotate => Err(OAuthError::from(RefreshError::Unknown).into()),
        }
    }

    /// Narrows, asks `may_issue`, issues. Whatever refuses here drops the transaction: the token stays unconsumed.
    async fn issue(self, mut tx: Tx, grant: &Grant, memory: Memory) -> Result<Tokens, ProtocolError> {
        let Self { node, snapshot, client, params, now, .. } = self;
        let granted = ScopeSet::parse(&grant.scope)?;
        let narrowed = scope::narrow(params.get("scope"), &granted)?;
        let resources = resource::narrow(params, &grant.resources, client, &node.issuer)?;
        let audience = resource::audience(&resources, client, &node.issuer);
        let reference = company(&mut tx, client, grant, &granted, &narrowed).await?;
        // A scope that was taken from the client is left out, and the answer says so (security.md, "Scope removed").
        let scopes = narrowed.scopes.filtered(|scope| client.scopes().covers(scope));
        let question = Question {
            client,
            grant: Some(grant),
            user: grant.user_id,
            user_epoch: grant.user_epoch,
            reference,
            session: grant.session_id.filter(|_| !grant.offline),
            lock: Lock::Passes,
            assured: Some(Assured { acr: grant.acr, trusted_browser: grant.trusted_browser }),
            audience: &audience,
        };
        let permit = match may_issue(&mut tx, snapshot, &question, now).await? {
            Ok(permit) => permit,
            Err(Refusal::Client) => {
                return Err(OAuthError::new(ErrorCode::InvalidClient, "the client is not active").into());
            }
            Err(Refusal::Assurance(wanted)) => return Err(step_up(wanted).into()),
            Err(_) => return Err(OAuthError::from(RefreshError::Revoked).into()),
        };
        if let Some(reference) = reference.filter(|id| grant.reference_id != Some(*id) && memory == Memory::Moves) {
            store::grant::select_reference(&mut tx, grant.id, reference).await?;
        }
        if let Some(session) = permit.session().filter(|session| is_worth_noting(session.last_seen_at, now)) {
            store::session::touch(&mut tx, session.id, now).await?;
        }
        let grounds = Grounds { client, grant, permit: &permit, scopes: &scopes, audience: &audience, first: false };
        let mut tokens = issue_tokens(node, snapshot, &mut tx, &grounds, now).await?;
        tx.commit().await?;
        tokens.refresh_token = Some(self.successor);
        Ok(tokens)
    }
}

/// The client is to ask the person for more (domain.md 4): by another authorization request, with these values.
fn step_up(wanted: Acr) -> OAuthError {
    let error = OAuthError::new(ErrorCode::InteractionRequired, "the person must prove more");
    error.with_member("acr_values", wanted.as_str())
}

/// Whether a family remembers the company it is narrowed to: a repeat leaves its memory alone (S1).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Memory {
    Moves,
    Stays,
}

/// The company of this refresh: the family's own, which `may_issue` checks, or the one it is narrowed to.
async fn company(
    tx: &mut Tx,
    client: &Client,
    grant: &Grant,
    granted: &ScopeSet,
    narrowed: &Narrowed,
) -> Result<Option<ReferenceId>, ProtocolError> {
    let Some(name) = &narrowed.company else { return Ok(grant.reference_id) };
    let candidates = store::reference::candidates_for_user(tx, grant.user_id).await?;
    let ask = |named| CompanyRequest { asked: true, named, any: granted.contains(scope::CUSTOMER_ANY) };
    match selection::narrow(&candidates, &client_rules(client), ask(None), grant.reference_id, Some(ask(Some(name)))) {
        Narrowing::Without => Ok(None),
        Narrowing::To(candidate) => Ok(Some(candidate.reference)),
        Narrowing::InvalidScope => {
            Err(OAuthError::new(ErrorCode::InvalidScope, "the scope exceeds what was granted").into())
        }
        Narrowing::Gone { .. } => Err(OAuthError::from(RefreshError::Revoked).into()),
    }
}
