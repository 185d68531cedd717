//! `/password/forgot`: the same page for everybody (security.md S9, D31).

use std::sync::Arc;

use axum::{extract::State, response::Response};

use crate::{
    base::{
        bearer::{BearerKind, mint},
        id::AttemptId,
        secret::Secret,
    },
    flow::{
        authorize::{Found, find_attempt},
        forgot_password::{CameFrom, forgot_password},
        self_service::offers_reset,
    },
    http::{
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::{Setting, see_other, with_flow_cookie},
        signin,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    oidc::client::Client,
    theme::{
        Href, Problem,
        pages::{ForgotPassword, ForgotState},
    },
};

const FORM: &str = "forgot";
/// Where it is.
pub const PATH: &str = "/password/forgot";

/// Where the person came from.
struct Origin {
    client: Option<Arc<Client>>,
    attempt: Option<AttemptId>,
    /// The attempt is this browser's and goes on.
    live: bool,
}

impl Origin {
    fn came_from(&self) -> CameFrom {
        let client = self.client.as_ref().map(|client| client.id().to_owned());
        CameFrom { attempt: self.attempt, client }
    }

    /// The way back to the page of the attempt.
    fn back(&self) -> Option<Href> {
        self.attempt.filter(|_| self.live).map(|id| Href::local(format!("/signin?a={id}")))
    }
}

/// Shows the form, or what was shown after it.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let origin = origin(&web, &visit).await?;
    match visit.param("sent") {
        Some(_) => page(&web, &visit, &origin, Shown::of(ForgotState::Sent)).await,
        None => page(&web, &visit, &origin, Shown::of(ForgotState::Ask)).await,
    }
}

/// Takes the name. Whoever it is, the work and the answer are the same.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let origin = origin(&web, &visit).await?;
    let name = form.field("username").trim().to_owned();
    let owner = signin::owner(&visit.caller);
    let snapshot = web.node.snapshot().await?;
    let client = origin.client.as_ref().map(|client| client.id());
    if !offers_reset(&snapshot.settings, client) {
        return page(&web, &visit, &origin, Shown::of(ForgotState::Off)).await;
    }
    let problem = match () {
        () if !form.is_genuine(&snapshot, owner.as_deref().map(FormOwner::Flow), FORM) => Some(Problem::FormStale),
        () if name.is_empty() => Some(Problem::UsernameMissing),
        () => None,
    };
    if let Some(problem) = problem {
        return page(&web, &visit, &origin, Shown { state: ForgotState::Ask, name, problems: vec![problem] }).await;
    }
    admit(&web, &visit)?;
    let locale = visit.locale(None, web.theme.locales());
    forgot_password(&web.node, &name, &locale, origin.came_from(), &visit.caller).await?;
    Ok(see_other(&sent(origin.attempt)))
}

/// Counts a form of a stranger against the address it comes from (security.md S5 L9).
pub fn admit(web: &Web, visit: &Visit) -> Result<(), Trouble> {
    let Some(address) = visit.caller.browser.ip.as_deref().and_then(|ip| ip.parse().ok()) else { return Ok(()) };
    web.limits.flow_start(address).map_err(|too_many| Trouble::throttled(too_many.retry_after))
}

/// The page that says what happens next.
pub fn sent(attempt: Option<AttemptId>) -> String {
    match attempt {
        Some(attempt) => format!("{PATH}?sent=1&a={attempt}"),
        None => format!("{PATH}?sent=1"),
    }
}

/// The address of the page for an attempt.
pub fn path(attempt: AttemptId) -> Href {
    Href::local(format!("{PATH}?a={attempt}"))
}

async fn origin(web: &Web, visit: &Visit) -> Result<Origin, Trouble> {
    let attempt: Option<AttemptId> = visit.param("a").and_then(|id| id.parse().ok());
    let found = match attempt {
        Some(id) => find_attempt(&web.node, id, &visit.caller).await?,
        None => Found::Lost,
    };
    let (client_id, live) = match &found {
        Found::Live(attempt) => (&attempt.client_id, true),
        Found::Finished(attempt) | Found::Restart(attempt) => (&attempt.client_id, false),
        Found::Lost => return Ok(Origin { client: None, attempt: None, live: false }),
    };
    Ok(Origin { client: web.node.snapshot().await?.client(client_id), attempt, live })
}

/// What the page shows.
struct Shown {
    state: ForgotState,
    name: String,
    problems: Vec<Problem>,
}

impl Shown {
    fn of(state: ForgotState) -> Self {
        Self { state, name: String::new(), problems: Vec::new() }
    }
}

async fn page(web: &Web, visit: &Visit, origin: &Origin, shown: Shown) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let client = origin.client.as_deref();
    let offered = offers_reset(&snapshot.settings, client.map(Client::id));
    let state = if offered { shown.state } else { ForgotState::Off };
    let (owner, cookie) = flow(web, visit);
    let action = origin.attempt.map_or_else(|| Href::local(PATH), path);
    let page = ForgotPassword { action, state, username: shown.name, back: origin.back(), problems: shown.problems };
    let csrf = Some(web.form_token(&snapshot, FormOwner::Flow(&owner), FORM));
    Ok(with_flow_cookie(web, web.show(visit, &page, Setting { client, csrf, ..Setting::default() })?, cookie))
}

/// The flow that a form of a stranger belongs to, and its cookie where it is new.
pub fn flow(web: &Web, visit: &Visit) -> (String, Option<Secret<String>>) {
    match signin::owner(&visit.caller) {
        Some(owner) => (owner, None),
        None => {
            let id = web.node.entropy.uuid(web.node.now());
            (id.to_string(), Some(mint(BearerKind::Flow, id, &*web.node.entropy).value))
        }
    }
}
