//! One connection, from its first byte to its last.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo, response::Response};
use hyper::{Request, body::Incoming, rt::Executor, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use super::{io::Patient, tls::Tls};
use crate::telemetry::metrics::connection_refused;

/// How long things may take. The defaults are security.md S13.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// A TLS handshake.
    pub handshake: Duration,
    /// From the connection to the whole head of its first request; in HTTP/1.1 also from an answer to the head of the
    /// next request, because hyper has one timer for both.
    pub header: Duration,
    /// An HTTP/2 connection without a request.
    pub idle: Duration,
    /// A client that takes nothing of an answer.
    pub stall: Duration,
    /// What is under way when the process is asked to stop.
    pub drain: Duration,
    /// Between two looks at the certificate files.
    pub tls_reload: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            stall: Duration::from_secs(30),
            drain: Duration::from_secs(20),
            tls_reload: Duration::from_secs(30),
        }
    }
}

/// After the last word the other side has so long to hang up.
const FAREWELL: Duration = Duration::from_secs(2);

/// What the connections of one listener have in common.
pub(super) struct Connections {
    builder: Builder<Tracked>,
    tls: Option<Arc<Tls>>,
    router: Router,
    timing: Timing,
    /// Finish and close.
    stop: CancellationToken,
    /// Close.
    abort: CancellationToken,
}

impl Connections {
    pub(super) fn new(
        tls: Option<Arc<Tls>>,
        router: Router,
        timing: Timing,
        tracker: TaskTracker,
        stop: CancellationToken,
        abort: CancellationToken,
    ) -> Self {
        Self { builder: builder(timing, tracker), tls, router, timing, stop, abort }
    }

    /// Serves one connection until it is closed.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        let Some(tls) = &self.tls else {
            return self.talk(stream, peer).await;
        };
        let handshake = timeout(self.timing.handshake, tls.accept(stream));
        let stream = tokio::select! {
            stream = handshake => stream,
            () = self.stop.cancelled() => return,
        };
        match stream {
            Ok(Ok(stream)) => self.talk(stream, peer).await,
            Ok(Err(_)) | Err(_) => connection_refused("handshake"),
        }
    }

    async fn talk<I: AsyncRead + AsyncWrite + Unpin + Send + 'static>(&self, stream: I, peer: SocketAddr) {
        let requests = Arc::new(Requests::default());
        let service = service_fn(|request: Request<Incoming>| self.answer(request, peer, requests.start()));
        let stream = TokioIo::new(Patient::new(stream, self.timing.stall, FAREWELL));
        let mut connection = pin!(self.builder.serve_connection(stream, service));
        let farewell = tokio::select! {
            biased;
            // Whatever ended it – a reset, a timeout, something that is not HTTP – there is nobody left to tell.
            _ended = connection.as_mut() => return,
            () = self.stop.cancelled() => self.timing.drain,
            () = requests.idle(self.timing) => FAREWELL,
        };
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            _ended = timeout(farewell, connection) => {}
            () = self.abort.cancelled() => {}
        }
    }

    fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
        started: Started,
    ) -> impl Future<Output = Result<Response, Infallible>> + use<> {
        let router = self.router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        async move {
            let response = router.oneshot(request).await;
            drop(started);
            response
        }
    }
}

fn builder(timing: Timing, tracker: TaskTracker) -> Builder<Tracked> {
    let mut builder = Builder::new(Tracked(tracker));
    builder.http1().timer(TokioTimer::new()).header_read_timeout(timing.header).max_headers(64).max_buf_size(32 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(16 * 1024)
        .max_concurrent_streams(100)
        // Resets cost the sender nothing and us a little: few of them end the connection (CVE-2023-44487, RUSTSEC-2024-0003).
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(100)
        .initial_stream_window_size(64 * 1024)
        .initial_connection_window_size(256 * 1024)
        .keep_alive_interval(timing.idle / 3)
        .keep_alive_timeout(timing.header);
    builder
}

/// Counts the requests of a connection.
#[derive(Default)]
struct Requests {
    started: AtomicU64,
    finished: AtomicU64,
}

/// A request that has not been answered yet.
struct Started(Arc<Requests>);

impl Requests {
    fn start(self: &Arc<Self>) -> Started {
        self.started.fetch_add(1, Ordering::Relaxed);
        Started(Arc::clone(self))
    }

    /// Ready when no first request comes in the time for headers, or when later none is under way and none was started
    /// for a while: between one and two times [`Timing::idle`], so that a request costs no timer.
    async fn idle(&self, timing: Timing) {
        let mut seen = 0;
        let mut wait = timing.header;
        loop {
            sleep(wait).await;
            let started = self.started.load(Ordering::Relaxed);
            if started == seen && self.finished.load(Ordering::Relaxed) == started {
                return;
            }
            seen = started;
            wait = timing.idle;
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.0.finished.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs the streams of an HTTP/2 connection as tasks that shutdown waits for.
#[derive(Clone)]
struct Tracked(TaskTracker);

impl<F: Future<Output: Send> + Send + 'static> Executor<F> for Tracked {
    fn execute(&self, stream: F) {
        self.0.spawn(stream);
    }
}
