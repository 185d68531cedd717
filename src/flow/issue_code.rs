//! Issues an authorization code: the end of the hosted sign-in (RFC 6749 §4.1.2).

use std::{sync::Arc, time::Duration};

use crate::{
    authn::session::is_worth_noting,
    base::{
        bearer::{self, BearerKind},
        id::{AttemptId, GrantId, ReferenceId},
        moment::Moment,
        secret::Secret,
    },
    flow::{
        error::FlowError,
        grant_life::{Reach, grant_life},
        may_issue::{Assured, Lock, Permit, Question, Refusal, may_issue},
        node::Node,
        snapshot::Snapshot,
    },
    keys::secret_keys::Purpose,
    oidc::{
        authorize::AuthorizationRequest,
        client::Client,
        error::{ErrorCode, OAuthError},
        resource,
        scope::CUSTOMER_ANY,
    },
    store::{self, Tx, grant::Grant, session::Session},
};

/// Life of a code (B32, security.md S1).
pub const CODE_LIFE: Duration = Duration::from_secs(60);

/// Everything that was settled.
pub struct Issue<'a> {
    /// Who gets the code.
    pub client: &'a Arc<Client>,
    /// What was asked.
    pub request: &'a AuthorizationRequest,
    /// In which session.
    pub session: &'a Session,
    /// For which company.
    pub reference: Option<ReferenceId>,
    /// The company this session had chosen for this client before, if it met it before: what is the same is not
    /// written again.
    pub chosen_before: Option<Option<ReferenceId>>,
    /// A trusted browser spared the person a second factor.
    pub trusted_browser: bool,
    /// The attempt to finish.
    pub attempt: Option<AttemptId>,
}

/// A session's new secret, for its cookie.
pub struct NewSecret {
    /// The cookie's value.
    pub value: Secret<String>,
    /// How long the browser keeps it; `None`: until it closes.
    pub keep: Option<Duration>,
}

/// What became of it.
pub enum Issued {
    /// The code, and the session's new secret where the company was switched (B30).
    Code(Secret<String>, Option<NewSecret>),
    /// The client is told why not.
    Refused(OAuthError),
    /// Whoever signed in may not go on: back to the sign-in page, with the words of any failure (B29).
    SignInAgain,
    /// The attempt was answered before.
    Finished,
}

/// Finishes the attempt and issues the code, in one transaction.
pub async fn issue_code(node: &Node, snapshot: &Snapshot, issue: &Issue<'_>) -> Result<Issued, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    if let Some(attempt) = issue.attempt
        && !store::attempt::finish(&mut tx, attempt, now).await?
    {
        tx.rollback().await?;
        return Ok(Issued::Finished);
    }
    match issue_within(&mut tx, node, snapshot, issue, now).await? {
        Ok(code) => {
            let renewed = if is_switch(issue) { Some(renew(&mut tx, node, issue.session, now).await?) } else { None };
            tx.commit().await?;
            Ok(Issued::Code(code, renewed))
        }
        Err(Refusal::User | Refusal::Locked | Refusal::Session | Refusal::PasswordDue) => {
            tx.rollback().await?;
            Ok(Issued::SignInAgain)
        }
        // A rule that is younger than the look at what was demanded.
        Err(Refusal::Assurance(_)) => {
            tx.commit().await?;
            let text = "the person must prove a second factor";
            Ok(Issued::Refused(OAuthError::new(ErrorCode::InteractionRequired, text)))
        }
        Err(Refusal::Client | Refusal::Grant | Refusal::Company | Refusal::Permission) => {
            tx.commit().await?;
            let text = "the account has no access to this application";
            Ok(Issued::Refused(OAuthError::new(ErrorCode::AccessDenied, text)))
        }
    }
}

/// Whether this client gets to see another company of the session than before, or than was seen last.
fn is_switch(issue: &Issue<'_>) -> bool {
    let before = issue.chosen_before.flatten().or(issue.session.last_reference_id);
    before.is_some() && issue.reference.is_some() && before != issue.reference
}

async fn renew(tx: &mut Tx, node: &Node, session: &Session, now: Moment) -> Result<NewSecret, FlowError> {
    let minted = bearer::mint(BearerKind::Session, session.id.uuid(), &*node.entropy);
    store::session::change_secret(tx, session.id, minted.hash.text()).await?;
    let keep = session.remember.then(|| session.expires_at.since(now));
    Ok(NewSecret { value: minted.value, keep })
}

/// Asks `may_issue` and stores the grant with its code.
pub async fn issue_within(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    issue: &Issue<'_>,
    now: Moment,
) -> Result<Result<Secret<String>, Refusal>, FlowError> {
    let Issue { client, request, session, reference, .. } = issue;
    let audience = resource::audience(&request.resource, client, &node.issuer);
    let question = Question {
        client,
        grant: None,
        user: session.user_id,
        user_epoch: session.user_epoch,
        reference: *reference,
        session: Some(session.id),
        lock: Lock::Reaches,
        assured: Some(Assured { acr: session.acr, trusted_browser: issue.trusted_browser }),
        audience: &audience,
    };
    let permit = match may_issue(tx, snapshot, &question, now).await? {
        Ok(permit) => permit,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let grant = grant(node, snapshot, issue, &permit, now);
    let code = bearer::mint(BearerKind::Code, grant.id.uuid(), &*node.entropy);
    store::grant::insert(tx, &grant, &code.hash).await?;
    note_use(tx, issue, now).await?;
    Ok(Ok(code.value))
}

/// The company and the activity, as far as they are news: a code is the only write of a repeated request.
async fn note_use(tx: &mut Tx, issue: &Issue<'_>, now: Moment) -> Result<(), FlowError> {
    let session = issue.session;
    if issue.chosen_before != Some(issue.reference) {
        store::session::choose(tx, session.id, issue.client.id(), issue.reference, now).await?;
    }
    if is_worth_noting(session.last_seen_at, now) {
        store::session::touch(tx, session.id, now).await?;
    }
    Ok(())
}

fn grant(node: &Node, snapshot: &Snapshot, issue: &Issue<'_>, permit: &Permit, now: Moment) -> Grant {
    let Issue { client, request, session, .. } = issue;
    let life = grant_life(snapshot, client, &request.scope, session.expires_at, now);
    let key_id = snapshot.secrets.current(Purpose::Refresh).id().to_string();
    Grant {
        id: GrantId::new(&*node.entropy, now),
        client_id: client.id().to_owned(),
        user_id: session.user_id,
        user_epoch: session.user_epoch,
        client_epoch: client.epoch(),
        company_epoch: permit.company_epoch(),
        session_id: Some(session.id),
        reference_id: issue.reference,
        scope: request.scope.to_string(),
        resources: request.resource.clone(),
        claims_request: (!request.claims.is_empty()).then(|| serde_json::json!(request.claims).to_string()),
        nonce: request.nonce.clone(),
        redirect_uri: request.return_to.redirect_uri.clone(),
        code_challenge: request.code_challenge.as_ref().map(|challenge| challenge.as_str().to_owned()),
        acr: session.acr,
        amr: session.amr.clone(),
        auth_time: session.auth_time,
        trusted_browser: issue.trusted_browser,
        narrowable: request.scope.contains(CUSTOMER_ANY),
        offline: matches!(life.reach, Reach::Offline(_)),
        refresh_key_id: (life.reach != Reach::Tokens).then_some(key_id),
        generation: 0,
        recent_uses: String::new(),
        idle_expires_at: None,
        created_at: now,
        expires_at: life.expires_at,
        code_expires_at: now.plus(CODE_LIFE),
        code_used_at: None,
        revoked_at: None,
    }
}

/// Ends an attempt whose client is given nothing; `false` if it was over before.
pub async fn finish_without_code(node: &Node, attempt: AttemptId) -> Result<bool, FlowError> {
    let mut tx = node.db.write().await?;
    let finished = store::attempt::finish(&mut tx, attempt, node.now()).await?;
    tx.commit().await?;
    Ok(finished)
}
