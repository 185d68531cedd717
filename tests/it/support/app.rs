//! A node with the real router in front, on either engine, with a clock that the test turns.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use usher::{
    authn::throttle::LoginThrottle,
    base::{
        clock::SharedClock,
        entropy::{SharedEntropy, SystemEntropy},
        rate::LimitPolicy,
    },
    config::{
        Outbound as OutboundConfig, PublicUrl,
        settings::{Level, Site, StoredSetting},
    },
    flow::{
        follow,
        node::Node,
        open::{Plan, open},
        outbox::postman::{self, Postman},
        starts::Caps,
    },
    http::{
        layers::{Edge, Site as PublicSite, limits::AddressLimits},
        refusals::Refusals,
        router::router,
        state::{Surroundings, Web},
    },
    keys::kek::Kek,
    outbound::Outbound,
    store::Db,
    telemetry::{
        metrics::{Metrics, RequestMetrics},
        record::RequestLog,
    },
    theme::{Theme, ThemeConfig},
};

use super::{
    browser::{Answer, Browser, answer},
    engine::{Engine, TestDb, migrated},
    time::TestClock,
};

/// The issuer of the tests: loopback, so that hashing may be cheap and cookies need no TLS.
pub const ISSUER: &str = "http://localhost:8080";

/// A node under test.
pub struct TestApp {
    pub node: Arc<Node>,
    pub clock: TestClock,
    pub postman: Arc<Postman>,
    pub router: Router,
    pub test: TestDb,
}

impl TestApp {
    pub async fn new(engine: Engine) -> Self {
        Self::within(engine, Bounds::default()).await
    }

    /// A node within these bounds.
    pub async fn within(engine: Engine, bounds: Bounds) -> Self {
        Self::made(engine, bounds, postman::Options::default()).await
    }

    /// A node that sends messages in this way.
    pub async fn with(engine: Engine, options: postman::Options) -> Self {
        Self::made(engine, Bounds::default(), options).await
    }

    async fn made(engine: Engine, bounds: Bounds, options: postman::Options) -> Self {
        // What a failing page does not say, the log of the failing test does.
        let _ = tracing_subscriber::fmt().with_test_writer().with_env_filter("warn").try_init();
        let test = migrated(engine).await;
        let (db, clock) = (test.db.clone(), TestClock::default());
        let (postman, router) = node_on(db, clock.clone(), bounds, options).await;
        let node = Arc::clone(postman.node());
        follow::tend_keys(&node).await.unwrap();
        Self { node, postman, clock, router, test }
    }

    /// Another node on the same database and clock, as if on another machine.
    pub async fn beside(&self) -> (Arc<Node>, Router) {
        let db = Db::open(&self.test.url).await.unwrap();
        let (postman, router) = node_on(db, self.clock.clone(), Bounds::default(), postman::Options::default()).await;
        (Arc::clone(postman.node()), router)
    }

    /// The postman of another node on the same database and clock.
    pub async fn postman_beside(&self, options: postman::Options) -> Arc<Postman> {
        let db = Db::open(&self.test.url).await.unwrap();
        node_on(db, self.clock.clone(), Bounds::default(), options).await.0
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A request as a program sends it.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let at = request.uri().to_string();
        answer(self.router.clone(), request, at).await
    }

    /// GET without cookies.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::HOST, "localhost:8080").body(Body::empty()).unwrap()).await
    }

    /// POST of a form, with an `Authorization` header if one is given.
    pub async fn post(&self, path: &str, authorization: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_raw(path, authorization, "application/x-www-form-urlencoded", body).await
    }

    /// POST of any body.
    pub async fn post_raw(
        &self,
        path: &str,
        authorization: Option<&str>,
        content_type: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .header(header::CONTENT_TYPE, content_type);
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    /// A request to the token endpoint.
    pub async fn token(&self, authorization: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        self.post("/oauth2/token", authorization, fields).await
    }

    /// GET of UserInfo with a bearer token.
    pub async fn user_info(&self, token: &str) -> Answer {
        let request = Request::get("/oauth2/userinfo")
            .header(header::HOST, "localhost:8080")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty());
        self.send(request.unwrap()).await
    }
}

/// `Authorization: Basic` of a client, form-encoded first (RFC 6749 §2.3.1).
pub fn basic(client_id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret))))
}

/// A node for the site at `issuer`.
pub async fn node(db: Db, clock: TestClock, issuer: &str, site: Site) -> Arc<Node> {
    node_within(db, clock, issuer, site, Bounds::default().caps).await
}

async fn node_within(db: Db, clock: TestClock, issuer: &str, site: Site, caps: Caps) -> Arc<Node> {
    let clock: SharedClock = Arc::new(clock);
    let entropy: SharedEntropy = Arc::new(SystemEntropy::default());
    // Hashing for real, and as cheap as it gets.
    let cheap = |name: &str, value: u32| StoredSetting {
        level: Level::Instance,
        subject: String::new(),
        name: name.to_owned(),
        value: value.into(),
    };
    let plan = Plan {
        issuer: issuer.to_owned(),
        site,
        db,
        clock: Arc::clone(&clock),
        entropy,
        kek: Kek::from_bytes(&[7; 32]).unwrap(),
        outbound: Arc::new(outbound(&clock)),
        limits: LimitPolicy::default(),
        pinned: vec![cheap("password.hash_memory_kib", 8), cheap("password.hash_passes", 1)],
        hash_threads: 2,
        throttle: LoginThrottle::new(LimitPolicy::default()),
        caps,
    };
    Arc::new(open(plan).await.unwrap())
}

async fn node_on(db: Db, clock: TestClock, bounds: Bounds, options: postman::Options) -> (Arc<Postman>, Router) {
    let node = node_within(db, clock.clone(), ISSUER, Site::Loopback, bounds.caps).await;
    let clock: SharedClock = Arc::new(clock);
    let limits = Arc::new(AddressLimits::new(&bounds.limits, Arc::clone(&clock)));
    let theme = Theme::load(&ThemeConfig::default()).unwrap();
    let surroundings = Surroundings { demo: false, dev_pages: true };
    let postman = Arc::new(Postman::new(Arc::clone(&node), Arc::new(theme), options));
    let web = Arc::new(Web::new(Arc::clone(&postman), Arc::clone(&limits), surroundings));
    let edge = Edge {
        site: PublicSite::of(&PublicUrl::parse(ISSUER).unwrap()),
        trusted_proxies: Vec::new().into(),
        limits,
        log: RequestLog::silent(),
        metrics: RequestMetrics::new(&Metrics::of_process()),
        pages: Arc::new(Refusals(Arc::clone(&web))),
        clock,
        entropy: Arc::clone(&node.entropy),
    };
    (postman, router(web, Arc::new(edge), Router::new()))
}

/// A client that may call the stubs of the tests.
fn outbound(clock: &SharedClock) -> Outbound {
    let config = OutboundConfig { allow_hosts: vec!["127.0.0.1".parse().unwrap()], extra_ca: None };
    Outbound::new(&config, Site::Loopback, Arc::clone(clock)).unwrap()
}

/// What a node lets strangers do.
pub struct Bounds {
    pub caps: Caps,
    pub limits: LimitPolicy,
}

impl Default for Bounds {
    /// Tests stand the clock still: what a minute allows must last for a whole test.
    fn default() -> Self {
        let limits = LimitPolicy { scale: 1000.0, ..LimitPolicy::default() };
        Self { caps: Caps::new(&LimitPolicy::default()), limits }
    }
}
