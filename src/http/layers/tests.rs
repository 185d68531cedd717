use std::{sync::Mutex, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    middleware::from_fn_with_state,
    routing::{get, post},
};
use tower::ServiceExt;

use super::*;
use crate::{
    base::{clock::SystemClock, entropy::SystemEntropy, rate::LimitPolicy},
    config::{LogFormat, PublicUrl},
    telemetry::{metrics::Metrics, sink::LogSink, sink::tests::Written},
};

/// Writes down what it is asked to render.
#[derive(Default)]
struct Pages(Mutex<Vec<String>>);

impl RejectionPages for Pages {
    fn page(&self, rejection: Rejection, refused: &Refused) -> Response {
        let line = format!("{rejection:?} {:?} {}", refused.accept_language, refused.id);
        self.0.lock().unwrap().push(line);
        axum::response::Html("<h1>no</h1>").into_response()
    }
}

struct TestSite {
    router: Router,
    log: Written,
    guard: crate::telemetry::sink::LogGuard,
}

fn site(policy: &LimitPolicy) -> TestSite {
    let log = Written::default();
    let (sink, guard) = LogSink::start(log.clone()).unwrap();
    let parts = Arc::new(Edge { log: RequestLog::new(sink, LogFormat::Json), ..edge_of(policy) });
    let ok = |context: RequestContext| async move { format!("{} {:?}", context.client, context.class) };
    let router = Router::new()
        .route("/signin", get(ok).post(ok))
        .route("/boom/{secret}", get(async || -> String { panic!("the secret is out") }))
        .route("/slow", get(async || std::future::pending::<String>().await))
        .route("/counted", get(async || queries::note(Duration::from_micros(5))))
        .route("/oauth2/authorize", get(ok).post(ok))
        .route("/oauth2/token", post(async |body: String| body))
        .route("/oauth2/fails", post(async || StatusCode::UNAUTHORIZED))
        .route("/livez", get(ok))
        .fallback(async || Rejection::NotFound)
        .method_not_allowed_fallback(async || Rejection::MethodNotAllowed)
        .layer(from_fn_with_state(parts, edge));
    TestSite { router, log, guard }
}

fn request(method: Method, path: &str, body: impl Into<Body>) -> Request {
    Request::builder().method(method).uri(path).header("host", "login.example").body(body.into()).unwrap()
}

fn with(mut request: Request, headers: &[(&'static str, &str)]) -> Request {
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

fn from(mut request: Request, peer: &str) -> Request {
    let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

impl TestSite {
    async fn ask(&self, request: Request) -> (u16, HeaderMap, String) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1024 * 1024).await.unwrap();
        (parts.status.as_u16(), parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn status(&self, request: Request) -> u16 {
        self.ask(request).await.0
    }

    fn log(self) -> Vec<serde_json::Value> {
        drop(self.guard);
        self.log.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn plain() -> TestSite {
    site(&LimitPolicy::default())
}

#[tokio::test]
async fn sec_s13_another_host_is_421_except_for_probes() {
    let site = plain();
    let misdirected = |path| with(request(Method::GET, path, ""), &[("host", "evil.example")]);
    let (status, headers, body) = site.ask(misdirected("/signin")).await;
    assert_eq!((status, body.as_str()), (421, "<h1>no</h1>"));
    assert!(headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    let (status, headers, body) = site.ask(misdirected("/oauth2/token")).await;
    assert_eq!((status, &headers["content-type"]), (421, &HeaderValue::from_static("application/json")));
    assert!(body.contains("\"error\":\"invalid_request\""), "{body}");
    assert_eq!(site.status(misdirected("/livez")).await, 200);
    let nameless = Request::get("/signin").body(Body::empty()).unwrap();
    assert_eq!(site.status(nameless).await, 400);
}

#[tokio::test]
async fn prot_a20_forwarding_headers_count_from_trusted_proxies_only() {
    let site = plain();
    let spoofed = || with(request(Method::GET, "/signin", ""), &[("x-forwarded-for", "203.0.113.9, 192.0.2.1")]);
    assert_eq!(site.ask(from(spoofed(), "198.51.100.7")).await.2, "198.51.100.7 Page");
    assert_eq!(site.ask(from(spoofed(), "10.0.0.1")).await.2, "192.0.2.1 Page");
}

#[tokio::test]
async fn sec_q89_forms_of_other_sites_are_403_on_our_pages_only() {
    let site = plain();
    let post = |path, headers: &[_]| with(request(Method::POST, path, "a=b"), headers);
    let own = [("sec-fetch-site", "same-origin"), ("origin", "https://login.example")];
    let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://portal.example")];
    assert_eq!(site.status(post("/signin", &own)).await, 200);
    assert_eq!(site.status(post("/signin", &foreign)).await, 403);
    assert_eq!(site.status(post("/signin", &[])).await, 403);
    assert_eq!(site.status(post("/signin", &[("origin", "null")])).await, 403);
    // Relying parties post here (OIDC Core §3.1.2.1), and programs send neither header.
    assert_eq!(site.status(post("/oauth2/authorize", &foreign)).await, 200);
    assert_eq!(site.status(post("/oauth2/token", &[])).await, 200);
}

#[tokio::test]
async fn prot_a15_too_large_a_body_is_json_for_programs() {
    let site = plain();
    let large = "x".repeat(10 * 1024 * 1024);
    let (status, headers, body) = site.ask(request(Method::POST, "/oauth2/token", large.clone())).await;
    assert_eq!((status, &headers["content-type"]), (413, &HeaderValue::from_static("application/json")));
    assert_eq!(headers["cache-control"], "no-store");
    assert!(body.contains("invalid_request"), "{body}");
    assert_eq!(site.status(request(Method::POST, "/oauth2/authorize", large)).await, 413);
    let most = "x".repeat(64 * 1024);
    assert_eq!(site.ask(request(Method::POST, "/oauth2/token", most.clone())).await.2, most);
}

#[tokio::test]
async fn sec_q99_a_panic_is_a_500_that_says_nothing() {
    let site = plain();
    let (status, headers, body) = site.ask(request(Method::GET, "/boom/parameter?code=query", "")).await;
    assert_eq!((status, body.as_str()), (500, "<h1>no</h1>"));
    let id = headers["x-request-id"].to_str().unwrap().to_owned();
    let log = site.log();
    assert_eq!(log[0]["route"], "/boom/{secret}");
    assert_eq!((log[0]["request"].as_str(), log[0]["status"].as_u64()), (Some(id.as_str()), Some(500)));
    for unsaid in ["parameter", "query\"", "code"] {
        assert!(!log[0].to_string().contains(unsaid), "{}", log[0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_ended() {
    let (status, headers, _) = plain().ask(request(Method::GET, "/slow", "")).await;
    assert_eq!((status, &headers["retry-after"]), (503, &HeaderValue::from(2)));
}

#[tokio::test]
async fn sec_s5_l1_floods_are_429_with_retry_after() {
    let site = plain();
    let page = || from(request(Method::GET, "/signin", ""), "2001:db8::1");
    let mut limited = None;
    for _ in 0..1000 {
        let (status, headers, _) = site.ask(page()).await;
        if status == 429 {
            limited = Some(headers);
            break;
        }
    }
    assert_eq!(limited.unwrap()["retry-after"], "1");
    assert_eq!(site.status(from(request(Method::GET, "/signin", ""), "2001:db8:1::1")).await, 200);
}

#[tokio::test]
async fn sec_s5_l1_failing_calls_are_429_and_good_ones_unlimited() {
    let policy = LimitPolicy { scale: 0.05, ..LimitPolicy::default() };
    let site = site(&policy);
    for _ in 0..50 {
        assert_eq!(site.status(request(Method::POST, "/oauth2/token", "a")).await, 200);
    }
    let mut last = (0, String::new());
    for _ in 0..50 {
        let (status, _, body) = site.ask(request(Method::POST, "/oauth2/fails", "")).await;
        last = (status, body);
    }
    assert_eq!(last.0, 429);
    assert!(last.1.contains("temporarily_unavailable"), "{}", last.1);
}

#[tokio::test]
async fn unknown_routes_and_methods_are_told_in_their_form() {
    let site = plain();
    assert_eq!(site.ask(request(Method::GET, "/nothing", "")).await.2, "<h1>no</h1>");
    let (status, headers, body) = site.ask(request(Method::GET, "/oauth2/token", "")).await;
    assert_eq!((status, &headers["allow"]), (405, &HeaderValue::from_static("POST")));
    assert!(body.starts_with('{'), "{body}");
    assert_eq!(site.status(request(Method::POST, "/oauth2/nothing", "")).await, 404);
    assert_eq!(site.status(request(Method::TRACE, "/oauth2/token", "")).await, 405);
}

#[tokio::test]
async fn a_record_counts_statements_and_probes_are_not_recorded() {
    let site = plain();
    let agent = [("user-agent", "test")];
    assert_eq!(site.status(with(request(Method::GET, "/livez", ""), &agent)).await, 200);
    assert_eq!(site.status(from(with(request(Method::GET, "/counted", ""), &agent), "192.0.2.1")).await, 200);
    assert_eq!(site.status(request(Method::GET, "/made/up/1234", "")).await, 404);
    let log = site.log();
    assert_eq!(log.len(), 2);
    assert_eq!((log[0]["queries"].as_u64(), log[0]["queries_us"].as_u64()), (Some(1), Some(5)));
    assert_eq!((&log[0]["client"], &log[0]["user_agent"]), (&"192.0.2.1".into(), &"test".into()));
    assert_eq!(log[1]["route"], "-");
}

#[tokio::test]
async fn refusal_pages_know_the_language_asked_for() {
    let pages = Arc::new(Pages::default());
    let edge_parts = Edge { pages: pages.clone(), ..edge_of(&LimitPolicy::default()) };
    let router =
        Router::new().fallback(async || Rejection::NotFound).layer(from_fn_with_state(Arc::new(edge_parts), edge));
    let asked = with(request(Method::GET, "/x", ""), &[("accept-language", "sv")]);
    let response = router.oneshot(asked).await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap();
    assert_eq!(*pages.0.lock().unwrap(), [format!("NotFound Some(\"sv\") {id}")]);
}

fn edge_of(policy: &LimitPolicy) -> Edge {
    let clock: SharedClock = Arc::new(SystemClock);
    Edge {
        site: Site::of(&PublicUrl::parse("https://login.example").unwrap()),
        trusted_proxies: Networks::from(vec!["10.0.0.0/8".parse().unwrap()]),
        limits: Arc::new(AddressLimits::new(policy, clock.clone())),
        log: RequestLog::silent(),
        metrics: RequestMetrics::new(&Metrics::of_process()),
        pages: Arc::new(Pages::default()),
        clock,
        entropy: Arc::new(SystemEntropy::default()),
    }
}
