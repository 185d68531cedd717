//! `/signin/customer`: the company to act for; or the news that there is none.

use axum::{extract::State, response::Response};

use crate::{
    base::id::ReferenceId,
    flow::{answer::Answer, interaction::Step, survey::Findings},
    http::{
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::see_other,
        signin::{self, Open},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    identity::selection::Candidate,
    theme::{
        Href, LastUsed, Problem,
        pages::{Choice, ChooseCustomer, Incident, NoAccess, Search},
    },
};

/// Name of every form here: one page shows one of them, or two that answer the same question.
const FORM: &str = "customer";

/// Shows the companies, or that there are none.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    show(&web, &visit, &open, Vec::new()).await
}

/// Takes the choice.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let owner = signin::owner(&visit.caller);
    if !form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), FORM) {
        return Ok(see_other(&visit.here));
    }
    let answer = match form.field("action") {
        "other" => Answer::OtherAccount,
        _ if form.field("reference").is_empty() => {
            return show(&web, &visit, &open, vec![Problem::CustomerMissing]).await;
        }
        _ => Answer::Customer { reference: form.field("reference"), remember: form.has("remember") },
    };
    signin::answer(&web, &visit, &open, answer).await
}

async fn show(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let asks = |step: &Step| matches!(step, Step::ChooseCustomer { .. } | Step::NoAccess);
    match signin::due(web, visit, open, asks).await? {
        Ok((findings, Step::ChooseCustomer { candidates, preselected })) => {
            chooser(web, visit, open, &findings, &candidates, preselected, problems).await
        }
        Ok((findings, _)) => no_access(web, visit, open, &findings).await,
        Err(response) => Ok(response),
    }
}

async fn chooser(
    web: &Web,
    visit: &Visit,
    open: &Open,
    findings: &Findings,
    candidates: &[Candidate],
    preselected: Option<ReferenceId>,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let query = visit.param("q").unwrap_or_default().trim().to_owned();
    let path = Href::local("/signin/customer");
    let search = (candidates.len() > Search::FROM).then(|| Search {
        path,
        attempt: open.attempt.id.text(),
        query: query.clone(),
        total: candidates.len(),
    });
    let now = web.node.now();
    let choices = candidates.iter().filter(|it| search.is_none() || is_found(it, &query)).map(|it| Choice {
        reference: it.reference.text(),
        name: it.customer_name.clone(),
        code: it.code.clone(),
        city: it.city.clone(),
        role: (!it.roles.is_empty()).then(|| it.roles.join(", ")),
        last_used: it.last_used_at.map(|at| LastUsed::new(at, now)),
        selected: preselected == Some(it.reference),
    });
    let page = ChooseCustomer {
        action: Href::local(format!("/signin/customer?a={}", open.attempt.id)),
        account: signin::account_of(web, findings).await?,
        choices: choices.collect(),
        search,
        remember: Some(false),
        problems,
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// Search in name, code and city, whatever the case.
fn is_found(candidate: &Candidate, query: &str) -> bool {
    let query = query.to_lowercase();
    let city = candidate.city.as_deref().unwrap_or_default();
    [candidate.customer_name.as_str(), candidate.code.as_str(), city]
        .iter()
        .any(|text| text.to_lowercase().contains(&query))
}

async fn no_access(web: &Web, visit: &Visit, open: &Open, findings: &Findings) -> Result<Response, Trouble> {
    let metadata = open.client.metadata();
    let page = NoAccess {
        account: signin::account_of(web, findings).await?,
        customer: None,
        contact: metadata.contacts.first().cloned(),
        back: Some(Href::local(format!("/signin/leave?a={}", open.attempt.id))),
        switch: Some(Href::local(format!("/signin/customer?a={}", open.attempt.id))),
        incident: Incident { code: "access_denied".to_owned(), id: open.attempt.id.text(), at: web.node.now().into() },
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// `/signin/leave`: back to the application of an account that has no access to it. It is told `access_denied`.
pub async fn leave(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let owner = signin::owner(&visit.caller);
    if !form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), FORM) {
        return Ok(see_other(&visit.here));
    }
    signin::answer(&web, &visit, &open, Answer::LeaveWithoutAccess).await
}
