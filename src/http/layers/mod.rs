//! What every request passes before and after its handler, in one layer and in this order:
//!
//! 1. an id, which the log, the answer (`x-request-id`) and error pages carry
//! 2. the client's address (protocol.md A20)
//! 3. the host it names must be ours (D27) – not for [`RouteClass::Health`]
//! 4. limits per address (security.md S5)
//! 5. unsafe requests to our pages must come from our pages (security.md S3); the form's token is the handler's
//! 6. the body is read whole, within a size and a time
//! 7. the handler, within a time; a panic ends the request, not the process
//! 8. what was refused on the way is rendered: JSON for programs, a page for people
//! 9. security headers (security.md S4)
//! 10. one line in the log, one count in the metrics
//!
//! One layer instead of ten, because each layer of axum boxes its future, and because the order is the point.
//! The router applies it once, around everything, so that it knows the matched route:
//! `Router::new().route(…).fallback(not_found).method_not_allowed_fallback(method_not_allowed).layer(edge(parts))`.
//! CORS (`http::cors`) is laid around the few routes that have it, within this.

pub mod body;
pub mod headers;
pub mod host;
pub mod limits;
pub mod rejection;
pub mod route_class;

use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts, uri::PathAndQuery},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;

pub use self::{rejection::Rejection, route_class::RouteClass};
pub use crate::telemetry::request_id::RequestId;
use crate::{
    base::{address::Networks, clock::SharedClock, entropy::SharedEntropy, moment::Moment},
    config::PublicUrl,
    http::{client_ip::client_ip, csrf},
    telemetry::{
        metrics::{self, RequestMetrics},
        queries::{self, Queries},
        record::{RequestLog, RequestRecord},
        stopwatch::Stopwatch,
    },
};
use host::CanonicalHost;
use limits::AddressLimits;
use rejection::{Refused, RejectionPages};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the layer works with.
pub struct Edge {
    /// `public_url`, in parts.
    pub site: Site,
    /// Peers whose forwarding headers are believed.
    pub trusted_proxies: Networks,
    /// Limits per address; handlers share them.
    pub limits: Arc<AddressLimits>,
    /// Where requests are recorded.
    pub log: RequestLog,
    /// Where requests are counted.
    pub metrics: RequestMetrics,
    /// Renders refusals for people.
    pub pages: Arc<dyn RejectionPages>,
    /// Time, for the record.
    pub clock: SharedClock,
    /// Randomness, for request ids.
    pub entropy: SharedEntropy,
}

/// What requests are held against: `public_url`.
#[derive(Clone, Debug)]
pub struct Site {
    /// The host to name.
    pub host: CanonicalHost,
    /// The origin of our own pages.
    pub origin: String,
    /// Whether the scheme is https.
    pub secure: bool,
}

impl Site {
    /// The site at `public_url`.
    pub fn of(public_url: &PublicUrl) -> Self {
        Self {
            host: CanonicalHost::of(public_url),
            origin: public_url.as_str().to_owned(),
            secure: public_url.is_https(),
        }
    }
}

/// What is known of a request: a handler takes it as an argument.
#[derive(Clone, Copy, Debug)]
pub struct RequestContext {
    /// The id to log and to quote.
    pub id: RequestId,
    /// The client's address.
    pub client: IpAddr,
    /// The kind of route.
    pub class: RouteClass,
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        // Missing only if a route was put outside of the layer.
        parts.extensions.get().copied().ok_or(Rejection::Internal)
    }
}

/// The layer as a function for `axum::middleware::from_fn_with_state`.
pub async fn edge(
    axum::extract::State(edge): axum::extract::State<Arc<Edge>>,
    request: Request,
    next: Next,
) -> Response {
    let arrival = Arrival::of(&edge, &request);
    let (mut response, queries) = queries::scope(arrival.context.id.scope(async {
        match edge.pass(arrival.context, request, next).await {
            Ok(response) => response,
            Err(rejection) => rejection.into_response(),
        }
    }))
    .await;
    if let Some(rejection) = response.extensions_mut().remove::<Rejection>() {
        response = edge.render(rejection, &arrival, response);
    }
    headers::secure_headers(arrival.context.class, edge.site.secure, &mut response);
    if let Ok(id) = HeaderValue::from_str(arrival.context.id.as_str()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    edge.record(&arrival, response.status(), queries);
    response
}

/// What is kept of a request while its handler has it.
struct Arrival {
    context: RequestContext,
    time: Moment,
    watch: Stopwatch,
    method: &'static str,
    route: Option<MatchedPath>,
    user_agent: Option<HeaderValue>,
    accept_language: Option<HeaderValue>,
    cookie: Option<HeaderValue>,
    here: Option<PathAndQuery>,
}

impl Arrival {
    fn of(edge: &Edge, request: &Request) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        // Without a socket (tests) the peer is nobody in particular.
        let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(peer)| peer.ip());
        let class = RouteClass::of(request.uri().path());
        let header = |name| request.headers().get(name).cloned();
        Self {
            context: RequestContext {
                id: RequestId::new(&*edge.entropy),
                client: client_ip(peer, request.headers(), &edge.trusted_proxies),
                class,
            },
            time: edge.clock.now(),
            watch: Stopwatch::start(),
            method: method_name(request.method()),
            route: request.extensions().get::<MatchedPath>().cloned(),
            user_agent: header(header::USER_AGENT),
            accept_language: class.is_html().then(|| header(header::ACCEPT_LANGUAGE)).flatten(),
            cookie: class.is_html().then(|| header(header::COOKIE)).flatten(),
            here: class.is_html().then(|| request.uri().path_and_query().cloned()).flatten(),
        }
    }
}

impl Edge {
    async fn pass(&self, context: RequestContext, request: Request, next: Next) -> Result<Response, Rejection> {
        let RequestContext { client, class, .. } = context;
        if class != RouteClass::Health {
            self.site.host.check(request.uri(), request.headers())?;
        }
        match class {
            RouteClass::Page | RouteClass::FrontChannel => self.limits.page(client)?,
            RouteClass::Api => self.limits.call(client)?,
            RouteClass::Metadata | RouteClass::Asset | RouteClass::Health => {}
        }
        self.check_origin(class, request.method(), request.headers())?;
        let mut request = body::buffered(request, class.body_limit(), body::READ_TIME).await?;
        request.extensions_mut().insert(context);
        let handler = AssertUnwindSafe(next.run(request)).catch_unwind();
        let response = match tokio::time::timeout(class.timeout(), handler).await {
            Ok(Ok(response)) => response,
            Ok(Err(panic)) => return Err(panicked(panic.as_ref())),
            Err(_) => return Err(Rejection::TIMED_OUT),
        };
        let failed = matches!(response.status(), StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED);
        if class == RouteClass::Api && failed {
            self.limits.call_failed(client);
        }
        Ok(response)
    }

    fn check_origin(&self, class: RouteClass, method: &Method, headers: &HeaderMap) -> Result<(), Rejection> {
        let ours = class != RouteClass::Page || csrf::is_same_origin(method, headers, &self.site.origin);
        if ours { Ok(()) } else { Err(Rejection::ForeignForm) }
    }

    /// The answer that tells `rejection`; headers that came with it (`Allow`) stay.
    fn render(&self, rejection: Rejection, arrival: &Arrival, bare: Response) -> Response {
        let mut response = if arrival.context.class.is_html() {
            let refused = Refused {
                id: arrival.context.id,
                accept_language: arrival.accept_language.clone(),
                cookie: arrival.cookie.clone(),
                here: arrival.here.clone(),
            };
            rejection.headed(self.pages.page(rejection, &refused))
        } else {
            rejection.json()
        };
        if let Some(allow) = bare.headers().get(header::ALLOW) {
            response.headers_mut().insert(header::ALLOW, allow.clone());
        }
        response
    }

    fn record(&self, arrival: &Arrival, status: StatusCode, queries: Queries) {
        // Probes come every few seconds; only their failures are news.
        if arrival.context.class == RouteClass::Health && status.is_success() {
            return;
        }
        let duration = arrival.watch.elapsed();
        let route = arrival.route.as_ref().map_or("-", MatchedPath::as_str);
        let status = status.as_u16();
        self.metrics.answered(arrival.method, route, status, duration, queries);
        self.log.write(&RequestRecord {
            time: arrival.time,
            id: arrival.context.id,
            method: arrival.method,
            route,
            status,
            duration,
            queries,
            client: arrival.context.client,
            user_agent: arrival.user_agent.as_ref().and_then(|agent| agent.to_str().ok()).unwrap_or_default(),
        });
    }
}

/// The log says what happened, the answer does not.
fn panicked(panic: &(dyn std::any::Any + Send)) -> Rejection {
    metrics::panicked();
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("of another type"), "a handler panicked");
    Rejection::Internal
}

/// The method as a constant: what a caller invents is no label.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests;
