//! `/account/applications`: what somebody let in.

use axum::{extract::State, response::Response};

use crate::{
    flow::account::applications::{Application, applications, revoke},
    http::{
        account::person::Signed,
        error::Trouble,
        form::Form,
        page::see_other,
        state::{SharedWeb, Web},
    },
    theme::{
        Href, LastUsed, Problem,
        pages::{AccountApplications, ApplicationLine, Scope, Section},
    },
};

const FORM: &str = "account-applications";
const PATH: &str = "/account/applications";
const DONE: &[&str] = &["application-revoked"];

/// Lists them.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    page(&web, &signed, Vec::new()).await
}

/// Shuts one out.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, vec![Problem::FormStale]).await;
    }
    let revoked = revoke(&web.node, signed.user.id, form.field("client_id"), &signed.visit.caller).await?;
    Ok(see_other(&if revoked { format!("{PATH}?done=application-revoked") } else { PATH.to_owned() }))
}

async fn page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let found = applications(&web.node, &signed.snapshot, signed.user.id).await?;
    let now = web.node.now();
    let line = |it: Application| ApplicationLine {
        client_id: it.client_id,
        name: it.name,
        home: it.home.as_deref().and_then(Href::new),
        scopes: it.scopes.iter().map(|scope| Scope::new(scope)).collect(),
        offline: it.offline,
        since: it.since.into(),
        last_used: it.last_used_at.map(|at| LastUsed::new(at, now)),
    };
    let page = AccountApplications {
        head: signed.head(Section::Applications),
        action: Href::local(PATH),
        done: signed.done(DONE),
        applications: found.into_iter().map(line).collect(),
        problems,
    };
    signed.show(web, &page, FORM)
}
