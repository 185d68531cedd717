//! Signing out (OpenID RP-Initiated Logout 1.0).

use std::sync::Arc;

use crate::{
    flow::{caller::Caller, error::FlowError, id_token_hint, node::Node, snapshot::Snapshot, survey},
    identity::audit::{Actor, AuditEvent},
    oidc::{
        client::Client,
        id_token_hint::IdTokenHint,
        logout::{self, LogoutDecision, LogoutError, LogoutRequest, LogoutSession, PostLogout},
        params::{Params, ParamsError},
    },
    store::{self, session::Session},
};

/// Where a sign-out request leads.
pub enum EndSessionOutcome {
    /// Signed out, or nobody was signed in: back to the client, or a page of ours that says so.
    SignedOut {
        /// Where to go.
        to: Option<PostLogout>,
        /// The client, if it is known.
        client: Option<Arc<Client>>,
    },
    /// Ask the person first (M5).
    Confirm(Box<Confirmation>),
    /// The request cannot be trusted (M2, M3, M4).
    Refused {
        /// What is wrong with it.
        error: EndSessionError,
        /// The client, if it is known.
        client: Option<Arc<Client>>,
    },
}

/// Why a sign-out request is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EndSessionError {
    /// Its parameters cannot be read.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// What it asks for is not allowed.
    #[error(transparent)]
    Logout(#[from] LogoutError),
}

/// What the person is asked to confirm.
pub struct Confirmation {
    /// The session that would end.
    pub session: Session,
    /// Whether the person is signed in; otherwise the session was idle for too long, and only waits for its end.
    pub in_use: bool,
    /// Who asks, if known.
    pub client: Option<Arc<Client>>,
    /// Names of the applications signed in to in this session.
    pub clients: Vec<String>,
    /// Languages the person may prefer.
    pub ui_locales: Option<String>,
}

/// Handles the request that came as `query`. Only a hint of this very session signs out without asking; `confirmed`
/// says that the person was asked.
pub async fn end_session(
    node: &Node,
    query: &[u8],
    caller: &Caller,
    confirmed: bool,
) -> Result<EndSessionOutcome, FlowError> {
    let snapshot = node.snapshot().await?;
    let request = match Params::parse(query) {
        Ok(params) => LogoutRequest::parse(&params),
        Err(error) => return Ok(EndSessionOutcome::Refused { error: error.into(), client: None }),
    };
    let hint = hint(node, &snapshot, &request);
    let client = request.client_id(hint.as_ref()).and_then(|id| snapshot.client(id));
    let mut tx = node.db.read().await?;
    // Idle ones too: signing out ends whatever this browser still holds.
    let session = match &caller.session {
        Some(presented) => store::session::find(&mut tx, presented, node.now()).await?,
        None => None,
    };
    let sid = session.as_ref().map(|session| session.id.text());
    let asked = sid.as_deref().map(|sid| LogoutSession { sid });
    let decision = match logout::decide(&request, hint.as_ref(), client.as_deref(), asked) {
        Ok(decision) => decision,
        Err(error) => return Ok(EndSessionOutcome::Refused { error: error.into(), client }),
    };
    match (decision, session) {
        (LogoutDecision::Ask(_), Some(session)) if !confirmed => {
            let names = store::session::clients(&mut tx, session.id).await?;
            let clients = names.iter().filter_map(|id| snapshot.client(id)).map(|it| it.name().to_owned()).collect();
            let ui_locales = request.ui_locales;
            let in_use = session.is_alive(&snapshot.settings.session(None), node.now());
            Ok(EndSessionOutcome::Confirm(Box::new(Confirmation { session, in_use, client, clients, ui_locales })))
        }
        (LogoutDecision::Ask(to) | LogoutDecision::SignOut(to), Some(session)) => {
            drop(tx);
            end(node, &session, client.as_deref(), caller).await?;
            Ok(EndSessionOutcome::SignedOut { to, client })
        }
        (LogoutDecision::Ask(to) | LogoutDecision::SignOut(to) | LogoutDecision::SignedOut(to), _) => {
            Ok(EndSessionOutcome::SignedOut { to, client })
        }
    }
}

/// Somebody who was asked and stays.
pub struct Staying {
    /// Their session.
    pub session: Session,
    /// Applications to go on to: the one that asked, if it is known, then those that were signed in to.
    pub clients: Vec<Arc<Client>>,
}

/// Finds out where somebody goes on who was asked because of `query` and stays; `None` if nobody is signed in. Whatever
/// was requested, this ends nothing.
pub async fn stay(node: &Node, query: &[u8], caller: &Caller) -> Result<Option<Staying>, FlowError> {
    let snapshot = node.snapshot().await?;
    let request = Params::parse(query).map(|params| LogoutRequest::parse(&params)).unwrap_or_default();
    let hint = hint(node, &snapshot, &request);
    let asked = request.client_id(hint.as_ref()).map(str::to_owned);
    let mut tx = node.db.read().await?;
    let Some(session) = survey::live_session(&mut tx, &snapshot, None, caller, node.now()).await? else {
        return Ok(None);
    };
    let others = store::session::clients(&mut tx, session.id).await?;
    let others = others.into_iter().filter(|id| asked.as_ref() != Some(id));
    let ids: Vec<String> = asked.iter().cloned().chain(others).collect();
    let clients = ids.iter().filter_map(|id| snapshot.client(id)).filter(|client| client.is_active()).collect();
    Ok(Some(Staying { session, clients }))
}

fn hint(node: &Node, snapshot: &Snapshot, request: &LogoutRequest) -> Option<IdTokenHint> {
    id_token_hint::verify(snapshot, &node.issuer, request.id_token_hint.as_deref()?, node.now())
}

async fn end(node: &Node, session: &Session, client: Option<&Client>, caller: &Caller) -> Result<(), FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    store::session::end(&mut tx, session.id, now).await?;
    let actor = Actor::User(session.user_id);
    let mut event = AuditEvent::new(&*node.entropy, now, "signout", actor)
        .target("session", session.id.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone());
    if let Some(client) = client {
        event = event.client(client.id());
    }
    store::audit::record(&mut tx, &event).await?;
    Ok(tx.commit().await?)
}
