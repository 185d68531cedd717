//! `/setup`: the first administrator.

use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    base::bearer::{BearerKind, Presented},
    flow::{
        new_password::policy,
        setup::{SetupOutcome, SetupProblem, Typed, is_live, setup},
    },
    http::{
        account::{link, set_password::problem},
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::Setting,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href, Problem,
        pages::{PasswordRules, Setup, SetupDone},
    },
};

const FORM: &str = "setup";
const PATH: &str = "/setup";

/// Shows the form. A GET never uses the link up (D24).
pub async fn get(State(web): State<SharedWeb>, visit: Visit, headers: HeaderMap) -> Result<Response, Trouble> {
    if let Some(secret) = link::in_address(&visit.query) {
        return Ok(link::moved(&web, secret, PATH));
    }
    match link::carried(&web, &headers, BearerKind::SetupLink) {
        Some(presented) if is_live(&web.node, &presented).await? => {
            page(&web, &visit, &presented, ["", ""], Vec::new()).await
        }
        _ => link::expired(&web, &visit),
    }
}

/// Makes the administrator.
pub async fn post(
    State(web): State<SharedWeb>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Trouble> {
    let presented = match link::carried(&web, &headers, BearerKind::SetupLink) {
        Some(presented) if is_live(&web.node, &presented).await? => presented,
        _ => return link::expired(&web, &visit),
    };
    let typed = [form.field("name"), form.field("email")];
    let snapshot = web.node.snapshot().await?;
    let owner = link::owner(&presented);
    if !form.is_genuine(&snapshot, Some(FormOwner::Flow(&owner)), FORM) {
        return page(&web, &visit, &presented, typed, vec![Problem::FormStale]).await;
    }
    let [name, email] = typed;
    match setup(&web.node, &presented, &Typed { name, email, password: form.field("new_password") }).await? {
        SetupOutcome::Done => {
            let page = SetupDone { username: email.trim().to_owned() };
            Ok(link::used(&web, web.show(&visit, &page, Setting::default())?))
        }
        SetupOutcome::Refused(problems) => {
            let problems = problems.into_iter().map(shown).collect();
            page(&web, &visit, &presented, typed, problems).await
        }
        SetupOutcome::LinkGone => link::expired(&web, &visit),
    }
}

fn shown(found: SetupProblem) -> Problem {
    match found {
        SetupProblem::NameMissing => Problem::NameMissing,
        SetupProblem::Email => Problem::EmailMalformed,
        SetupProblem::EmailTaken => Problem::EmailTaken,
        SetupProblem::Password(found) => problem(found),
    }
}

async fn page(
    web: &Web,
    visit: &Visit,
    presented: &Presented,
    [name, email]: [&str; 2],
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let page = Setup {
        action: Href::local(PATH),
        name: name.to_owned(),
        email: email.to_owned(),
        rules: PasswordRules::new(&policy(&snapshot.settings, &[]), &problems),
        problems,
    };
    let owner = link::owner(presented);
    let csrf = Some(web.form_token(&snapshot, FormOwner::Flow(&owner), FORM));
    web.show(visit, &page, Setting { csrf, ..Setting::default() })
}
