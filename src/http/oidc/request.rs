//! Requests to the token, introspection and revocation endpoints: a form in the body, JSON out (A3, A15).

use std::net::IpAddr;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    flow::error::{FlowError, ProtocolError, chain},
    http::{
        layers::{Rejection, RequestContext, rejection::whole_seconds},
        state::{SharedWeb, Web},
    },
    oidc::{
        client_auth,
        error::{ErrorCode, OAuthError},
        params::{MAX_BYTES, Params},
    },
};

const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters of a protocol request. They come from the body only; the query is never read (A4).
pub struct ProtocolRequest {
    /// Of the body.
    pub params: Params,
    authorization: Option<HeaderValue>,
    client: Option<(IpAddr, String)>,
}

impl ProtocolRequest {
    /// The `Authorization` header.
    pub fn authorization(&self) -> Option<&[u8]> {
        self.authorization.as_ref().map(HeaderValue::as_bytes)
    }

    /// The answer when it failed; failed client authentication counts (security.md S5 L8).
    pub fn respond_error(&self, web: &Web, error: ProtocolError) -> Response {
        if let (ProtocolError::Refused(refused), Some((address, client_id))) = (&error, &self.client)
            && refused.code() == ErrorCode::InvalidClient
        {
            web.limits.client_authentication_failed(*address, client_id);
        }
        respond_error(error, &web.node.issuer)
    }
}

/// From where a request comes and which client it names, if both are known.
fn named_client(
    context: Option<RequestContext>,
    authorization: Option<&[u8]>,
    params: &Params,
) -> Option<(IpAddr, String)> {
    let presented = client_auth::presented(authorization, params).ok()?;
    Some((context?.client, presented.client_id))
}

impl FromRequest<SharedWeb> for ProtocolRequest {
    type Rejection = Response;

    async fn from_request(request: Request, web: &SharedWeb) -> Result<Self, Response> {
        let authorization = request.headers().get(header::AUTHORIZATION).cloned();
        let context = request.extensions().get::<RequestContext>().copied();
        let params = read_form(request).await.map_err(|error| respond_error(error.into(), &web.node.issuer))?;
        let client = named_client(context, authorization.as_ref().map(HeaderValue::as_bytes), &params);
        if let Some((address, client_id)) = &client {
            let admitted = web.limits.client_authentication(*address, client_id);
            admitted.map_err(|too_many| Rejection::from(too_many).json())?;
        }
        Ok(Self { params, authorization, client })
    }
}

/// Whether the body is said to be a form.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM)
}

/// Reads a form.
///
/// # Errors
/// `invalid_request` for another kind of body, one that is too large, and parameters that cannot be read (A2, A3, A21).
pub async fn read_form(request: Request) -> Result<Params, OAuthError> {
    let refuse = |text: &'static str| OAuthError::new(ErrorCode::InvalidRequest, text);
    if !is_form(request.headers()) {
        return Err(refuse("the body must be application/x-www-form-urlencoded"));
    }
    let bytes = to_bytes(request.into_body(), MAX_BYTES)
        .await
        .map_err(|_| refuse("the body is too large or was cut off").with_status(413))?;
    Ok(Params::parse(&bytes)?)
}

/// The answer to a request that failed: JSON, never a page (A15). `realm` is the issuer.
pub fn respond_error(error: ProtocolError, realm: &str) -> Response {
    match error {
        ProtocolError::Refused(error) => refused(&error, realm),
        ProtocolError::Failed(error) => failed(&error),
    }
}

fn refused(error: &OAuthError, realm: &str) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = json(status, serde_json::to_vec(error).unwrap_or_default());
    if let Some(challenge) = error.www_authenticate(realm).and_then(|text| HeaderValue::try_from(text).ok()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn failed(error: &FlowError) -> Response {
    if let Some(retry_after) = error.retry_after() {
        if let FlowError::Store(error) = error {
            tracing::warn!(error = chain(error), "a protocol request was put off");
        }
        let told =
            OAuthError::new(ErrorCode::TemporarilyUnavailable, "the request cannot be answered now, try again later");
        let mut response = json(StatusCode::SERVICE_UNAVAILABLE, serde_json::to_vec(&told).unwrap_or_default());
        response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(retry_after));
        return response;
    }
    tracing::error!(error = chain(error), "a protocol request failed");
    let told = OAuthError::new(ErrorCode::ServerError, "the request could not be answered");
    json(StatusCode::INTERNAL_SERVER_ERROR, serde_json::to_vec(&told).unwrap_or_default())
}

/// A JSON body.
pub fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, JSON)], body.into()).into_response()
}
