//! `/signout`: the person confirms that they want to leave.

use axum::{extract::State, response::Response};

use crate::{
    flow::{
        authorize::{HandleKind, keep_request, kept_request},
        end_session::{Confirmation, EndSessionOutcome, end_session},
        snapshot::Snapshot,
    },
    http::{
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        oidc::end_session::finish,
        page::{Setting, see_other},
        signin,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href,
        pages::{AlreadySignedIn, SignOut},
    },
};

const FORM: &str = "signout";

/// Asks, for somebody who came here by themselves.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    match end_session(&web.node, b"", &visit.caller, false).await? {
        EndSessionOutcome::Confirm(confirmation) => page(&web, &visit, "", &confirmation).await,
        outcome => finish(&web, &visit, outcome),
    }
}

/// The page that asks. What was requested is kept, and checked again when the answer comes.
pub async fn page(web: &Web, visit: &Visit, request: &str, confirmation: &Confirmation) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    // The request may hold an ID token, which has no place in an address.
    let action = match request {
        "" => "/signout".to_owned(),
        request => format!("/signout?r={}", keep_request(&web.node, HandleKind::Logout, request).await?.expose()),
    };
    let page = SignOut {
        action: Href::local(action),
        account: Some(signin::account(web, confirmation.session.user_id).await?),
        clients: confirmation.clients.clone(),
    };
    let owner = confirmation.session.id.text();
    let setting = Setting {
        client: confirmation.client.as_deref(),
        ui_locales: confirmation.ui_locales.as_deref(),
        csrf: Some(web.form_token(&snapshot, FormOwner::Session(&owner), FORM)),
        ..Setting::default()
    };
    web.show(visit, &page, setting)
}

/// Takes the answer.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let owner = visit.caller.session.as_ref().map(|presented| presented.id.to_string());
    if !form.is_genuine(&snapshot, owner.as_deref().map(FormOwner::Session), FORM) {
        return Ok(see_other("/signout"));
    }
    let request = match visit.param("r") {
        Some(handle) => kept_request(&web.node, HandleKind::Logout, handle).await?.unwrap_or_default(),
        None => String::new(),
    };
    if form.field("action") == "stay" {
        return stay(&web, &visit, &snapshot).await;
    }
    let outcome = end_session(&web.node, request.as_bytes(), &visit.caller, true).await?;
    finish(&web, &visit, outcome)
}

/// The person thought better of it.
async fn stay(web: &Web, visit: &Visit, snapshot: &Snapshot) -> Result<Response, Trouble> {
    match signin::signed_in(web, visit, snapshot).await? {
        Some(account) => web.show(visit, &AlreadySignedIn { account, proceed: None }, Setting::default()),
        None => Ok(see_other("/signout")),
    }
}
