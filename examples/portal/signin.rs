//! The way to the provider and back.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use openidconnect::{Nonce, core::CoreAuthPrompt};

use super::{
    Portal,
    account::Session,
    browser::{self, Name},
    pages::Failure,
    provider::Provider,
};

/// A sign-in under way.
#[derive(Clone)]
pub(super) struct Pending {
    /// The browser it began in: an answer brought by another browser is somebody else's.
    browser: String,
    nonce: Nonce,
    verifier: String,
}

/// `GET /signin`.
pub(super) async fn start(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Result<Response, Failure> {
    depart(&portal, &headers, None).await
}

/// `GET /switch`: sign in again, and be asked which company to act for.
pub(super) async fn switch_company(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Result<Response, Failure> {
    depart(&portal, &headers, Some(CoreAuthPrompt::SelectAccount)).await
}

async fn depart(portal: &Portal, headers: &HeaderMap, prompt: Option<CoreAuthPrompt>) -> Result<Response, Failure> {
    let public_url = &portal.settings.public_url;
    let provider = Provider::discover(portal).await?;
    let departure = provider.depart(&portal.settings.scopes, prompt);
    let browser = browser::read(headers, Name::Flow, public_url).unwrap_or_else(browser::new_value);
    let cookie = browser::set(Name::Flow, &browser, public_url);
    let pending = Pending { browser, nonce: departure.nonce, verifier: departure.verifier };
    portal.pending.put(departure.state.into_secret(), pending);
    Ok((cookie, Redirect::to(departure.url.as_str())).into_response())
}

/// `GET /callback`: the provider's answer (RFC 6749 §4.1.2, RFC 9207).
pub(super) async fn callback(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let public_url = &portal.settings.public_url;
    let answer = Answer::parse(&query.unwrap_or_default());
    let pending = answer.state.and_then(|state| portal.pending.take(&state));
    let browser = browser::read(&headers, Name::Flow, public_url);
    let pending = pending.filter(|pending| browser.as_ref() == Some(&pending.browser));
    let Some(pending) = pending else {
        return Err(Failure::plain("This sign-in is not known here, or was finished already"));
    };
    if answer.iss.is_some_and(|iss| iss != portal.settings.issuer.as_str()) {
        return Err(Failure::plain("The answer comes from another provider"));
    }
    if let Some(error) = answer.error {
        return Err(Failure::refused(&error, answer.error_description.as_deref()));
    }
    let code = answer.code.ok_or_else(|| Failure::plain("The provider gave no code"))?;
    let provider = Provider::discover(&portal).await?;
    let identity = provider.redeem(&portal, code, pending.verifier, &pending.nonce).await?;

    // A new value at each sign-in: one that was planted before is worth nothing.
    if let Some(old) = browser::read(&headers, Name::Session, public_url) {
        portal.sessions.take(&old);
    }
    let session = browser::new_value();
    let cookie = browser::set(Name::Session, &session, public_url);
    portal.sessions.put(session, Session { identity, refreshed: 0 });
    Ok((cookie, Redirect::to("/")).into_response())
}

/// The parameters of an authorization response; a parameter given twice counts as not given.
struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Answer {
    fn parse(query: &str) -> Self {
        let only = |wanted: &str| {
            let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == wanted);
            values.next().filter(|_| values.next().is_none()).map(|(_, value)| value.into_owned())
        };
        Self {
            code: only("code"),
            state: only("state"),
            iss: only("iss"),
            error: only("error"),
            error_description: only("error_description"),
        }
    }
}
