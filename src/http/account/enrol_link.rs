//! `/enrol`: the way from a mail to setting up a second factor (D33). The password comes first, where the person signs in.

use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    base::bearer::Presented,
    flow::enrol_link::{account, follow},
    http::{
        account::link,
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::Setting,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    store::link::LinkPurpose,
    theme::{
        Href, Problem,
        pages::{ConfirmLink, LinkDone, LinkKind},
    },
};

const PATH: &str = "/enrol";
const FORM: &str = "enrol-link";

/// Shows the button. A GET never uses the link up (D24).
pub async fn get(State(web): State<SharedWeb>, visit: Visit, headers: HeaderMap) -> Result<Response, Trouble> {
    if let Some(secret) = link::in_address(&visit.query) {
        return Ok(link::moved(&web, secret, PATH));
    }
    match found(&web, &headers).await? {
        Some((presented, account)) => page(&web, &visit, &presented, account, Vec::new()).await,
        None => link::expired(&web, &visit),
    }
}

/// Uses it, and says where it goes on: the next sign-in asks for the second factor.
pub async fn post(
    State(web): State<SharedWeb>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Trouble> {
    let Some((presented, account)) = found(&web, &headers).await? else { return link::expired(&web, &visit) };
    let snapshot = web.node.snapshot().await?;
    let owner = link::owner(&presented);
    if !form.is_genuine(&snapshot, Some(FormOwner::Flow(&owner)), FORM) {
        return page(&web, &visit, &presented, account, vec![Problem::FormStale]).await;
    }
    match follow(&web.node, &presented, &visit.caller).await? {
        true => Ok(link::used(&web, web.show(&visit, &LinkDone { kind: LinkKind::Enrol }, Setting::default())?)),
        false => link::expired(&web, &visit),
    }
}

/// The link that the browser carries, and the account it is about.
async fn found(web: &Web, headers: &HeaderMap) -> Result<Option<(Presented, String)>, Trouble> {
    let Some(presented) = link::carried(web, headers, LinkPurpose::Enrol.kind()) else { return Ok(None) };
    Ok(account(&web.node, &presented).await?.map(|account| (presented, account)))
}

async fn page(
    web: &Web,
    visit: &Visit,
    presented: &Presented,
    account: String,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let page = ConfirmLink { action: Href::local(PATH), kind: LinkKind::Enrol, account, problems };
    let owner = link::owner(presented);
    let csrf = Some(web.form_token(&snapshot, FormOwner::Flow(&owner), FORM));
    web.show(visit, &page, Setting { csrf, ..Setting::default() })
}
