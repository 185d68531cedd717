//! A portal that lets an OpenID provider sign its users in: authorization code with PKCE, state and nonce, refresh,
//! UserInfo, RP-initiated logout.
//!
//! It knows nothing of Usher but the names of its claims. Read it in this order: [`provider`] (the protocol, through the
//! `openidconnect` crate), [`signin`] (the way there and back), [`account`] (what a signed-in person sees and does).

use std::{io, sync::Arc};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, PostLogoutRedirectUrl, RedirectUrl, url::Url};

mod account;
mod browser;
mod pages;
mod provider;
mod shelf;
mod signin;

use provider::Http;
use shelf::Shelf;

/// What the portal must know about itself and its provider.
#[derive(Clone)]
pub struct Settings {
    /// Where browsers find the portal, such as `http://localhost:8090`.
    pub public_url: Url,
    /// The provider's issuer identifier; everything else comes from its discovery document.
    pub issuer: IssuerUrl,
    /// The client's id at the provider.
    pub client_id: ClientId,
    /// The client's secret.
    pub client_secret: ClientSecret,
    /// Scopes to ask for besides `openid`.
    pub scopes: Vec<String>,
}

/// What a portal asks for unless told otherwise: who, for which company, with which permissions, and a refresh token.
pub const DEFAULT_SCOPES: &str = "profile email customer customers permissions offline_access";

/// Why the portal cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address of the portal that is not a URL.
    #[error("the portal's public URL: {0}")]
    Url(#[from] openidconnect::url::ParseError),
    /// The HTTP client could not be made.
    #[error("HTTP client: {0}")]
    Http(#[from] reqwest::Error),
    /// The listener failed.
    #[error("portal: {0}")]
    Io(#[from] io::Error),
}

/// Everything the handlers share.
struct Portal {
    settings: Settings,
    redirect_uri: RedirectUrl,
    post_logout_redirect_uri: PostLogoutRedirectUrl,
    http: Http,
    /// Sign-ins under way, by `state`.
    pending: Shelf<signin::Pending>,
    /// People signed in, by the value of their cookie.
    sessions: Shelf<account::Session>,
}

/// Serves the portal on `listener` until `shutdown` is done.
///
/// # Errors
/// [`StartError`].
pub async fn serve(
    settings: Settings,
    listener: tokio::net::TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let router = router(settings)?;
    Ok(axum::serve(listener, router).with_graceful_shutdown(shutdown).await?)
}

/// The portal's routes.
///
/// # Errors
/// [`StartError`].
pub fn router(settings: Settings) -> Result<Router, StartError> {
    let portal = Portal {
        redirect_uri: RedirectUrl::from_url(settings.public_url.join("callback")?),
        post_logout_redirect_uri: PostLogoutRedirectUrl::from_url(settings.public_url.join("/")?),
        http: Http::new()?,
        pending: Shelf::default(),
        sessions: Shelf::default(),
        settings,
    };
    Ok(Router::new()
        .route("/", get(account::home))
        .route("/signin", get(signin::start))
        .route("/switch", get(signin::switch_company))
        .route("/callback", get(signin::callback))
        .route("/refresh", post(account::refresh))
        .route("/signout", post(account::sign_out))
        .route("/portal.css", get(pages::stylesheet))
        .route("/portal.svg", get(pages::icon))
        .fallback(pages::not_found)
        .layer(middleware::from_fn(headers))
        .with_state(Arc::new(portal)))
}

/// Headers of every answer. A page may widen the policy it needs by setting its own first.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, pages::POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests;
