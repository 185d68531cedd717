//! Counters and histograms of the process, in the Prometheus text format.
//!
//! Every label has a small, fixed set of values: routes, statuses, names from our own source. Nothing a caller sends
//! becomes a label.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
    time::Duration,
};

use metrics::{Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::queries::Queries;

const REQUESTS: &str = "usher_http_requests_total";
const REQUEST_TIME: &str = "usher_http_request_duration_seconds";
const STATEMENTS: &str = "usher_db_statements_total";
const STATEMENT_TIME: &str = "usher_db_microseconds_total";
const PANICS: &str = "usher_panics_total";
const SIGN_INS: &str = "usher_sign_ins_total";
const TOKENS: &str = "usher_tokens_issued_total";
const MESSAGES: &str = "usher_messages_total";
const HASHES_REFUSED: &str = "usher_hashes_refused_total";
const HASH_TIME: &str = "usher_hash_duration_seconds";
const HASH_QUEUE: &str = "usher_hash_queue_length";
const CONNECTIONS: &str = "usher_connections";
const CONNECTIONS_REFUSED: &str = "usher_connections_refused_total";

/// Upper bounds in seconds; the floor of the figures to reach is 1 ms, of a hash 40 ms.
const BUCKETS: [f64; 12] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// How often samples are folded into their buckets.
const FOLD: Duration = Duration::from_secs(5);

/// What has been counted so far.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

static INSTALLED: LazyLock<Metrics> = LazyLock::new(install);

impl Metrics {
    /// The metrics of this process; the first call starts the counting.
    pub fn of_process() -> Self {
        INSTALLED.clone()
    }

    /// Everything, in the Prometheus text exposition format 0.0.4.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Folds what histograms have collected, every few seconds and for ever: until then each sample takes memory.
    pub async fn keep_folding(self) {
        loop {
            tokio::time::sleep(FOLD).await;
            self.0.run_upkeep();
        }
    }
}

fn install() -> Metrics {
    let durations = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new();
    // Fails for an empty list of bounds only.
    let builder = builder.set_buckets_for_metric(durations, &BUCKETS).unwrap_or_default();
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    // Only ever called once, by the lock above.
    drop(metrics::set_global_recorder(recorder));
    describe_counter!(REQUESTS, "Requests, by method, route and status.");
    describe_histogram!(REQUEST_TIME, "Time from a request's head to its answer's head, by route.");
    describe_counter!(STATEMENTS, "Database statements that requests ran.");
    describe_counter!(STATEMENT_TIME, "Microseconds that requests waited for the database.");
    describe_counter!(PANICS, "Requests and background tasks that panicked.");
    describe_counter!(SIGN_INS, "Attempts to sign in, by outcome.");
    describe_counter!(TOKENS, "Token responses, by grant type.");
    describe_counter!(MESSAGES, "Attempts to send a message, by channel and outcome.");
    describe_counter!(HASHES_REFUSED, "Password hashes refused because the queue was full.");
    describe_histogram!(HASH_TIME, "Time to compute one password hash.");
    describe_gauge!(HASH_QUEUE, "Password hashes that wait for a thread.");
    describe_gauge!(CONNECTIONS, "Open connections, by listener.");
    describe_counter!(CONNECTIONS_REFUSED, "Connections closed unanswered, by reason.");
    Metrics(handle)
}

/// Counters of one route, looked up once.
struct Route {
    time: Histogram,
    answers: RwLock<Vec<(&'static str, u16, Counter)>>,
}

/// Requests of a router: keeps the counters at hand, because finding them costs more than counting.
pub struct RequestMetrics {
    routes: RwLock<HashMap<String, Arc<Route>>>,
    statements: Counter,
    statement_time: Counter,
}

impl RequestMetrics {
    /// Counts for the process.
    pub fn new(_counting: &Metrics) -> Self {
        Self { routes: RwLock::default(), statements: counter!(STATEMENTS), statement_time: counter!(STATEMENT_TIME) }
    }

    /// One request. `route` must be one of the router's patterns, `method` a constant.
    pub fn answered(&self, method: &'static str, route: &str, status: u16, time: Duration, queries: Queries) {
        let found = self.route(route);
        found.time.record(time);
        found.count(method, route, status);
        if queries.count > 0 {
            self.statements.increment(u64::from(queries.count));
            self.statement_time.increment(u64::try_from(queries.time.as_micros()).unwrap_or(u64::MAX));
        }
    }

    fn route(&self, name: &str) -> Arc<Route> {
        if let Some(route) = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Arc::clone(route);
        }
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        let route = || {
            let time = histogram!(REQUEST_TIME, "route" => name.to_owned());
            Arc::new(Route { time, answers: RwLock::default() })
        };
        Arc::clone(routes.entry(name.to_owned()).or_insert_with(route))
    }
}

impl Route {
    fn count(&self, method: &'static str, route: &str, status: u16) {
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, counter)) = answers.iter().find(|(m, s, _)| *m == method && *s == status) {
            return counter.increment(1);
        }
        drop(answers);
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
        // Two at once make two handles of the same counter: harmless.
        let counter = counter!(REQUESTS, &labels);
        counter.increment(1);
        self.answers.write().unwrap_or_else(PoisonError::into_inner).push((method, status, counter));
    }
}

/// A request or a background task panicked.
pub fn panicked() {
    counter!(PANICS).increment(1);
}

/// Somebody tried to sign in. `outcome` is the name of an outcome of the flow.
pub fn sign_in(outcome: &'static str) {
    counter!(SIGN_INS, "outcome" => outcome).increment(1);
}

/// A token response was given. `grant_type` is one of ours.
pub fn tokens_issued(grant_type: &'static str) {
    counter!(TOKENS, "grant_type" => grant_type).increment(1);
}

/// An attempt to send a message was settled. `outcome` is a word of the postman's.
pub fn message(channel: &'static str, outcome: &'static str) {
    counter!(MESSAGES, "channel" => channel, "outcome" => outcome).increment(1);
}

/// A password hash waits for a thread.
pub fn hash_queued() {
    gauge!(HASH_QUEUE).increment(1.0);
}

/// A thread took a password hash from the queue.
pub fn hash_taken() {
    gauge!(HASH_QUEUE).decrement(1.0);
}

/// The queue had no room for a password hash.
pub fn hash_refused() {
    counter!(HASHES_REFUSED).increment(1);
}

/// One password hash took `time`.
pub fn hashed(time: Duration) {
    histogram!(HASH_TIME).record(time);
}

/// An open connection of `listener`; it counts until dropped.
#[must_use]
pub struct OpenConnection(metrics::Gauge);

impl OpenConnection {
    /// A connection was accepted.
    pub fn new(listener: &'static str) -> Self {
        let open = gauge!(CONNECTIONS, "listener" => listener);
        open.increment(1.0);
        Self(open)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// A connection was closed unanswered: `"address"` has too many, or the `"handshake"` failed.
pub fn connection_refused(reason: &'static str) {
    counter!(CONNECTIONS_REFUSED, "reason" => reason).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_is_rendered_for_prometheus() {
        let metrics = Metrics::of_process();
        let requests = RequestMetrics::new(&metrics);
        let queries = Queries { count: 2, time: Duration::from_micros(70) };
        for _ in 0..3 {
            requests.answered("GET", "/metrics-test/{id}", 200, Duration::from_millis(2), queries);
        }
        requests.answered("GET", "/metrics-test/{id}", 404, Duration::ZERO, Queries::default());
        sign_in("metrics_test");
        tokens_issued("metrics_test");
        metrics.0.run_upkeep();
        let text = metrics.render();
        for line in [
            "usher_http_requests_total{method=\"GET\",route=\"/metrics-test/{id}\",status=\"200\"} 3",
            "usher_http_requests_total{method=\"GET\",route=\"/metrics-test/{id}\",status=\"404\"} 1",
            "usher_http_request_duration_seconds_bucket{route=\"/metrics-test/{id}\",le=\"0.0025\"} 4",
            "usher_http_request_duration_seconds_count{route=\"/metrics-test/{id}\"} 4",
            "usher_sign_ins_total{outcome=\"metrics_test\"} 1",
            "usher_tokens_issued_total{grant_type=\"metrics_test\"} 1",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn an_open_connection_counts_until_it_is_gone() {
        let metrics = Metrics::of_process();
        let open = [OpenConnection::new("metrics_test"), OpenConnection::new("metrics_test")];
        assert!(metrics.render().contains("usher_connections{listener=\"metrics_test\"} 2"));
        drop(open);
        assert!(metrics.render().contains("usher_connections{listener=\"metrics_test\"} 0"));
    }
}
