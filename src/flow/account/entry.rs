//! The way into the pages of the account. They ask for a sign-in like a client, so that the hosted sign-in with all that
//! may be due in it stands in front of them too (D4); the answer is the way back to the page, and no code.

use std::{sync::Arc, time::Duration};

use crate::{
    authn::session::is_worth_noting,
    base::{id::AttemptId, rate::TooMany, secret::Secret},
    flow::{
        authorize::{Asked, begin_attempt},
        caller::Caller,
        error::FlowError,
        interaction::{Confirm, Progress, Step},
        issue_code::finish_without_code,
        node::Node,
        snapshot::Snapshot,
        survey::{Journey, Next},
    },
    identity::user::User,
    oidc::{
        authorize::AuthorizationRequest,
        client::{OWN, ResponseMode},
        response_mode::{Response, ReturnTo},
        scope::{OPENID, ScopeSet},
    },
    store::{self, session::Session},
};

/// The page that the account begins at.
pub const HOME: &str = "/account";
/// Further pages for whoever is signed in.
const OTHERS: [&str; 2] = ["/password/change", "/invite"];

/// Somebody on the pages of their account.
pub struct Person {
    /// The live session, which has proved what is demanded here.
    pub session: Session,
    /// Whose it is.
    pub user: User,
}

/// What a browser that asks for a page of the account gets.
pub enum Entry {
    /// The page.
    In(Box<Person>),
    /// Somebody has to sign in first, or to prove more.
    Ask,
    /// What is demanded here is out of reach for this person.
    Refused,
}

/// Looks who asks for a page of the account. A second factor that may be put off is not asked for here.
pub async fn enter(node: &Node, snapshot: &Arc<Snapshot>, caller: &Caller) -> Result<Entry, FlowError> {
    let request = request(node, HOME);
    let (findings, step) = journey(node, snapshot, &request, Progress::default()).look(caller).await?;
    let session = match (step, findings.session) {
        (Step::Issue { .. } | Step::EnrolFactor { forced: false, .. }, Some(session)) => session,
        (Step::Refuse(_), _) => return Ok(Entry::Refused),
        _ => return Ok(Entry::Ask),
    };
    let now = node.now();
    if is_worth_noting(session.last_seen_at, now) {
        let mut tx = node.db.write().await?;
        store::session::touch(&mut tx, session.id, now).await?;
        tx.commit().await?;
    }
    let found = store::user::find(&mut node.db.read().await?, session.user_id).await?;
    let user = found.ok_or(FlowError::Corrupt("session.user_id"))?;
    Ok(Entry::In(Box::new(Person { session, user })))
}

/// What an attempt for a page of the account begins with.
pub enum Begun {
    /// Nothing is due: the page can be shown.
    There,
    /// A person is needed.
    Ask {
        /// The attempt.
        attempt: AttemptId,
        /// The first page.
        step: Box<Step>,
        /// A flow cookie, where the browser had none.
        flow_cookie: Option<Secret<String>>,
    },
    /// Too many attempts are started from this address.
    Throttled(Duration),
}

/// Begins an attempt to sign in that leads to `path`, one of our own. With `again`, what is named there is to be proved
/// anew. `admit` is asked before anything is stored for somebody who has proved nothing yet (security.md S5 L9).
pub async fn begin(
    node: &Node,
    snapshot: &Arc<Snapshot>,
    path: &str,
    again: Option<(&Session, Confirm)>,
    caller: &Caller,
    admit: impl Fn() -> Result<(), TooMany>,
) -> Result<Begun, FlowError> {
    let request = request(node, path);
    let progress = match again {
        Some((session, confirm)) => Progress { confirm: Some(confirm), ..Progress::default().within(session.id) },
        None => Progress::default(),
    };
    let next = journey(node, snapshot, &request, progress.clone()).advance(caller).await?;
    let Next::Ask(step) = next else { return Ok(Begun::There) };
    if let Err(TooMany { retry_after }) = admit() {
        return Ok(Begun::Throttled(retry_after));
    }
    let asked = Asked { request, query: String::new() };
    let (attempt, flow_cookie) = begin_attempt(node, asked, progress, caller).await?;
    Ok(Begun::Ask { attempt, step: Box::new(step), flow_cookie })
}

/// Where an attempt of ours leads.
pub fn way_back(request: &AuthorizationRequest) -> &str {
    let path = request.return_to.state.as_deref().unwrap_or(HOME);
    let leads =
        |page: &str| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let ours = leads(HOME) || OTHERS.iter().any(|page| leads(page));
    if ours { path } else { HOME }
}

impl Journey<'_> {
    /// Everything that was asked is answered: the attempt ends, and the browser goes on to the page.
    pub(in crate::flow) async fn go_back(&self) -> Result<Next, FlowError> {
        if let Some(attempt) = self.attempt
            && !finish_without_code(self.node, attempt).await?
        {
            return Ok(Next::Finished);
        }
        Ok(Next::Respond(Response::Redirect(way_back(self.request).to_owned()), None))
    }
}

fn journey<'a>(
    node: &'a Node,
    snapshot: &'a Arc<Snapshot>,
    request: &'a AuthorizationRequest,
    progress: Progress,
) -> Journey<'a> {
    Journey { node, snapshot, client: &snapshot.own, request, attempt: None, progress }
}

fn request(node: &Node, path: &str) -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: OWN.to_owned(),
        return_to: ReturnTo {
            redirect_uri: format!("{}{HOME}", node.issuer),
            response_mode: ResponseMode::Query,
            state: Some(path.to_owned()),
        },
        scope: ScopeSet::parse(OPENID).unwrap_or_default(),
        company: Default::default(),
        nonce: None,
        code_challenge: None,
        resource: Vec::new(),
        prompt: Default::default(),
        max_age: None,
        claims: Default::default(),
        acr: Default::default(),
        id_token_hint: None,
        login_hint: None,
        ui_locales: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(state: Option<&str>) -> String {
        let return_to = ReturnTo {
            redirect_uri: "https://login.example/account".into(),
            response_mode: ResponseMode::Query,
            state: state.map(str::to_owned),
        };
        let request = serde_json::json!({ "client_id": OWN, "return_to": return_to, "scope": "openid" });
        way_back(&serde_json::from_value(request).unwrap()).to_owned()
    }

    #[test]
    fn sec_an_attempt_for_the_account_leads_to_pages_of_the_account_only() {
        for path in ["/account", "/account/sessions", "/account/mfa/totp", "/account?done=saved"] {
            assert_eq!(leads(Some(path)), path);
        }
        for other in ["//evil.example", "https://evil.example/account", "/accounts", "/oauth2/logout", "", "/signin"] {
            assert_eq!(leads(Some(other)), HOME, "{other}");
        }
        assert_eq!(leads(None), HOME);
    }
}
