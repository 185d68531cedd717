//! What a signed-in person sees and does.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Portal,
    browser::{self, Name},
    pages::{self, Failure},
    provider::{Identity, Provider},
};

/// A person signed in.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) identity: Identity,
    /// How often the tokens were refreshed.
    pub(super) refreshed: u32,
}

/// `GET /`.
pub(super) async fn home(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    match current(&portal, &headers) {
        Some((_, session)) => pages::signed_in(&session, portal.settings.issuer.url()),
        None => pages::signed_out(query.as_deref() == Some("state=signed-out")),
    }
}

/// `POST /refresh`: new tokens, new claims. A provider that refuses has ended the sign-in, and so do we.
pub(super) async fn refresh(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Result<Response, Failure> {
    demand_own_page(&portal, &headers)?;
    let Some((key, session)) = current(&portal, &headers) else {
        return Ok(Redirect::to("/").into_response());
    };
    let provider = Provider::discover(&portal).await?;
    match provider.refresh(&portal, &session.identity).await {
        Ok(identity) => {
            portal.sessions.replace(&key, Session { identity, refreshed: session.refreshed + 1 });
            Ok(Redirect::to("/").into_response())
        }
        Err(failure) => {
            portal.sessions.take(&key);
            Err(failure)
        }
    }
}

/// `POST /signout`: here first, then at the provider (RP-Initiated Logout §2).
pub(super) async fn sign_out(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Result<Response, Failure> {
    demand_own_page(&portal, &headers)?;
    let session = current(&portal, &headers).and_then(|(key, _)| portal.sessions.take(&key));
    let forget = browser::remove(Name::Session, &portal.settings.public_url);
    let Some(session) = session else {
        return Ok((forget, Redirect::to("/")).into_response());
    };
    // Signed out here in any case: a provider out of reach is no reason to stay.
    let there = match Provider::discover(&portal).await {
        Ok(provider) => provider.sign_out_url(&portal, &session.identity.id_token),
        Err(_) => None,
    };
    let target = there.as_ref().map_or("/?state=signed-out", |url| url.as_str());
    Ok((forget, Redirect::to(target)).into_response())
}

fn current(portal: &Portal, headers: &HeaderMap) -> Option<(String, Session)> {
    let key = browser::read(headers, Name::Session, &portal.settings.public_url)?;
    let session = portal.sessions.get(&key)?;
    Some((key, session))
}

fn demand_own_page(portal: &Portal, headers: &HeaderMap) -> Result<(), Failure> {
    let own = browser::sent_by_own_page(headers, &portal.settings.public_url);
    if own { Ok(()) } else { Err(Failure::plain("This form was not sent from a page of the portal")) }
}
