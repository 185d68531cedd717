//! The hosted sign-in: one file per page, and what they share.

pub mod choose_account;
pub mod choose_customer;
mod claim_values;
pub mod code;
pub mod consent;
pub mod enrol;
pub mod factor;
pub mod passkey;
pub mod recovery;
pub mod restart;
pub mod sign_in;
pub mod sign_out;

use std::sync::Arc;

use axum::response::{IntoResponse, Response};

use crate::{
    authn::{factor::MfaMethod, one_time_code::Channel},
    base::{
        id::{AttemptId, UserId},
        secret::Secret,
    },
    flow::{
        self,
        answer::{Answer, Answered},
        authorize::{Attempt, Found, find_attempt},
        caller::Caller,
        error::chain,
        interaction::Step,
        snapshot::Snapshot,
        survey::{Findings, Journey, Next},
    },
    http::{
        csrf::FormOwner,
        error::Trouble,
        oidc::authorize::{respond, with_new_secret},
        page::{Setting, see_other},
        state::Web,
        visit::Visit,
    },
    oidc::client::Client,
    theme::{
        Href,
        pages::{Account, AlreadySignedIn, AttemptExpired},
    },
};

/// The path of the page that asks what a step asks.
pub fn path(step: &Step, attempt: AttemptId) -> String {
    let page = match step {
        Step::ChooseAccount => "/signin/account",
        Step::ChooseCustomer { .. } | Step::NoAccess => "/signin/customer",
        Step::Consent { .. } => "/consent",
        // What has to be sent first is sent by a press of a button: the one that chooses it, where there is a choice (M6).
        Step::ProveFactor { methods, preferred } => match preferred {
            MfaMethod::Passkey => "/signin/passkey",
            MfaMethod::Sms | MfaMethod::Email if methods.len() > 1 => "/signin/factor",
            MfaMethod::Totp | MfaMethod::Recovery | MfaMethod::Sms | MfaMethod::Email => "/signin/code",
        },
        Step::EnrolFactor { .. } => "/signin/enrol",
        Step::ChangePassword { .. } => "/password/change",
        Step::SignIn { .. } | Step::Refuse(_) | Step::Issue { .. } => "/signin",
    };
    format!("{page}?a={attempt}")
}

/// A live attempt, with the catalog it is looked at under.
pub struct Open {
    /// The catalog.
    pub snapshot: Arc<Snapshot>,
    /// Who asked.
    pub client: Arc<Client>,
    /// The attempt.
    pub attempt: Box<Attempt>,
}

impl Open {
    /// The attempt's journey.
    pub fn journey<'a>(&'a self, web: &'a Web) -> Journey<'a> {
        Journey {
            node: &web.node,
            snapshot: &self.snapshot,
            client: &self.client,
            request: &self.attempt.request.request,
            attempt: Some(self.attempt.id),
            progress: self.attempt.progress.clone(),
        }
    }

    /// How a page of this attempt is shown; `form` names the form on it.
    pub fn setting<'a>(&'a self, web: &Web, caller: &Caller, form: &str) -> Setting<'a> {
        Setting {
            client: named(&self.client),
            ui_locales: self.attempt.request.request.ui_locales.as_deref(),
            csrf: owner(caller).map(|id| web.form_token(&self.snapshot, FormOwner::Flow(&id), form)),
            ..Setting::default()
        }
    }
}

/// The id that forms of an attempt belong to: the browser's flow.
pub fn owner(caller: &Caller) -> Option<String> {
    caller.flow.as_ref().map(|presented| presented.id.to_string())
}

/// Opens the attempt that the address names, or answers with the way on: start again, or go on to the application.
pub async fn open(web: &Web, visit: &Visit) -> Result<Result<Open, Response>, Trouble> {
    let id: Option<AttemptId> = visit.param("a").and_then(|id| id.parse().ok());
    let found = match id {
        Some(id) => find_attempt(&web.node, id, &visit.caller).await?,
        None => Found::Lost,
    };
    let snapshot = web.node.snapshot().await?;
    let attempt = match found {
        Found::Live(attempt) => attempt,
        Found::Finished(attempt) => return finished(web, visit, &snapshot, &attempt).await.map(Err),
        Found::Restart(attempt) => {
            let client = snapshot.client_of_attempt(&attempt.client_id);
            return expired(web, visit, Some(&attempt), client.as_deref()).map(Err);
        }
        Found::Lost => return expired(web, visit, None, None).map(Err),
    };
    // A client that went away takes its attempts along.
    let Some(client) = snapshot.client_of_attempt(&attempt.client_id) else { return Err(Trouble::not_found()) };
    // A redirect URI that was taken from the client meanwhile gets no code any more.
    if !client.allows_redirect_uri(&attempt.request.request.return_to.redirect_uri) {
        return expired(web, visit, Some(&attempt), Some(&client)).map(Err);
    }
    Ok(Ok(Open { snapshot, client, attempt }))
}

/// "This sign-in took too long. Start again - nothing is lost."
fn expired(web: &Web, visit: &Visit, attempt: Option<&Attempt>, client: Option<&Client>) -> Result<Response, Trouble> {
    let restart = attempt.map(|attempt| Href::local(restart::path(attempt.id)));
    web.show(visit, &AttemptExpired { restart }, Setting { client: client.and_then(named), ..Setting::default() })
}

/// The client as pages name it; our own pages are none.
fn named(client: &Client) -> Option<&Client> {
    (!client.is_own()).then_some(client)
}

/// "You are signed in already. Continue to …": another tab was faster, or the back button led here.
async fn finished(web: &Web, visit: &Visit, snapshot: &Snapshot, attempt: &Attempt) -> Result<Response, Trouble> {
    let client = snapshot.client_of_attempt(&attempt.client_id);
    let Some(account) = signed_in(web, visit, snapshot).await? else {
        return expired(web, visit, Some(attempt), client.as_deref());
    };
    let proceed = Some(Href::local(restart::path(attempt.id)));
    let client = client.as_deref().and_then(named);
    web.show(visit, &AlreadySignedIn { account, proceed }, Setting { client, ..Setting::default() })
}

/// The account of this browser's session, if it has one.
pub async fn signed_in(web: &Web, visit: &Visit, snapshot: &Snapshot) -> Result<Option<Account>, Trouble> {
    let shown = flow::account::signed_in(&web.node, snapshot, &visit.caller).await?;
    Ok(shown.map(|shown| Account { name: shown.name, username: shown.user_name }))
}

/// Whoever is signed in, as pages show them.
pub async fn account(web: &Web, user: UserId) -> Result<Account, Trouble> {
    let shown = flow::account::shown(&web.node, user).await?;
    Ok(Account { name: shown.name, username: shown.user_name })
}

/// The account of the findings; a page that needs one is not reached without.
pub async fn account_of(web: &Web, findings: &Findings) -> Result<Account, Trouble> {
    match &findings.session {
        Some(session) => account(web, session.user_id).await,
        None => Err(Trouble::forbidden()),
    }
}

/// Goes where a journey leads.
pub fn go_on(web: &Web, visit: &Visit, open: &Open, next: Next) -> Result<Response, Trouble> {
    match next {
        Next::Ask(step) => Ok(see_other(&path(&step, open.attempt.id))),
        Next::Respond(response, renewed) => {
            Ok(with_new_secret(web, respond(web, visit, &open.client, response)?, renewed.as_ref()))
        }
        // The GET of the same attempt says what there is to say.
        Next::Finished => Ok(see_other(&format!("/signin?a={}", open.attempt.id))),
    }
}

/// Takes an answer and goes on; a stale one leads to the page that is due.
pub async fn answer(web: &Web, visit: &Visit, open: &Open, answer: Answer<'_>) -> Result<Response, Trouble> {
    match open.journey(web).answer(&open.attempt, answer, &visit.caller).await? {
        Answered::Next(next) => {
            send_first(web, visit, &next, &visit.caller).await;
            go_on(web, visit, open, next)
        }
        Answered::Stale(step) => Ok(see_other(&path(&step, open.attempt.id))),
    }
}

/// Sends the code that is the only way to prove a factor: whoever was just asked by a form for something else need not
/// ask for it (M7). What came of it is on the page that asks for the code, which can send one as well.
async fn send_first(web: &Web, visit: &Visit, next: &Next, caller: &Caller) {
    let Next::Ask(Step::ProveFactor { methods, .. }) = next else { return };
    let [method] = methods.as_slice() else { return };
    let Some(channel) = Channel::of(*method) else { return };
    // What was answered is in the database, not in the attempt as it was opened.
    let Ok(Ok(open)) = open(web, visit).await else { return };
    if let Err(error) = open.journey(web).send_code(&open.attempt, channel, caller).await {
        tracing::warn!(error = chain(&error), "a code was not sent; the page offers to send one");
    }
}

/// The same for somebody who has just signed in, whose cookie is on its way.
pub async fn send_after_sign_in(web: &Web, visit: &Visit, open: &Open, session: &Secret<String>) {
    if !open.journey(web).sends_codes() {
        return;
    }
    let caller = visit.caller.clone().with_session(session);
    if let Ok(Ok(open)) = self::open(web, visit).await
        && let Ok((_, step)) = open.journey(web).look(&caller).await
    {
        send_first(web, visit, &Next::Ask(step), &caller).await;
    }
}

/// The step that is due, for a page that shows `wanted`; otherwise the response that leads there.
pub async fn due(
    web: &Web,
    visit: &Visit,
    open: &Open,
    wanted: fn(&Step) -> bool,
) -> Result<Result<(Findings, Step), Response>, Trouble> {
    let journey = open.journey(web);
    let (findings, step) = journey.look(&visit.caller).await?;
    if wanted(&step) {
        return Ok(Ok((findings, step)));
    }
    match journey.take(step, &findings).await? {
        // Whoever is signed in may not go on, and this is the page where they can prove it anew.
        Next::Ask(step) if wanted(&step) => Ok(Ok((findings, step))),
        next => Ok(Err(go_on(web, visit, open, next)?.into_response())),
    }
}
