//! Who administers: a bearer token, and the roles of its subject as they stand now (D22). Every administration API asks
//! here, on each call; no claim is believed.

use crate::{
    flow::{
        access_token::{self, Held},
        error::ProtocolError,
        may_issue::{Assured, Lock, Question, Refusal, may_issue},
        node::Node,
    },
    identity::{
        admin_role::{Holder, Role},
        audit::Actor,
    },
    oidc::{
        access_token::AccessToken,
        client::Client,
        error::{ErrorCode, OAuthError},
        userinfo::invalid_token,
    },
    store::{self, grant::Grant},
};

/// Somebody who may do what was asked.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// Who, for the audit log.
    pub actor: Actor,
    /// The client through which they act.
    pub client_id: String,
    /// The roles they hold.
    pub roles: Vec<Role>,
}

/// Finds out whether the bearer of `token` may act: it is one of ours and for us, it holds `scope`, what it rests on still
/// stands, and its subject holds one of `roles` at this moment.
///
/// # Errors
/// `invalid_token`, `insufficient_scope` for a scope or a role that is missing (RFC 6750 §3.1), or
/// `insufficient_user_authentication` where a second factor is demanded by now (RFC 9470 §3).
pub async fn administrator(
    node: &Node,
    token: &str,
    scope: &'static str,
    roles: &[Role],
) -> Result<Administrator, ProtocolError> {
    let now = node.now();
    let snapshot = node.snapshot().await?;
    let token = access_token::read(node, &snapshot, token, now).await?.ok_or_else(invalid_token)?;
    if !token.aud.0.iter().any(|audience| is_ours(audience, &node.issuer)) {
        return Err(invalid_token().into());
    }
    let client = snapshot.client(&token.client_id).filter(|client| client.is_active()).ok_or_else(invalid_token)?;
    // What the client may no longer ask for, its tokens may no longer do.
    if !token.scope.contains(scope) || !client.scopes().contains(scope) {
        return Err(missing_scope(scope).into());
    }
    let mut tx = node.db.read().await?;
    let (actor, held) = match access_token::held(&mut tx, &token).await? {
        Held::No => return Err(invalid_token().into()),
        Held::ByClient => {
            let holder = Holder::Client(client.id().to_owned());
            (Actor::Client(client.id().to_owned()), store::admin_role::of_holder(&mut tx, &holder).await?)
        }
        Held::ByGrant(grant) => {
            let question = question(&token, &client, &grant);
            may_issue(&mut tx, &snapshot, &question, now).await?.map_err(refused)?;
            (Actor::User(grant.user_id), store::admin_role::of_user(&mut tx, grant.user_id).await?)
        }
    };
    if !held.iter().any(|role| roles.contains(role)) {
        return Err(OAuthError::new(ErrorCode::InsufficientScope, "the subject does not hold the role for this").into());
    }
    Ok(Administrator { actor, client_id: client.id().to_owned(), roles: held })
}

/// A resource of this installation: the issuer, or something below it.
fn is_ours(audience: &str, issuer: &str) -> bool {
    audience.strip_prefix(issuer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn question<'a>(token: &'a AccessToken, client: &'a Client, grant: &'a Grant) -> Question<'a> {
    Question {
        grant: Some(grant),
        client,
        user: grant.user_id,
        user_epoch: grant.user_epoch,
        reference: access_token::reference(token, client, grant),
        session: None,
        lock: Lock::Passes,
        assured: Some(Assured { acr: grant.acr, trusted_browser: grant.trusted_browser }),
        audience: &token.aud.0,
    }
}

/// A person who proved too little is told what to prove: their application asks for it and comes back (RFC 9470 §3, §4).
fn refused(refusal: Refusal) -> OAuthError {
    match refusal {
        Refusal::Assurance(wanted) => {
            let text = "a stronger proof of who the person is is needed";
            OAuthError::new(ErrorCode::InsufficientUserAuthentication, text).with_member("acr_values", wanted.as_str())
        }
        _ => invalid_token(),
    }
}

/// Names the scope that would be enough (RFC 6750 §3).
fn missing_scope(scope: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InsufficientScope, "the access token lacks the scope for this")
        .with_member("scope", scope)
}
