//! What goes wrong on a page, and the page that says so. Handlers return [`Trouble`]; one middleware renders it.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    flow::error::{FlowError, chain},
    http::{
        layers::{RequestContext, rejection::whole_seconds},
        page::Setting,
        state::SharedWeb,
        visit::Visit,
    },
    oidc::client::Client,
    theme::pages::{Developer, ErrorKind, ErrorPage, Incident, Throttled},
};

/// Something that ends in an error page.
#[derive(Clone, Debug)]
pub struct Trouble {
    status: StatusCode,
    kind: ErrorKind,
    code: String,
    retry_after: Option<Duration>,
    developer: Option<Developer>,
    client: Option<Arc<Client>>,
}

impl Trouble {
    fn new(status: StatusCode, kind: ErrorKind, code: &str) -> Self {
        Self { status, kind, code: code.to_owned(), retry_after: None, developer: None, client: None }
    }

    /// A request that cannot be read, with its status.
    pub fn request(status: StatusCode) -> Self {
        let kind = if status == StatusCode::PAYLOAD_TOO_LARGE { ErrorKind::TooLarge } else { ErrorKind::Request };
        Self::new(status, kind, "invalid_request")
    }

    /// A form that did not come from our own page (security.md S3).
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorKind::Forbidden, "access_denied")
    }

    /// No such page.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorKind::NotFound, "not_found")
    }

    /// The method is not for this page.
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, ErrorKind::MethodNotAllowed, "invalid_request")
    }

    /// Too many attempts from this address.
    pub fn throttled(retry_after: Duration) -> Self {
        let mut trouble = Self::new(StatusCode::TOO_MANY_REQUESTS, ErrorKind::Unavailable, "temporarily_unavailable");
        trouble.retry_after = Some(retry_after);
        trouble
    }

    /// Something broke here. The page carries an id, the log carries the chain.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = chain(error), "a page failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Internal, "server_error")
    }

    /// A protocol error that stays on a page of ours.
    pub fn protocol(kind: ErrorKind, code: &str, client: Option<Arc<Client>>) -> Self {
        Self { client, ..Self::new(StatusCode::BAD_REQUEST, kind, code) }
    }

    /// Adds what a developer needs to know.
    #[must_use]
    pub fn explained(mut self, developer: Option<Developer>) -> Self {
        self.developer = developer;
        self
    }
}

impl From<FlowError> for Trouble {
    fn from(error: FlowError) -> Self {
        let Some(retry_after) = error.retry_after() else { return Self::internal(&error) };
        if let FlowError::Store(error) = &error {
            tracing::warn!(error = chain(error), "a page was put off");
        }
        let trouble = Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Unavailable, "temporarily_unavailable");
        Self { retry_after: Some(retry_after), ..trouble }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(retry_after) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(retry_after));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Renders whatever [`Trouble`] a handler answered with.
pub async fn render(State(web): State<SharedWeb>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(visit) = Visit::from_request_parts(&mut parts, &web).await;
    let id = parts.extensions.get::<RequestContext>().map(|context| context.id.to_string()).unwrap_or_default();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Some(trouble) = response.extensions_mut().remove::<Trouble>() else { return response };
    let incident = Incident { code: trouble.code.clone(), id, at: web.node.now().into() };
    let setting = Setting { status: Some(trouble.status), client: trouble.client.as_deref(), ..Setting::default() };
    let here = visit.again();
    let page = if trouble.status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = trouble.retry_after.unwrap_or_default().as_secs();
        let minutes = u32::try_from(seconds.div_ceil(60).max(1)).unwrap_or(u32::MAX);
        web.show(&visit, &Throttled { minutes, retry: here, incident }, setting)
    } else {
        let retry = here.filter(|_| trouble.status.is_server_error());
        let page = ErrorPage { kind: trouble.kind, incident, retry, developer: trouble.developer };
        web.show(&visit, &page, setting)
    };
    match page {
        Ok(mut page) => {
            // What the trouble itself said of the response (Retry-After) stays.
            for (name, value) in response.headers() {
                if !page.headers().contains_key(name) {
                    page.headers_mut().insert(name.clone(), value.clone());
                }
            }
            page
        }
        // A theme that cannot render its error page: the bare status is all that is left.
        Err(_) => response,
    }
}
