//! What ties a request to a browser: cookies, and the proof that a form was sent from our own page.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};
use openidconnect::{CsrfToken, url::Url};

/// A header for the answer.
pub(super) type SetCookie = [(header::HeaderName, HeaderValue); 1];

/// A cookie of the portal.
#[derive(Clone, Copy)]
pub(super) enum Name {
    /// A person signed in.
    Session,
    /// A browser with sign-ins under way.
    Flow,
}

impl Name {
    /// With https, `__Host-` keeps neighbouring hosts from setting it.
    fn text(self, public_url: &Url) -> &'static str {
        match (self, public_url.scheme()) {
            (Self::Session, "https") => "__Host-portal-session",
            (Self::Session, _) => "portal-session",
            (Self::Flow, "https") => "__Host-portal-flow",
            (Self::Flow, _) => "portal-flow",
        }
    }
}

/// A new value that nobody can guess.
pub(super) fn new_value() -> String {
    CsrfToken::new_random_len(32).into_secret()
}

/// The cookie's value in the request.
pub(super) fn read(headers: &HeaderMap, name: Name, public_url: &Url) -> Option<String> {
    let name = name.text(public_url);
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// The header that sets the cookie until the browser closes. `Lax`: it must come along when the provider sends the
/// browser back.
pub(super) fn set(name: Name, value: &str, public_url: &Url) -> Option<SetCookie> {
    header_of(Cookie::build((name.text(public_url), value)), public_url)
}

/// The header that removes the cookie.
pub(super) fn remove(name: Name, public_url: &Url) -> Option<SetCookie> {
    header_of(Cookie::build((name.text(public_url), "")).max_age(cookie::time::Duration::ZERO), public_url)
}

fn header_of(cookie: cookie::CookieBuilder<'_>, public_url: &Url) -> Option<SetCookie> {
    let secure = public_url.scheme() == "https";
    let cookie = cookie.path("/").http_only(true).same_site(SameSite::Lax).secure(secure).build();
    HeaderValue::try_from(cookie.to_string()).ok().map(|value| [(header::SET_COOKIE, value)])
}

/// Whether a form was sent from a page of this portal: the browser says so, in one header or the other.
pub(super) fn sent_by_own_page(headers: &HeaderMap, public_url: &Url) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => text("origin") == Some(public_url.origin().ascii_serialization().as_str()),
    }
}
