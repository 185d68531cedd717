//! The listener: accept loop, TLS, limits, shutdown.
//!
//! axum's own `serve` gives hyper no timer, so its header timeout is inert there (axum 0.8.9); hence this one
//! (security.md S13). Requests that hyper refuses never reach a router: 431 for headers beyond the limits, 400 for what
//! is not HTTP, 414 for an endless target, and nothing at all for those who are too slow.

mod admission;
mod connection;
mod io;
mod tasks;
mod tls;

use std::{future::Future, io::Error, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use sd_notify::NotifyState;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{admission::Admission, connection::Connections, tls::Tls};
pub use self::{
    connection::Timing,
    tasks::Tasks,
    tls::{TlsError, TlsFiles},
};
use crate::{
    base::{address::Networks, clock::SharedClock, rate::LimitPolicy},
    telemetry::metrics::{OpenConnection, connection_refused},
};

/// Connections that the kernel completes before we accept them.
const BACKLOG: u32 = 1024;

/// How to listen.
pub struct ServerConfig {
    /// For everybody.
    pub public: SocketAddr,
    /// For metrics and probes.
    pub internal: SocketAddr,
    /// TLS on the public listener; without it a proxy is in front, or it is a developer's machine.
    pub tls: Option<TlsFiles>,
    /// Limits on connections per address (L0).
    pub limits: LimitPolicy,
    /// Proxies carry many clients: L0 does not hold for them.
    pub trusted_proxies: Networks,
    /// Connections at once on each listener; more wait in the kernel.
    pub max_connections: usize,
    /// How long things may take.
    pub timing: Timing,
    /// Time, for L0.
    pub clock: SharedClock,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is taken, not ours, or not allowed to us.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] Error),
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Both listeners, bound and not yet accepting: what is reached now is answered once [`Server::serve`] runs.
pub struct Server {
    public: TcpListener,
    internal: TcpListener,
    public_addr: SocketAddr,
    internal_addr: SocketAddr,
    tls: Option<Arc<Tls>>,
    config: ServerConfig,
}

impl Server {
    /// Binds both listeners and reads the certificate. Port 0 takes a free one.
    pub async fn bind(config: ServerConfig) -> Result<Self, ServerError> {
        let tls = match &config.tls {
            Some(files) => Some(Arc::new(Tls::open(files.clone()).await?)),
            None => None,
        };
        let (public, public_addr) = listen(config.public)?;
        let (internal, internal_addr) = listen(config.internal)?;
        Ok(Self { public, internal, public_addr, internal_addr, tls, config })
    }

    /// The public address, with its real port.
    pub const fn local_addr(&self) -> SocketAddr {
        self.public_addr
    }

    /// The internal address, with its real port.
    pub const fn internal_addr(&self) -> SocketAddr {
        self.internal_addr
    }

    /// Serves until `shutdown` is ready; then accepts nothing more, finishes what is under way and returns. What is not
    /// finished within [`Timing::drain`] is cut off.
    pub async fn serve(self, public: Router, internal: Router, shutdown: impl Future<Output = ()>) {
        let tracker = TaskTracker::new();
        let (stop, abort) = (CancellationToken::new(), CancellationToken::new());
        let config = self.config;
        let connections = |tls: Option<Arc<Tls>>, router| {
            Arc::new(Connections::new(tls, router, config.timing, tracker.clone(), stop.clone(), abort.clone()))
        };
        if let Some(tls) = &self.tls {
            tracker.spawn(Arc::clone(tls).follow(config.timing.tls_reload, stop.clone()));
        }
        let max = config.max_connections;
        let everybody = Admission::new(&config.limits, config.trusted_proxies, config.clock.clone());
        let operators = Admission::unlimited(config.clock);
        let public = Accepting { name: "public", admission: everybody, connections: connections(self.tls, public) };
        let internal = Accepting { name: "internal", admission: operators, connections: connections(None, internal) };
        tracker.spawn(public.run(self.public, max, tracker.clone(), stop.clone()));
        tracker.spawn(internal.run(self.internal, max, tracker.clone(), stop.clone()));
        tell_systemd(&NotifyState::Ready);

        shutdown.await;
        tell_systemd(&NotifyState::Stopping);
        tracing::info!(tasks = tracker.len(), "stopping: finishing what is under way");
        stop.cancel();
        tracker.close();
        if tokio::time::timeout(config.timing.drain, tracker.wait()).await.is_err() {
            tracing::warn!(tasks = tracker.len(), "some requests were not finished in time");
            abort.cancel();
            tracker.wait().await;
        }
    }
}

/// Ready when the process is asked to end, by SIGTERM or SIGINT.
pub async fn termination() {
    let ended = |kind| async move {
        match signal(kind) {
            Ok(mut signals) => drop(signals.recv().await),
            // Without a handler the signal ends the process by itself.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = ended(SignalKind::terminate()) => {}
        () = ended(SignalKind::interrupt()) => {}
    }
}

/// One listener's loop.
struct Accepting {
    name: &'static str,
    admission: Arc<Admission>,
    connections: Arc<Connections>,
}

impl Accepting {
    async fn run(self, listener: TcpListener, max: usize, tracker: TaskTracker, stop: CancellationToken) {
        let places = Arc::new(Semaphore::new(max.min(Semaphore::MAX_PERMITS)));
        loop {
            // The place comes first: who finds none waits in the kernel, not in our memory.
            let place = tokio::select! {
                () = stop.cancelled() => return,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            let (stream, peer) = tokio::select! {
                () = stop.cancelled() => return,
                accepted = accept(&listener) => accepted,
            };
            let Some(slot) = self.admission.admit(peer.ip()) else {
                connection_refused("address");
                continue;
            };
            let open = OpenConnection::new(self.name);
            let served = Arc::clone(&self.connections).serve(stream, peer);
            tracker.spawn(async move {
                served.await;
                drop((open, slot, place));
            });
        }
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are small and complete: waiting to fill a segment only delays them.
                drop(stream.set_nodelay(true));
                return (stream, peer);
            }
            Err(error) => {
                // A client that gave up is nothing; out of descriptors is, and passes only with time.
                tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A restart must not wait for the last connections of the process before.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(BACKLOG)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    listen().map_err(|error| ServerError::Listen(address, error))
}

fn tell_systemd(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(error = &error as &dyn std::error::Error, "systemd could not be told");
    }
}

#[cfg(test)]
mod tests;
