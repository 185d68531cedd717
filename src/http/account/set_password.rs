//! `/password/reset`: a password by link.

use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    authn::password::MAX_CHARACTERS,
    base::bearer::{BearerKind, Presented},
    flow::{
        new_password::PasswordProblem,
        set_password::{LinkFacts, SetPasswordOutcome, look, set_password},
    },
    http::{
        account::link,
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::Setting,
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
        return link::expired(&web, &visit);
    };
    match look(&web.node, &presented).await? {
        Some(facts) => page(&web, &visit, &presented, &facts, Vec::new()).await,
        None => link::expired(&web, &visit),
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
        return link::expired(&web, &visit);
    };
    let Some(facts) = look(&web.node, &presented).await? else { return link::expired(&web, &visit) };
    let snapshot = web.node.snapshot().await?;
    let owner = link::owner(&presented);
    if !form.is_genuine(&snapshot, Some(FormOwner::Flow(&owner)), FORM) {
        return page(&web, &visit, &presented, &facts, vec![Problem::FormStale]).await;
    }
    match set_password(&web.node, &presented, form.field("new_password"), &visit.caller).await? {
        SetPasswordOutcome::Saved => {
            let saved = web.show(&visit, &PasswordSaved { sign_in: None }, Setting::default())?;
            Ok(link::used(&web, saved))
        }
        SetPasswordOutcome::Refused(failures) => {
            let problems = failures.into_iter().map(problem).collect();
            page(&web, &visit, &presented, &facts, problems).await
        }
        SetPasswordOutcome::LinkGone => link::expired(&web, &visit),
    }
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
