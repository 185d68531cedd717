//! `/oauth2/authorize` (RFC 6749 §3.1, OpenID Core §3.1.2).

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{RawQuery, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    base::secret::Secret,
    flow::{
        authorize::{AuthorizeOutcome, HandleKind, Kept, authorize, keep_request, kept_request},
        issue_code::NewSecret,
    },
    http::{
        cookies::CookieName,
        error::Trouble,
        layers::{RequestContext, headers::FormPostTo},
        page::{Setting, see_other, with_cookie, with_flow_cookie},
        signin,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    oidc::{
        authorize::PageError,
        client::{Client, Environment},
        params::MAX_BYTES,
        response_mode,
    },
    theme::{
        Href,
        pages::{Developer, ErrorKind, FormPost, Mistake},
    },
};

/// GET: reads the cookies and decides.
pub async fn get(
    State(web): State<SharedWeb>,
    visit: Visit,
    context: RequestContext,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let query = query.unwrap_or_default();
    let query = match visit.param("handle") {
        Some(handle) => kept_request(&web.node, HandleKind::Authorize, handle)
            .await?
            .ok_or_else(|| Trouble::protocol(ErrorKind::Gone, "invalid_request", None))?,
        None => query,
    };
    let admit = || web.limits.flow_start(context.client);
    match authorize(&web.node, query.as_bytes(), &visit.caller, admit).await? {
        AuthorizeOutcome::Page { error, client } => Err(page_error(&error, client)),
        AuthorizeOutcome::Respond { response, client, renewed } => {
            Ok(with_new_secret(&web, respond(&web, &visit, &client, response)?, renewed.as_ref()))
        }
        AuthorizeOutcome::Throttled(retry_after) => Err(Trouble::throttled(retry_after)),
        AuthorizeOutcome::Ask { attempt, step, flow_cookie } => {
            Ok(with_flow_cookie(&web, see_other(&signin::path(&step, attempt)), flow_cookie))
        }
    }
}

/// POST: the same as GET, by way of a 303. Browsers withhold Lax cookies from a cross-site POST, so it reads none (S3).
pub async fn post(
    State(web): State<SharedWeb>,
    context: RequestContext,
    request: Request,
) -> Result<Response, Trouble> {
    let body = form_text(request).await?;
    let handle = keep(&web, context, HandleKind::Authorize, &body).await?;
    Ok(see_other(&format!("/oauth2/authorize?handle={}", handle.expose())))
}

/// Keeps a request, within the limits on what strangers may store (security.md S5 L9).
pub async fn keep(web: &Web, context: RequestContext, kind: HandleKind, body: &str) -> Result<Secret<String>, Trouble> {
    web.limits.flow_start(context.client).map_err(|too_many| Trouble::throttled(too_many.retry_after))?;
    match keep_request(&web.node, kind, body).await? {
        Kept::Handle(handle) => Ok(handle),
        Kept::TooLong => Err(Trouble::request(StatusCode::PAYLOAD_TOO_LARGE)),
        Kept::Unusable => Err(Trouble::request(StatusCode::BAD_REQUEST)),
    }
}

/// The body of a form, as text.
pub async fn form_text(request: Request) -> Result<String, Trouble> {
    let bytes =
        to_bytes(request.into_body(), MAX_BYTES).await.map_err(|_| Trouble::request(StatusCode::PAYLOAD_TOO_LARGE))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Trouble::request(StatusCode::BAD_REQUEST))
}

/// Sends the client's answer: a redirect, or a page that posts it.
pub fn respond(
    web: &Web,
    visit: &Visit,
    client: &Client,
    response: response_mode::Response,
) -> Result<Response, Trouble> {
    match response {
        response_mode::Response::Redirect(location) => {
            let location = HeaderValue::try_from(location).map_err(|error| Trouble::internal(&error))?;
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
        }
        response_mode::Response::FormPost { action, fields } => {
            let Some(target) = Href::new(&action) else { return Err(Trouble::request(StatusCode::BAD_REQUEST)) };
            let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let page = FormPost { action: target, fields };
            let mut response = web.show(visit, &page, Setting { client: Some(client), ..Setting::default() })?;
            response.extensions_mut().insert(FormPostTo(action));
            Ok(response)
        }
    }
}

/// `response` with the cookie of a session that got a new secret.
pub fn with_new_secret(web: &Web, response: Response, renewed: Option<&NewSecret>) -> Response {
    match renewed {
        Some(secret) => with_cookie(response, web.cookies.set(CookieName::Session, secret.value.expose(), secret.keep)),
        None => response,
    }
}

/// The page for an error that is not redirected (B2). The mismatch is shown for clients in development.
fn page_error(error: &PageError, client: Option<Arc<Client>>) -> Trouble {
    let kind = match error {
        PageError::UnknownClient(_) | PageError::InactiveClient => ErrorKind::UnknownClient,
        _ => ErrorKind::Request,
    };
    let developing = client.as_ref().is_some_and(|it| it.metadata().environment == Environment::Development);
    let developer = developing.then(|| developer(error));
    Trouble::protocol(kind, error.code().as_str(), client).explained(developer)
}

fn developer(error: &PageError) -> Developer {
    let plain = |mistake| Developer { mistake, received: None, registered: Vec::new() };
    match error {
        PageError::RedirectUri { received, registered } => Developer {
            mistake: Mistake::RedirectUri,
            received: Some(received.clone()),
            registered: registered.clone(),
        },
        PageError::MissingRedirectUri => plain(Mistake::RedirectUriMissing),
        PageError::InactiveClient => plain(Mistake::ClientDisabled),
        _ => Developer { received: Some(error.to_string()), ..plain(Mistake::Parameter) },
    }
}
