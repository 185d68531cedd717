//! A link's secret leaves the address bar at once: the first request moves it into a cookie (security.md S9).

use std::time::Duration;

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    base::bearer::{BearerKind, Presented, read},
    flow::{
        authorize::ATTEMPT_LIFE,
        forgot_password::{ask_again, can_ask_again},
    },
    http::{
        account::forgot,
        cookies::CookieName,
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::{Setting, see_other, with_cookie},
        state::Web,
        visit::Visit,
    },
    oidc::params::Params,
    theme::{
        Href,
        pages::{Again, LinkExpired},
    },
};

/// How long the browser keeps the secret: as long as the longest of these links lives.
const KEPT: Duration = ATTEMPT_LIFE;
/// The form that asks for another link.
const AGAIN: &str = "link-again";

/// The secret that a link's address brings, if it brings one: then it is to be moved.
pub fn in_address(query: &Params) -> Option<&str> {
    query.get("t")
}

/// Moves the secret into a cookie and goes on without it.
pub fn moved(web: &Web, secret: &str, path: &str) -> Response {
    with_cookie(see_other(path), web.cookies.set(CookieName::Link, secret, Some(KEPT)))
}

/// The link that the browser carries, as one of `kind`.
pub fn carried(web: &Web, headers: &HeaderMap, kind: BearerKind) -> Option<Presented> {
    web.cookies.read(headers, CookieName::Link).and_then(|value| read(kind, value))
}

/// What a form behind a link belongs to.
pub fn owner(presented: &Presented) -> String {
    presented.id.to_string()
}

/// "This link has been used or is too old."
pub fn expired(web: &Web, visit: &Visit) -> Result<Response, Trouble> {
    let setting = Setting { status: Some(StatusCode::GONE), ..Setting::default() };
    let response = web.show(visit, &LinkExpired { again: None }, setting)?;
    Ok(used(web, response))
}

/// The same, with a button that sends another one: for links that a person may ask for. Whoever carries one that was
/// never ours is led to the page where a name is typed.
pub async fn expired_with_another(
    web: &Web,
    visit: &Visit,
    presented: Option<&Presented>,
    path: &str,
) -> Result<Response, Trouble> {
    let status = Some(StatusCode::GONE);
    let known = match presented {
        Some(presented) => can_ask_again(&web.node, presented).await?.then_some(presented),
        None => None,
    };
    let Some(presented) = known else {
        let again = Some(Again::Ask { address: Href::local(forgot::PATH) });
        let response = web.show(visit, &LinkExpired { again }, Setting { status, ..Setting::default() })?;
        return Ok(used(web, response));
    };
    let snapshot = web.node.snapshot().await?;
    let again = Some(Again::Send { action: Href::local(path) });
    let csrf = Some(web.form_token(&snapshot, FormOwner::Flow(&owner(presented)), AGAIN));
    web.show(visit, &LinkExpired { again }, Setting { status, csrf, ..Setting::default() })
}

/// Asks for another link, if that is what the form says: the answer is the same whatever comes of it.
pub async fn again(web: &Web, visit: &Visit, presented: &Presented, form: &Form) -> Result<Option<Response>, Trouble> {
    if form.field("action") != "again" || !can_ask_again(&web.node, presented).await? {
        return Ok(None);
    }
    let snapshot = web.node.snapshot().await?;
    if !form.is_genuine(&snapshot, Some(FormOwner::Flow(&owner(presented))), AGAIN) {
        return Ok(None);
    }
    forgot::admit(web, visit)?;
    ask_again(&web.node, presented, &visit.caller).await?;
    Ok(Some(used(web, see_other(&forgot::sent(None)))))
}

/// Forgets the link once it is used.
pub fn used(web: &Web, response: Response) -> Response {
    with_cookie(response, web.cookies.clear(CookieName::Link))
}
