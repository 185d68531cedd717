//! `/oauth2/userinfo` (OpenID Core §5.3): GET and POST, the token in the header or in the form (H1).

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    flow::user_info,
    http::{
        oidc::request::{is_form, json, read_form, respond_error},
        state::{SharedWeb, Web},
    },
    oidc::{
        bearer_auth::{self, BearerError},
        error::{OAuthError, bearer_challenge},
        params::Params,
    },
};

/// Answers.
pub async fn any(State(web): State<SharedWeb>, request: Request) -> Response {
    let query = match Params::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        Ok(query) => query,
        // What cannot be read may hold a second token (RFC 6750 §2).
        Err(error) => return respond_error(OAuthError::from(error).into(), &web.node.issuer),
    };
    let authorization = request.headers().get(header::AUTHORIZATION).cloned();
    let body = if request.method() == Method::POST && is_form(request.headers()) {
        match read_form(request).await {
            Ok(params) => Some(params),
            Err(error) => return respond_error(error.into(), &web.node.issuer),
        }
    } else {
        None
    };
    let authorization = authorization.as_ref().map(HeaderValue::as_bytes);
    match bearer_auth::access_token(authorization, body.as_ref(), &query) {
        Ok(token) => answer(&web, token).await,
        Err(BearerError::Missing) => challenge(&web.node.issuer),
        Err(BearerError::Refused(error)) => respond_error(error.into(), &web.node.issuer),
    }
}

async fn answer(web: &Web, token: &str) -> Response {
    match user_info::answer(&web.node, token).await {
        Ok(body) => json(StatusCode::OK, body),
        Err(error) => respond_error(error, &web.node.issuer),
    }
}

/// No credentials: a challenge without an error code (RFC 6750 §3.1).
fn challenge(issuer: &str) -> Response {
    let challenge =
        HeaderValue::try_from(bearer_challenge(issuer)).unwrap_or_else(|_| HeaderValue::from_static("Bearer"));
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}
