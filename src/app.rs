//! Composition root: the parts of a running node, put together from its configuration.

pub mod open;

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::Router;

use self::open::Migrations;
use crate::{
    authn::throttle::LoginThrottle,
    base::{
        clock::{SharedClock, SystemClock},
        entropy::{SharedEntropy, SystemEntropy},
        rate::LimitPolicy,
    },
    config::Config,
    flow::{
        self,
        node::Node,
        open::Plan,
        outbox::postman::{self, Postman},
        starts::Caps,
    },
    http::{
        health::{self, Check, Readiness},
        layers::{Edge, Site as PublicSite, limits::AddressLimits},
        refusals::Refusals,
        router::router,
        state::{Surroundings, Web},
    },
    jobs,
    outbound::{Outbound, OutboundSetupError},
    server::{Server, ServerConfig, ServerError, Tasks, TlsFiles},
    store::{Db, ServeLock},
    telemetry::{
        metrics::{Metrics, RequestMetrics},
        record::RequestLog,
        subscriber::{self, Log, LogError},
    },
    theme::{Theme, ThemeConfig, ThemeError},
};

/// Connections at once on each listener.
const MAX_CONNECTIONS: usize = 10_000;
/// How long background work may take to end.
const JOBS_END: Duration = Duration::from_secs(5);

/// Why the program cannot do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database or its key.
    #[error(transparent)]
    Open(#[from] open::OpenError),
    /// What is stored under it.
    #[error(transparent)]
    Node(#[from] flow::open::OpenError),
    /// The theme.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The client for what is fetched and called.
    #[error(transparent)]
    Outbound(#[from] OutboundSetupError),
    /// The listener.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Another `serve` has the file.
    #[error("another `usher serve` runs on this database; SQLite is for one node, PostgreSQL for several")]
    Served,
    /// The lock file beside the database.
    #[error("cannot lock the database")]
    Lock(#[source] std::io::Error),
}

/// A node on a database, without a listener: what commands work on, beside a running server too.
pub async fn open_node(config: &Config, db: Db) -> Result<Node, AppError> {
    let entropy: SharedEntropy = Arc::new(SystemEntropy::default());
    let kek = open::kek(config, &db, &*entropy).await?;
    let clock: SharedClock = Arc::new(SystemClock);
    let site = config.public_url.site();
    let plan = Plan {
        issuer: config.public_url.as_str().to_owned(),
        site,
        db,
        outbound: Arc::new(Outbound::new(&config.outbound, site, Arc::clone(&clock))?),
        clock,
        entropy,
        kek,
        limits: config.limits.policy(),
        pinned: config.pinned(),
        hash_threads: std::thread::available_parallelism().map_or(1, usize::from),
        throttle: LoginThrottle::new(config.limits.policy()),
        caps: Caps::new(&config.limits.policy()),
    };
    Ok(flow::open::open(plan).await?)
}

/// How a server is started.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What to do about migrations that are pending.
    pub migrations: Migrations,
    /// Show the ribbon of `usher demo`.
    pub demo: bool,
}

/// A node with its listener bound, not yet serving.
pub struct App {
    /// The node.
    pub node: Arc<Node>,
    postman: Arc<Postman>,
    server: Server,
    public: Router,
    internal: Router,
    _lock: ServeLock,
    _log: Log,
}

impl App {
    /// Opens everything and binds the listeners.
    pub async fn start(config: &Config, options: Options) -> Result<Self, AppError> {
        let clock: SharedClock = Arc::new(SystemClock);
        let log = subscriber::start(config.log.format, &config.log.level, Arc::clone(&clock))?;
        let db = open::database(config, options.migrations).await?;
        let lock = db.lock_for_serving().map_err(AppError::Lock)?.ok_or(AppError::Served)?;
        let node = Arc::new(open_node(config, db).await?);
        let theme = Theme::load(&ThemeConfig { dir: config.theme.dir.clone(), name: config.theme.name.clone() })?;
        node.set_vendor(theme.vendor());
        let policy = config.limits.policy();
        let surroundings = Surroundings { demo: options.demo, dev_pages: config.shows_outbox() };
        let limits = Arc::new(AddressLimits::new(&policy, Arc::clone(&clock)));
        let options = postman::Options::of(node.site, &node.outbound, &clock);
        let postman = Arc::new(Postman::new(Arc::clone(&node), Arc::new(theme), options));
        let web = Arc::new(Web::new(Arc::clone(&postman), Arc::clone(&limits), surroundings));
        let metrics = Metrics::of_process();
        let edge = edge(config, &web, limits, log.requests.clone(), &metrics);
        let server = Server::bind(server_config(config, policy, clock)).await?;
        let readiness: Arc<dyn Readiness> = Arc::new(NodeReadiness(Arc::clone(&postman)));
        let public = router(web, Arc::new(edge), health::public_probes(Arc::clone(&readiness)));
        let internal = health::internal(readiness, metrics);
        Ok(Self { node, postman, server, public, internal, _lock: lock, _log: log })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> std::net::SocketAddr {
        self.server.local_addr()
    }

    /// Serves until `shutdown` is ready, with the background work beside.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let tasks = Tasks::new();
        let folding: jobs::Job = ("metrics", Box::pin(Metrics::of_process().keep_folding()));
        for (name, job) in jobs::all(&self.postman).into_iter().chain([folding]) {
            let stopping = tasks.stopping();
            tasks.spawn(name, async move {
                tokio::select! {
                    () = job => {}
                    () = stopping.cancelled() => {}
                }
            });
        }
        self.server.serve(self.public, self.internal, shutdown).await;
        tasks.stop(JOBS_END).await;
        self.node.hashing.shutdown();
    }
}

fn edge(config: &Config, web: &Arc<Web>, limits: Arc<AddressLimits>, log: RequestLog, metrics: &Metrics) -> Edge {
    Edge {
        site: PublicSite::of(&config.public_url),
        trusted_proxies: config.http.trusted_proxies.clone().into(),
        limits,
        log,
        metrics: RequestMetrics::new(metrics),
        pages: Arc::new(Refusals(Arc::clone(web))),
        clock: Arc::clone(&web.node.clock),
        entropy: Arc::clone(&web.node.entropy),
    }
}

fn server_config(config: &Config, limits: LimitPolicy, clock: SharedClock) -> ServerConfig {
    let tls = config.http.tls_cert.clone().zip(config.http.tls_key.clone());
    ServerConfig {
        public: config.http.listen,
        internal: config.http.internal_listen,
        tls: tls.map(|(cert, key)| TlsFiles { cert, key }),
        limits,
        trusted_proxies: config.http.trusted_proxies.clone().into(),
        max_connections: MAX_CONNECTIONS,
        timing: crate::server::Timing::default(),
        clock,
    }
}

/// Ready: the database answers and the catalog can be read.
struct NodeReadiness(Arc<Postman>);

impl Readiness for NodeReadiness {
    fn checks(&self) -> Pin<Box<dyn Future<Output = Vec<Check>> + Send + '_>> {
        Box::pin(async {
            let node = self.0.node();
            let database = node.db.read().await;
            let catalog = node.snapshot().await;
            let note = |ready: bool| if ready { String::new() } else { "see the log".to_owned() };
            let check = |name, ready| Check { name, ready, note: note(ready) };
            let held = catalog.as_ref().is_ok_and(|snapshot| self.0.holds(&snapshot.settings));
            // Sign-in goes on without mail; whoever waits for a message does not.
            let hint =
                if held { "mail.url is not set: messages wait until it is, or until they are too old" } else { "" };
            vec![
                check("database", database.is_ok()),
                check("catalog", catalog.is_ok()),
                Check { name: "mail", ready: true, note: hint.to_owned() },
            ]
        })
    }
}
