//! The authorization endpoint (RFC 6749 §4.1.1, OpenID Core §3.1.2).

use std::{sync::Arc, time::Duration};

use crate::{
    base::{
        bearer::{self, BearerHash, BearerKind, Presented},
        id::AttemptId,
        moment::Moment,
        rate::TooMany,
        secret::Secret,
    },
    flow::{
        caller::Caller,
        error::FlowError,
        interaction::{Progress, Step},
        issue_code::NewSecret,
        node::Node,
        snapshot::Snapshot,
        survey::{Journey, Next},
    },
    oidc::{
        authorize::{self, AuthorizationRequest, AuthorizeError, PageError},
        client::Client,
        params::{Params, ParamsError},
        response_mode::Response,
    },
    store,
};

/// Life of an attempt (protocol.md Q).
pub const ATTEMPT_LIFE: Duration = Duration::from_secs(30 * 60);
/// Life of a handle on a request that came by POST.
const HANDLE_LIFE: Duration = Duration::from_secs(10 * 60);
/// Bytes of a request that is kept: as much as a GET could carry.
pub const MAX_KEPT: usize = 32 * 1024;

/// What an attempt was started with: the request as checked, and as it came, for "Start again".
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Asked {
    /// Checked.
    pub request: AuthorizationRequest,
    /// The query that it came in.
    pub query: String,
}

/// An attempt at the hosted sign-in.
pub type Attempt = store::attempt::Attempt<Asked, Progress>;

/// What the endpoint answers.
pub enum AuthorizeOutcome {
    /// A page of ours: there is nobody it would be safe to redirect to (B2).
    Page {
        /// What is wrong.
        error: PageError,
        /// The client, if there is one of that id.
        client: Option<Arc<Client>>,
    },
    /// The client's answer.
    Respond {
        /// Where and how.
        response: Response,
        /// Whose it is.
        client: Arc<Client>,
        /// The session's new secret, where the company was switched (B30).
        renewed: Option<NewSecret>,
    },
    /// Too many attempts are started from this address.
    Throttled(Duration),
    /// A person is needed.
    Ask {
        /// The attempt.
        attempt: AttemptId,
        /// The first page.
        step: Step,
        /// A flow cookie, where the browser had none.
        flow_cookie: Option<Secret<String>>,
    },
}

/// Answers an authorization request that came as `query`. `admit` is asked before anything is stored for somebody who
/// has proved nothing yet (security.md S5 L9).
pub async fn authorize(
    node: &Node,
    query: &[u8],
    caller: &Caller,
    admit: impl Fn() -> Result<(), TooMany>,
) -> Result<AuthorizeOutcome, FlowError> {
    let snapshot = node.snapshot().await?;
    let (client, parsed) = match read_request(&snapshot, query) {
        Ok(read) => read,
        Err((error, client)) => return Ok(AuthorizeOutcome::Page { error, client }),
    };
    let request = match parsed {
        Ok(request) => request,
        Err(AuthorizeError::ShowPage(error)) => return Ok(AuthorizeOutcome::Page { error, client: Some(client) }),
        Err(AuthorizeError::TellClient { to, error }) => {
            let response = to.error(&error, &node.issuer);
            return Ok(AuthorizeOutcome::Respond { response, client, renewed: None });
        }
    };
    let journey = Journey {
        node,
        snapshot: &snapshot,
        client: &client,
        request: &request,
        attempt: None,
        progress: Progress::default(),
    };
    match journey.advance(caller).await? {
        Next::Respond(response, renewed) => Ok(AuthorizeOutcome::Respond { response, client, renewed }),
        Next::Ask(step) => {
            if let Err(TooMany { retry_after }) = admit() {
                return Ok(AuthorizeOutcome::Throttled(retry_after));
            }
            let query = String::from_utf8_lossy(query).into_owned();
            let (attempt, flow_cookie) =
                begin_attempt(node, Asked { request, query }, Progress::default(), caller).await?;
            Ok(AuthorizeOutcome::Ask { attempt, step, flow_cookie })
        }
        // Without an attempt there is nothing that could have been answered before.
        Next::Finished => Err(FlowError::Corrupt("attempt")),
    }
}

type Read = (Arc<Client>, Result<AuthorizationRequest, AuthorizeError>);

fn read_request(snapshot: &Snapshot, query: &[u8]) -> Result<Read, (PageError, Option<Arc<Client>>)> {
    let (params, fault): (Params, Option<ParamsError>) =
        Params::parse_redirectable(query).map_err(|error| (PageError::from(error), None))?;
    let client_id = authorize::client_id(&params, fault.as_ref()).map_err(|error| (error, None))?;
    let client = snapshot.client(client_id).ok_or_else(|| (PageError::UnknownClient(client_id.to_owned()), None))?;
    let request = AuthorizationRequest::parse(&params, fault.as_ref(), &client);
    Ok((client, request))
}

/// Stores a new attempt; the flow cookie, where the browser had none.
pub(super) async fn begin_attempt(
    node: &Node,
    asked: Asked,
    progress: Progress,
    caller: &Caller,
) -> Result<(AttemptId, Option<Secret<String>>), FlowError> {
    node.starts.attempts.take()?;
    let now = node.now();
    let (flow_hash, flow_cookie) = match &caller.flow {
        Some(presented) => (presented.hash.clone(), None),
        None => {
            let minted = bearer::mint(BearerKind::Flow, node.entropy.uuid(now), &*node.entropy);
            (minted.hash, Some(minted.value))
        }
    };
    let attempt = Attempt {
        id: AttemptId::new(&*node.entropy, now),
        flow_hash: flow_hash.text().to_owned(),
        client_id: asked.request.client_id.clone(),
        request: asked,
        progress,
        created_at: now,
        expires_at: now.plus(ATTEMPT_LIFE),
        finished_at: None,
    };
    let mut tx = node.db.write().await?;
    store::attempt::insert(&mut tx, &attempt).await?;
    tx.commit().await?;
    Ok((attempt.id, flow_cookie))
}

/// Requests that came by POST, by endpoint.
#[derive(Clone, Copy, Debug)]
pub enum HandleKind {
    /// `/oauth2/authorize`.
    Authorize,
    /// `/oauth2/logout`.
    Logout,
}

impl HandleKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Logout => "logout",
        }
    }
}

/// What became of a request that was to be kept.
pub enum Kept {
    /// It can be found again by this.
    Handle(Secret<String>),
    /// It is longer than [`MAX_KEPT`].
    TooLong,
    /// It holds control characters, which the encoding of a form has no room for.
    Unusable,
}

/// Keeps the body of a POST and returns the handle to go on with: the cookies of a cross-site POST are withheld, those
/// of the GET that follows are not (security.md S3).
///
/// # Errors
/// [`FlowError::Overloaded`] if too many are kept.
pub async fn keep_request(node: &Node, kind: HandleKind, body: &str) -> Result<Kept, FlowError> {
    if body.len() > MAX_KEPT {
        return Ok(Kept::TooLong);
    }
    // No form is encoded so, no column holds a NUL, and as JSON each would be six bytes.
    if body.bytes().any(|byte| byte.is_ascii_control()) {
        return Ok(Kept::Unusable);
    }
    node.starts.requests.take()?;
    let now = node.now();
    let id = node.entropy.uuid(now);
    let minted = bearer::mint(BearerKind::Handle, id, &*node.entropy);
    let mut tx = node.db.write().await?;
    store::attempt::insert_handle(&mut tx, id, &minted.hash, kind.as_str(), body, now.plus(HANDLE_LIFE)).await?;
    tx.commit().await?;
    Ok(Kept::Handle(minted.value))
}

/// The body behind a handle, while it lives.
pub async fn kept_request(node: &Node, kind: HandleKind, handle: &str) -> Result<Option<String>, FlowError> {
    let Some(presented) = bearer::read(BearerKind::Handle, handle) else { return Ok(None) };
    let mut tx = node.db.read().await?;
    Ok(store::attempt::find_handle(&mut tx, &presented, kind.as_str(), node.now()).await?)
}

/// An attempt as a page finds it.
#[derive(Debug)]
pub enum Found {
    /// Goes on.
    Live(Box<Attempt>),
    /// Was answered before: in another tab, or before the back button.
    Finished(Box<Attempt>),
    /// Too old, or the browser lost its cookie: it can be started again.
    Restart(Box<Attempt>),
    /// Nobody knows it.
    Lost,
}

/// Looks an attempt up for a browser.
pub async fn find_attempt(node: &Node, id: AttemptId, caller: &Caller) -> Result<Found, FlowError> {
    let mut tx = node.db.read().await?;
    let Some(attempt) = store::attempt::find::<Asked, Progress>(&mut tx, id).await? else { return Ok(Found::Lost) };
    let attempt = Box::new(attempt);
    Ok(if !belongs(&attempt, caller.flow.as_ref()) {
        Found::Restart(attempt)
    } else if attempt.finished_at.is_some() {
        Found::Finished(attempt)
    } else if is_over(&attempt, node.now()) {
        Found::Restart(attempt)
    } else {
        Found::Live(attempt)
    })
}

fn belongs(attempt: &Attempt, flow: Option<&Presented>) -> bool {
    flow.map(|presented| &presented.hash).is_some_and(|hash: &BearerHash| hash.matches(&attempt.flow_hash))
}

fn is_over(attempt: &Attempt, now: Moment) -> bool {
    attempt.expires_at <= now
}
