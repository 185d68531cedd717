//! `/oauth2/logout` (OpenID RP-Initiated Logout 1.0). The confirmation is our own page, `/signout`.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use form_urlencoded::byte_serialize;

use crate::{
    flow::{
        authorize::{HandleKind, kept_request},
        end_session::{EndSessionError, EndSessionOutcome, end_session},
    },
    http::{
        cookies::CookieName,
        error::Trouble,
        layers::RequestContext,
        oidc::authorize::{form_text, keep},
        page::{Setting, home, see_other, with_cookie},
        signin::sign_out,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    oidc::{
        client::{Client, Environment},
        logout::{LogoutError, PostLogout},
    },
    theme::{
        Href,
        pages::{Developer, ErrorKind, Mistake, SignedOut},
    },
};

/// GET: the browser's cookies tell whose session it is.
pub async fn get(State(web): State<SharedWeb>, visit: Visit, context: RequestContext) -> Result<Response, Trouble> {
    let handle = visit.param("handle");
    let request = match handle {
        Some(handle) => match kept_request(&web.node, HandleKind::Logout, handle).await? {
            Some(request) => request,
            // Forgotten: what is left is somebody who wants to sign out.
            None => return Ok(see_other("/signout")),
        },
        // `lang` is ours: without it, nothing may be left.
        None => visit.here.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
    };
    match end_session(&web.node, request.as_bytes(), &visit.caller, false).await? {
        EndSessionOutcome::Confirm(confirmation) if handle.is_some() || request.is_empty() => {
            sign_out::page(&web, &visit, handle, &confirmation).await
        }
        // The request may hold an ID token: no page stands at its address, and no link repeats it.
        EndSessionOutcome::Confirm(_) => {
            Ok(question(keep(&web, context, HandleKind::Logout, &request).await?.expose()))
        }
        outcome => finish(&web, &visit, outcome),
    }
}

/// POST: the same by way of a 303 (security.md S3).
pub async fn post(
    State(web): State<SharedWeb>,
    context: RequestContext,
    request: Request,
) -> Result<Response, Trouble> {
    let body = form_text(request).await?;
    let handle = keep(&web, context, HandleKind::Logout, &body).await?;
    Ok(question(handle.expose()))
}

/// Leads to what is to be asked because of a kept request.
pub fn question(handle: &str) -> Response {
    see_other(&format!("/oauth2/logout?handle={handle}"))
}

/// The answer once there is nothing left to ask.
pub fn finish(web: &Web, visit: &Visit, outcome: EndSessionOutcome) -> Result<Response, Trouble> {
    match outcome {
        EndSessionOutcome::SignedOut { to, client } => signed_out(web, visit, to, client.as_deref()),
        EndSessionOutcome::Refused { error, client } => {
            let developing = client.as_ref().is_some_and(|it| it.metadata().environment == Environment::Development);
            let developer = developing.then(|| developer(&error)).flatten();
            Err(Trouble::protocol(ErrorKind::Request, "invalid_request", client).explained(developer))
        }
        EndSessionOutcome::Confirm(_) => Err(Trouble::forbidden()),
    }
}

fn signed_out(web: &Web, visit: &Visit, to: Option<PostLogout>, client: Option<&Client>) -> Result<Response, Trouble> {
    let response = match to {
        Some(to) => {
            let location = HeaderValue::try_from(to.location()).map_err(|error| Trouble::internal(&error))?;
            (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
        }
        None => {
            let again = client.map(|client| byte_serialize(client.id().as_bytes()).collect::<String>());
            let here = again.map_or_else(|| "/signout".to_owned(), |id| format!("/oauth2/logout?client_id={id}"));
            let setting = Setting { client, here: Some(Href::local(here)), ..Setting::default() };
            web.show(visit, &SignedOut { sign_in: client.and_then(home) }, setting)?
        }
    };
    let mut response = with_cookie(response, web.cookies.clear(CookieName::Session));
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}

fn developer(error: &EndSessionError) -> Option<Developer> {
    match error {
        EndSessionError::Logout(LogoutError::RedirectUri { received, registered }) => Some(Developer {
            mistake: Mistake::PostLogoutRedirectUri,
            received: Some(received.clone()),
            registered: registered.clone(),
        }),
        EndSessionError::Logout(LogoutError::Hint | LogoutError::HintClient) => {
            Some(Developer { mistake: Mistake::IdTokenHint, received: Some(error.to_string()), registered: Vec::new() })
        }
        _ => Some(Developer { mistake: Mistake::Parameter, received: Some(error.to_string()), registered: Vec::new() }),
    }
}
