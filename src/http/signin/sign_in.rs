//! `/signin`: user name or e-mail address, and password.

use axum::{extract::State, response::Response};

use crate::{
    base::id::UserId,
    flow::{
        answer::Answer,
        demand::passkeys_stand_alone,
        interaction::Step,
        sign_in::{Cookies, SignInOutcome, Typed, sign_in, sign_in_by_passkey},
        survey::Next,
    },
    http::{
        account::forgot,
        cookies::{CookieName, LONGEST},
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::{see_other, with_cookie},
        signin::{self, Open, passkey},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    telemetry::metrics,
    theme::{
        Href, Problem,
        pages::{Account, SignIn},
    },
};

/// Name of the forms of this page.
pub const FORM: &str = "signin";

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
    let account = fixed_account(&web, again).await?;
    let hint = open.attempt.request.request.login_hint.clone().unwrap_or_default();
    let username = account.as_ref().map_or(hint, |account| account.username.clone());
    page(&web, &visit, &open, Filled { username, account, remember: false }, Vec::new())
}

/// Verifies what was typed.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let filled = fill(&web, &visit, &open, &form).await?;
    let owner = signin::owner(&visit.caller);
    if !form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), FORM) {
        return page(&web, &visit, &open, filled, vec![Problem::FormStale]);
    }
    // "Not you?" of a page that asks one person again.
    if form.field("action") == "other" {
        return signin::answer(&web, &visit, &open, Answer::OtherAccount).await;
    }
    let missing = [
        (filled.username.is_empty(), Problem::UsernameMissing),
        (form.field("password").is_empty(), Problem::PasswordMissing),
    ];
    let problems: Vec<Problem> =
        missing.into_iter().filter_map(|(missing, problem)| missing.then_some(problem)).collect();
    if !problems.is_empty() {
        return page(&web, &visit, &open, filled, problems);
    }
    let typed = Typed { username: &filled.username, password: form.field("password"), remember: filled.remember };
    let outcome = sign_in(&web.node, &open.snapshot, &open.attempt, &typed, &visit.caller).await?;
    if let SignInOutcome::SignedIn(cookies) = &outcome {
        signin::send_after_sign_in(&web, &visit, &open, &cookies.session).await;
    }
    came_of(&web, &visit, &open, outcome, filled, Problem::SignInRejected)
}

/// Takes a passkey that stands alone, posted by the script of this page.
pub async fn by_passkey(
    web: &Web,
    visit: &Visit,
    open: &Open,
    form: &Form,
    again: Option<UserId>,
) -> Result<Response, Trouble> {
    let filled = fill(web, visit, open, form).await?;
    let (answer, remember) = (form.field("credential"), filled.remember);
    let outcome =
        sign_in_by_passkey(&web.node, &open.snapshot, &open.attempt, again, answer, remember, &visit.caller).await?;
    came_of(web, visit, open, outcome, filled, Problem::PasskeyFailed)
}

fn came_of(
    web: &Web,
    visit: &Visit,
    open: &Open,
    outcome: SignInOutcome,
    filled: Filled,
    rejected: Problem,
) -> Result<Response, Trouble> {
    metrics::sign_in(outcome.name());
    match outcome {
        SignInOutcome::SignedIn(cookies) => {
            let response = see_other(&format!("/signin?a={}", open.attempt.id));
            Ok(with_cookies(web, response, &cookies))
        }
        SignInOutcome::Rejected => page(web, visit, open, filled, vec![rejected]),
        SignInOutcome::Throttled(retry_after) => Err(Trouble::throttled(retry_after)),
        SignInOutcome::Finished => signin::go_on(web, visit, open, Next::Finished),
    }
}

/// What stands in the form.
struct Filled {
    username: String,
    /// The account that is to be proved again; its name cannot be changed.
    account: Option<Account>,
    remember: bool,
}

/// The form as it was sent. Where somebody is to prove it again, it is that account whatever was sent.
async fn fill(web: &Web, visit: &Visit, open: &Open, form: &Form) -> Result<Filled, Trouble> {
    let again = match open.journey(web).look(&visit.caller).await?.1 {
        Step::SignIn { again } => again,
        _ => None,
    };
    let account = fixed_account(web, again).await?;
    let typed = form.field("username").trim().to_owned();
    let username = account.as_ref().map_or(typed, |account| account.username.clone());
    Ok(Filled { username, account, remember: form.has("remember") })
}

async fn fixed_account(web: &Web, again: Option<UserId>) -> Result<Option<Account>, Trouble> {
    match again {
        Some(user) => signin::account(web, user).await.map(Some),
        None => Ok(None),
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

fn page(web: &Web, visit: &Visit, open: &Open, filled: Filled, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let offered = open.snapshot.settings.session(Some(open.client.id())).offers_remember();
    let page = SignIn {
        action: Href::local(format!("/signin?a={}", open.attempt.id)),
        username: filled.username,
        account: filled.account,
        remember: offered.then_some(filled.remember),
        notice: None,
        problems,
        passkey: passkeys_stand_alone(&web.node, &open.snapshot).then(|| passkey::ceremony(open, passkey::PATH)),
        forgot: Some(forgot::path(open.attempt.id)),
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}
