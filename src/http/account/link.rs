//! A link's secret leaves the address bar at once: the first request moves it into a cookie (security.md S9).

use std::time::Duration;

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    base::bearer::{BearerKind, Presented, read},
    flow::authorize::ATTEMPT_LIFE,
    http::{
        cookies::CookieName,
        error::Trouble,
        page::{Setting, see_other, with_cookie},
        state::Web,
        visit::Visit,
    },
    oidc::params::Params,
    theme::pages::LinkExpired,
};

/// How long the browser keeps the secret: as long as the longest of these links lives.
const KEPT: Duration = ATTEMPT_LIFE;

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
    Ok(with_cookie(response, web.cookies.clear(CookieName::Link)))
}

/// Forgets the link once it is used.
pub fn used(web: &Web, response: Response) -> Response {
    with_cookie(response, web.cookies.clear(CookieName::Link))
}
