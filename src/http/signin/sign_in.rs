//! `/signin`: user name or e-mail address, and password.

use axum::{extract::State, response::Response};

use crate::{
    config::settings::{self, Scope},
    flow::{
        interaction::Step,
        sign_in::{Cookies, SignInOutcome, Typed, sign_in},
        survey::Next,
    },
    http::{
        cookies::{CookieName, LONGEST},
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::{see_other, with_cookie},
        signin::{self, Open},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    telemetry::metrics,
    theme::{
        Href, Problem,
        pages::{Account, SignIn},
    },
};

const FORM: &str = "signin";

/// Shows the form, if signing in is what is due.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let again = match signin::due(&web, &visit, &open, |step| matches!(step, Step::SignIn { .. })).await? {
        Ok((_, Step::SignIn { again })) => again,
        Ok(_) => None,
        Err(response) => return Ok(response),
    };
    let account = match again {
        Some(user) => Some(signin::account(&web, user).await?),
        None => None,
    };
    let hint = open.attempt.request.request.login_hint.clone().unwrap_or_default();
    let username = account.as_ref().map_or(hint, |account| account.username.clone());
    page(&web, &visit, &open, username, account, Vec::new())
}

/// Verifies what was typed.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let username = form.field("username").trim().to_owned();
    let owner = signin::owner(&visit.caller);
    if !form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), FORM) {
        return page(&web, &visit, &open, username, None, vec![Problem::FormStale]);
    }
    let missing = [
        (username.is_empty(), Problem::UsernameMissing),
        (form.field("password").is_empty(), Problem::PasswordMissing),
    ];
    let problems: Vec<Problem> =
        missing.into_iter().filter_map(|(missing, problem)| missing.then_some(problem)).collect();
    if !problems.is_empty() {
        return page(&web, &visit, &open, username, None, problems);
    }
    let typed = Typed { username: &username, password: form.field("password"), remember: form.has("remember") };
    let outcome = sign_in(&web.node, &open.snapshot, &open.attempt, &typed, &visit.caller).await?;
    metrics::sign_in(outcome.name());
    match outcome {
        SignInOutcome::SignedIn(cookies) => {
            let response = see_other(&format!("/signin?a={}", open.attempt.id));
            Ok(with_cookies(&web, response, &cookies))
        }
        SignInOutcome::Rejected => page(&web, &visit, &open, username, None, vec![Problem::SignInRejected]),
        SignInOutcome::Throttled(retry_after) => Err(Trouble::throttled(retry_after)),
        SignInOutcome::Finished => signin::go_on(&web, &visit, &open, Next::Finished),
    }
}

fn with_cookies(web: &Web, response: Response, cookies: &Cookies) -> Response {
    let session = web.cookies.set(CookieName::Session, cookies.session.expose(), cookies.keep);
    let response = with_cookie(response, session);
    match &cookies.known_browser {
        Some(value) => with_cookie(response, web.cookies.set(CookieName::KnownBrowser, value.expose(), Some(LONGEST))),
        None => response,
    }
}

fn page(
    web: &Web,
    visit: &Visit,
    open: &Open,
    username: String,
    account: Option<Account>,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let scope = Scope { client: Some(open.client.id()), ..Scope::INSTANCE };
    let offered = !open.snapshot.settings.get(&settings::SESSION_REMEMBER, &scope).is_zero();
    let page = SignIn {
        action: Href::local(format!("/signin?a={}", open.attempt.id)),
        username,
        account,
        remember: offered.then_some(false),
        notice: None,
        problems,
        forgot: None,
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}
