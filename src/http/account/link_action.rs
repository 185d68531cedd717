//! `/unlock`, `/not-me`, `/verify-email` and its undoing: one button behind a link from a mail.

use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    base::bearer::Presented,
    flow::link_action::{LinkAction, LinkActionOutcome, account, act},
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
        pages::{ConfirmLink, LinkDone, LinkKind},
    },
};

const FORM: &str = "link-action";

/// `GET /unlock`.
pub async fn get_unlock(state: State<SharedWeb>, visit: Visit, headers: HeaderMap) -> Result<Response, Trouble> {
    get(&state, &visit, &headers, LinkAction::Unlock).await
}

/// `POST /unlock`.
pub async fn post_unlock(
    state: State<SharedWeb>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Trouble> {
    post(&state, &visit, &headers, &form, LinkAction::Unlock).await
}

/// `GET /not-me`.
pub async fn get_not_me(state: State<SharedWeb>, visit: Visit, headers: HeaderMap) -> Result<Response, Trouble> {
    get(&state, &visit, &headers, LinkAction::NotMe).await
}

/// `POST /not-me`.
pub async fn post_not_me(
    state: State<SharedWeb>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Trouble> {
    post(&state, &visit, &headers, &form, LinkAction::NotMe).await
}

/// `GET /verify-email`.
pub async fn get_verify_email(state: State<SharedWeb>, visit: Visit, headers: HeaderMap) -> Result<Response, Trouble> {
    get(&state, &visit, &headers, LinkAction::VerifyEmail).await
}

/// `POST /verify-email`.
pub async fn post_verify_email(
    state: State<SharedWeb>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Trouble> {
    post(&state, &visit, &headers, &form, LinkAction::VerifyEmail).await
}

/// `GET /verify-email/undo`.
pub async fn get_undo_email(state: State<SharedWeb>, visit: Visit, headers: HeaderMap) -> Result<Response, Trouble> {
    get(&state, &visit, &headers, LinkAction::UndoEmail).await
}

/// `POST /verify-email/undo`.
pub async fn post_undo_email(
    state: State<SharedWeb>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Trouble> {
    post(&state, &visit, &headers, &form, LinkAction::UndoEmail).await
}

const fn path(action: LinkAction) -> &'static str {
    match action {
        LinkAction::Unlock => "/unlock",
        LinkAction::NotMe => "/not-me",
        LinkAction::VerifyEmail => "/verify-email",
        LinkAction::UndoEmail => "/verify-email/undo",
    }
}

const fn kind(action: LinkAction) -> LinkKind {
    match action {
        LinkAction::Unlock => LinkKind::Unlock,
        LinkAction::NotMe => LinkKind::NotMe,
        LinkAction::VerifyEmail => LinkKind::VerifyEmail,
        LinkAction::UndoEmail => LinkKind::UndoEmail,
    }
}

/// Shows the button. A GET never uses the link up (D24).
async fn get(web: &Web, visit: &Visit, headers: &HeaderMap, action: LinkAction) -> Result<Response, Trouble> {
    if let Some(secret) = link::in_address(&visit.query) {
        return Ok(link::moved(web, secret, path(action)));
    }
    match found(web, headers, action).await? {
        Some((presented, account)) => page(web, visit, &presented, account, action, Vec::new()).await,
        None => link::expired(web, visit),
    }
}

async fn post(
    web: &Web,
    visit: &Visit,
    headers: &HeaderMap,
    form: &Form,
    action: LinkAction,
) -> Result<Response, Trouble> {
    let Some((presented, account)) = found(web, headers, action).await? else { return link::expired(web, visit) };
    let snapshot = web.node.snapshot().await?;
    let owner = link::owner(&presented);
    if !form.is_genuine(&snapshot, Some(FormOwner::Flow(&owner)), FORM) {
        return page(web, visit, &presented, account, action, vec![Problem::FormStale]).await;
    }
    match act(&web.node, &presented, action, &visit.caller).await? {
        LinkActionOutcome::Done => {
            Ok(link::used(web, web.show(visit, &LinkDone { kind: kind(action) }, Setting::default())?))
        }
        LinkActionOutcome::Secured(token) => Ok(link::moved(web, token.expose(), "/password/reset")),
        LinkActionOutcome::LinkGone => link::expired(web, visit),
    }
}

/// The link that the browser carries, and the account it is about.
async fn found(web: &Web, headers: &HeaderMap, action: LinkAction) -> Result<Option<(Presented, String)>, Trouble> {
    let Some(presented) = link::carried(web, headers, action.purpose().kind()) else { return Ok(None) };
    Ok(account(&web.node, &presented, action).await?.map(|account| (presented, account)))
}

async fn page(
    web: &Web,
    visit: &Visit,
    presented: &Presented,
    account: String,
    action: LinkAction,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let page = ConfirmLink { action: Href::local(path(action)), kind: kind(action), account, problems };
    let owner = link::owner(presented);
    let csrf = Some(web.form_token(&snapshot, FormOwner::Flow(&owner), FORM));
    web.show(visit, &page, Setting { csrf, ..Setting::default() })
}
