//! What machines ask: does it live, is it ready, what has it counted.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::{
    Json, Router,
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;

use crate::telemetry::metrics::Metrics;

/// One thing that must work before requests are welcome.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Check {
    /// Its name, such as `database`.
    pub name: &'static str,
    /// Whether it works. A hint that stops nothing is `true` with a note.
    pub ready: bool,
    /// What an operator should know. Shown on the internal listener only.
    pub note: String,
}

/// Looks at everything that must work. Bounded in time by whoever looks.
pub trait Readiness: Send + Sync + 'static {
    /// The state of each part, now.
    fn checks(&self) -> Pin<Box<dyn Future<Output = Vec<Check>> + Send + '_>>;
}

/// `/livez` and `/readyz` for the public listener: a word and a status, no details.
pub fn public_probes(readiness: Arc<dyn Readiness>) -> Router {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready)).with_state(readiness)
}

/// `/livez`, `/readyz` (with `?verbose` one line per check) and `/metrics` for the internal listener.
pub fn internal(readiness: Arc<dyn Readiness>, metrics: Metrics) -> Router {
    let probes = Router::new().route("/livez", get(live)).route("/readyz", get(verbose)).with_state(readiness);
    probes.merge(Router::new().route("/metrics", get(counted)).with_state(metrics))
}

/// The process answers. Nothing else is asked: a restart cures no database.
async fn live() -> &'static str {
    "ok"
}

async fn ready(State(readiness): State<Arc<dyn Readiness>>) -> (StatusCode, &'static str) {
    match status(&readiness.checks().await) {
        StatusCode::OK => (StatusCode::OK, "ok"),
        unready => (unready, "not ready"),
    }
}

async fn verbose(State(readiness): State<Arc<dyn Readiness>>, RawQuery(query): RawQuery) -> Response {
    let checks = readiness.checks().await;
    let asked = query.is_some_and(|query| form_urlencoded::parse(query.as_bytes()).any(|(key, _)| key == "verbose"));
    let code = status(&checks);
    if asked {
        (code, Json(checks)).into_response()
    } else {
        (code, if code == StatusCode::OK { "ok" } else { "not ready" }).into_response()
    }
}

fn status(checks: &[Check]) -> StatusCode {
    if checks.iter().all(|check| check.ready) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn counted(State(metrics): State<Metrics>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::Request,
    };
    use tower::ServiceExt;

    use super::*;

    struct Parts(Vec<Check>);

    impl Readiness for Parts {
        fn checks(&self) -> Pin<Box<dyn Future<Output = Vec<Check>> + Send + '_>> {
            Box::pin(async { self.0.clone() })
        }
    }

    fn parts(database: bool) -> Arc<dyn Readiness> {
        let check = |name, ready, note: &str| Check { name, ready, note: note.to_owned() };
        Arc::new(Parts(vec![check("database", database, "secret host"), check("mail", true, "mails are held")]))
    }

    async fn ask(router: Router, path: &str) -> (u16, String) {
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn probes_tell_in_one_word() {
        assert_eq!(ask(public_probes(parts(true)), "/readyz").await, (200, "ok".to_owned()));
        assert_eq!(ask(public_probes(parts(false)), "/readyz?verbose").await, (503, "not ready".to_owned()));
        assert_eq!(ask(public_probes(parts(false)), "/livez").await, (200, "ok".to_owned()));
        assert_eq!(ask(public_probes(parts(true)), "/metrics").await.0, 404);
    }

    #[tokio::test]
    async fn details_and_counts_are_for_the_internal_listener() {
        let internal = |ready| internal(parts(ready), Metrics::of_process());
        assert_eq!(ask(internal(true), "/readyz").await, (200, "ok".to_owned()));
        let (status, body) = ask(internal(false), "/readyz?verbose").await;
        assert_eq!(status, 503);
        let checks: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&checks[0]["name"], &checks[0]["ready"]), (&"database".into(), &false.into()));
        crate::telemetry::metrics::tokens_issued("health_test");
        let (status, body) = ask(internal(true), "/metrics").await;
        assert_eq!(status, 200);
        assert!(body.contains("usher_tokens_issued_total{grant_type=\"health_test\"}"), "{body}");
    }
}
