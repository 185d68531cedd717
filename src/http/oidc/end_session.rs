//! `/oauth2/logout` (OpenID RP-Initiated Logout 1.0). The confirmation is our own page, `/signout`.

use axum::{
    extract::{RawQuery, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    flow::{
        authorize::{HandleKind, kept_request},
        end_session::{EndSessionError, EndSessionOutcome, end_session},
    },
    http::{
        cookies::CookieName,
        error::Trouble,
        layers::RequestContext,
        oidc::authorize::keep,
        page::{Setting, see_other, with_cookie},
        signin::sign_out,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    oidc::{
        client::{Client, Environment},
        logout::{LogoutError, PostLogout},
    },
    theme::pages::{Developer, ErrorKind, Mistake, SignedOut},
};

/// GET: the browser's cookies tell whose session it is.
pub async fn get(State(web): State<SharedWeb>, visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Trouble> {
    let query = match visit.param("handle") {
        Some(handle) => kept_request(&web.node, HandleKind::Logout, handle)
            .await?
            .ok_or_else(|| Trouble::protocol(ErrorKind::Gone, "invalid_request", None))?,
        None => query.unwrap_or_default(),
    };
    match end_session(&web.node, query.as_bytes(), &visit.caller, false).await? {
        EndSessionOutcome::Confirm(confirmation) => sign_out::page(&web, &visit, &query, &confirmation).await,
        outcome => finish(&web, &visit, outcome),
    }
}

/// POST: the same by way of a 303 (security.md S3).
pub async fn post(
    State(web): State<SharedWeb>,
    context: RequestContext,
    request: Request,
) -> Result<Response, Trouble> {
    let handle = keep(&web, context, HandleKind::Logout, request).await?;
    Ok(see_other(&format!("/oauth2/logout?handle={}", handle.expose())))
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
        None => web.show(visit, &SignedOut { sign_in: None }, Setting { client, ..Setting::default() })?,
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
