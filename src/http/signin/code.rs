//! `/signin/code`: a code of an app, or a recovery code.

use axum::{extract::State, response::Response};

use crate::{
    authn::factor::MfaMethod,
    flow::{factors::verify::Answer, interaction::Step},
    http::{
        error::Trouble,
        form::Form,
        signin::{
            self, Open,
            factor::{FORM, around, came_of, is_genuine, offers, other_way, proving, trust},
        },
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{Href, Problem, pages::FactorCode},
};

/// Asks for the code.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    show(&web, &visit, &open, Vec::new()).await
}

/// Verifies it.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if !is_genuine(&open, &visit, &form) {
        return show(&web, &visit, &open, vec![Problem::FormStale]).await;
    }
    let step = match proving(&web, &visit, &open).await? {
        Ok((_, step)) => step,
        Err(response) => return Ok(response),
    };
    let typed = form.field("code").trim();
    if typed.is_empty() {
        return show(&web, &visit, &open, vec![Problem::CodeMissing]).await;
    }
    let (answer, wrong) = match method(&visit, &step) {
        Some(MfaMethod::Totp) => (Answer::Totp(typed), Problem::CodeWrong),
        Some(MfaMethod::Recovery) => (Answer::Recovery(typed), Problem::RecoveryWrong),
        _ => return Err(Trouble::not_found()),
    };
    let trust = form.has("trust_device");
    let proving = open.journey(&web).prove(&open.attempt, answer, trust, &visit.caller).await?;
    match came_of(&web, &visit, &open, proving, wrong, Problem::CodeGone)? {
        Ok(response) => Ok(response),
        Err(problem) => show(&web, &visit, &open, vec![problem]).await,
    }
}

/// What kind of code: the one that the address names, else the preferred one.
fn method(visit: &Visit, step: &Step) -> Option<MfaMethod> {
    let Step::ProveFactor { methods, preferred } = step else { return None };
    let typed = |method: &MfaMethod| matches!(method, MfaMethod::Totp | MfaMethod::Recovery);
    let named = visit.param("method").and_then(|name| name.parse().ok()).filter(|method| offers(step, *method));
    named.or(Some(*preferred)).filter(typed).or_else(|| methods.iter().copied().find(typed))
}

async fn show(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let (findings, step) = match proving(web, visit, open).await? {
        Ok(due) => due,
        Err(response) => return Ok(response),
    };
    let Some(method) = method(visit, &step) else { return Err(Trouble::not_found()) };
    let page = FactorCode {
        action: Href::local(format!("/signin/code?a={}&method={method}", open.attempt.id)),
        around: around(web, open, &findings).await?,
        method: method.text(),
        sent: None,
        trust: trust(&findings),
        other_way: other_way(open, &step),
        problems,
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}
