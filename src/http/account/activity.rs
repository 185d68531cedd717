//! `/account/activity`: what happened to an account.

use axum::{extract::State, response::Response};

use crate::{
    flow::account::{
        activity::{Happening, activity},
        sessions::secure,
    },
    http::{
        account::person::Signed,
        error::Trouble,
        form::Form,
        page::see_other,
        state::{SharedWeb, Web},
    },
    theme::{
        Href, Problem,
        pages::{AccountActivity, HappeningLine, Section},
    },
};

const FORM: &str = "account-activity";
const PATH: &str = "/account/activity";

/// Lists it.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    page(&web, &signed, Vec::new()).await
}

/// "This wasn't me": closes everything elsewhere, and goes on to a new password.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, vec![Problem::FormStale]).await;
    }
    if form.field("action") != "not-me" {
        return Ok(see_other(PATH));
    }
    secure(&web.node, &signed.session, &signed.visit.caller).await?;
    Ok(see_other("/password/change"))
}

async fn page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let before = signed.visit.param("before").and_then(|id| id.parse().ok());
    let found = activity(&web.node, &signed.snapshot, signed.user.id, before).await?;
    let line = |it: Happening| HappeningLine {
        kind: HappeningLine::kind(&it.action, it.succeeded),
        action: it.action,
        succeeded: it.succeeded,
        by_others: it.by_others,
        application: it.application,
        ip: it.ip,
        at: it.at.into(),
    };
    let page = AccountActivity {
        head: signed.head(Section::Activity),
        action: Href::local(PATH),
        happenings: found.happenings.into_iter().map(line).collect(),
        older: found.next.map(|id| Href::local(format!("{PATH}?before={}", id.text()))),
        problems,
    };
    signed.show(web, &page, FORM)
}
