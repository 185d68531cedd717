//! `/signout`: the person confirms that they want to leave.

use axum::{extract::State, response::Response};

use crate::{
    flow::{
        authorize::{HandleKind, kept_request},
        end_session::{Confirmation, EndSessionOutcome, Staying, end_session, stay},
    },
    http::{
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        oidc::end_session::{finish, question},
        page::{Setting, home, see_other},
        signin,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    oidc::client::Client,
    theme::{
        Href,
        pages::{Application, SignOut, StillSignedIn},
    },
};

const FORM: &str = "signout";

/// Asks, for somebody who came here by themselves. With `stay`: the answer was no, and this is where to go on.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    if visit.param("stay").is_some() {
        let (_, request) = kept(&web, &visit).await?;
        return match stay(&web.node, request.as_bytes(), &visit.caller).await? {
            Some(staying) => still_signed_in(&web, &visit, &staying).await,
            None => Ok(see_other("/signout")),
        };
    }
    match end_session(&web.node, b"", &visit.caller, false).await? {
        EndSessionOutcome::Confirm(confirmation) => page(&web, &visit, None, &confirmation).await,
        outcome => finish(&web, &visit, outcome),
    }
}

/// The page that asks. What was requested is kept behind `handle`, and checked again when the answer comes.
pub async fn page(
    web: &Web,
    visit: &Visit,
    handle: Option<&str>,
    confirmation: &Confirmation,
) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let account = match confirmation.in_use {
        true => Some(signin::account(web, confirmation.session.user_id).await?),
        false => None,
    };
    let page = SignOut { action: Href::local(address(handle, "")), account, clients: confirmation.clients.clone() };
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
    let (handle, request) = kept(&web, &visit).await?;
    if !form.is_genuine(&snapshot, owner.as_deref().map(FormOwner::Session), FORM) {
        return Ok(handle.map_or_else(|| see_other("/signout"), question));
    }
    if form.field("action") == "stay" {
        return Ok(see_other(&address(handle, "stay=1")));
    }
    let outcome = end_session(&web.node, request.as_bytes(), &visit.caller, true).await?;
    finish(&web, &visit, outcome)
}

/// What was requested, and the handle on it; both empty if it was nothing, or too long ago.
async fn kept<'a>(web: &Web, visit: &'a Visit) -> Result<(Option<&'a str>, String), Trouble> {
    let Some(handle) = visit.param("r") else { return Ok((None, String::new())) };
    let kept = kept_request(&web.node, HandleKind::Logout, handle).await?;
    Ok(kept.map_or_else(|| (None, String::new()), |request| (Some(handle), request)))
}

/// This page with the request behind `handle` and another parameter. A handle that was found needs no encoding.
fn address(handle: Option<&str>, more: &str) -> String {
    let handle = handle.map(|handle| format!("r={handle}"));
    let query: Vec<&str> = [handle.as_deref(), Some(more)].into_iter().flatten().filter(|it| !it.is_empty()).collect();
    if query.is_empty() { "/signout".to_owned() } else { format!("/signout?{}", query.join("&")) }
}

/// The person thought better of it.
async fn still_signed_in(web: &Web, visit: &Visit, staying: &Staying) -> Result<Response, Trouble> {
    let application = |client: &Client| home(client).map(|home| Application { name: client.name().to_owned(), home });
    let page = StillSignedIn {
        account: signin::account(web, staying.session.user_id).await?,
        applications: staying.clients.iter().filter_map(|client| application(client)).collect(),
        sign_out: Href::local("/signout"),
    };
    web.show(visit, &page, Setting::default())
}
