//! `/password/reset`: a password by link, handed out by an administrator or mailed.

use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    authn::password::MAX_CHARACTERS,
    base::bearer::{BearerKind, Presented},
    flow::{
        authorize::{Found, find_attempt},
        forgot_password::CameFrom,
        new_password::PasswordProblem,
        set_password::{LinkFacts, SetPasswordOutcome, look, set_password},
    },
    http::{
        account::link,
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::{Setting, home},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href, Problem,
        pages::{PasswordRules, PasswordSaved, SetPassword},
    },
};

const FORM: &str = "password";
const PATH: &str = "/password/reset";

/// Shows the form. A GET never uses the link up (D24).
pub async fn get(State(web): State<SharedWeb>, visit: Visit, headers: HeaderMap) -> Result<Response, Trouble> {
    if let Some(secret) = link::in_address(&visit.query) {
        return Ok(link::moved(&web, secret, PATH));
    }
    let Some(presented) = link::carried(&web, &headers, BearerKind::PasswordLink) else {
        return link::expired_with_another(&web, &visit, None, PATH).await;
    };
    match look(&web.node, &presented).await? {
        Some(facts) => page(&web, &visit, &presented, &facts, Vec::new()).await,
        None => link::expired_with_another(&web, &visit, Some(&presented), PATH).await,
    }
}

/// Sets the password.
pub async fn post(
    State(web): State<SharedWeb>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Trouble> {
    let Some(presented) = link::carried(&web, &headers, BearerKind::PasswordLink) else {
        return link::expired_with_another(&web, &visit, None, PATH).await;
    };
    let Some(facts) = look(&web.node, &presented).await? else {
        return match link::again(&web, &visit, &presented, &form).await? {
            Some(response) => Ok(response),
            None => link::expired_with_another(&web, &visit, Some(&presented), PATH).await,
        };
    };
    let snapshot = web.node.snapshot().await?;
    let owner = link::owner(&presented);
    if !form.is_genuine(&snapshot, Some(FormOwner::Flow(&owner)), FORM) {
        return page(&web, &visit, &presented, &facts, vec![Problem::FormStale]).await;
    }
    match set_password(&web.node, &presented, form.field("new_password"), &visit.caller).await? {
        SetPasswordOutcome::Saved(from) => {
            let sign_in = onward(&web, &visit, &from).await?;
            let client = from.client.as_deref().and_then(|id| snapshot.client(id));
            let setting = Setting { client: client.as_deref(), ..Setting::default() };
            Ok(link::used(&web, web.show(&visit, &PasswordSaved { sign_in }, setting)?))
        }
        SetPasswordOutcome::Refused(failures) => {
            let problems = failures.into_iter().map(problem).collect();
            page(&web, &visit, &presented, &facts, problems).await
        }
        SetPasswordOutcome::LinkGone => link::expired_with_another(&web, &visit, Some(&presented), PATH).await,
    }
}

/// Where the person signs in now: in the attempt they came from, if it is this browser's, else at the application.
async fn onward(web: &Web, visit: &Visit, from: &CameFrom) -> Result<Option<Href>, Trouble> {
    if let Some(id) = from.attempt
        && let Found::Live(attempt) = find_attempt(&web.node, id, &visit.caller).await?
    {
        return Ok(Some(Href::local(format!("/signin?a={}", attempt.id))));
    }
    let snapshot = web.node.snapshot().await?;
    Ok(from.client.as_deref().and_then(|id| snapshot.client(id)).as_deref().and_then(home))
}

/// A problem with a new password, in the page's words.
pub fn problem(problem: PasswordProblem) -> Problem {
    match problem {
        PasswordProblem::Missing => Problem::NewPasswordMissing,
        PasswordProblem::TooLong => Problem::PasswordLong(u32::try_from(MAX_CHARACTERS).unwrap_or(u32::MAX)),
        PasswordProblem::Policy(failure) => Problem::of_new_password(failure),
    }
}

async fn page(
    web: &Web,
    visit: &Visit,
    presented: &Presented,
    facts: &LinkFacts,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let page = SetPassword {
        action: Href::local(PATH),
        username: facts.user_name.clone(),
        first: facts.first,
        rules: PasswordRules::new(&facts.policy, &problems),
        problems,
    };
    let owner = link::owner(presented);
    let csrf = Some(web.form_token(&snapshot, FormOwner::Flow(&owner), FORM));
    web.show(visit, &page, Setting { csrf, ..Setting::default() })
}
