//! A JSON body: of that type and no other, read strictly (security.md S3).

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;

use crate::http::api::problem::Problem;

/// The largest body that a handler reads; the edge has read it within its own limit before.
const MAX_BYTES: usize = 64 * 1024;

/// The body as a `T`. An empty body is an empty object.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let kind = String::from_utf8_lossy(kind).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let bytes = to_bytes(request.into_body(), MAX_BYTES).await.map_err(|_| {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "tooLarge", "The body is too large.").into_response()
        })?;
        if bytes.is_empty() {
            return read(b"{}").map_err(|problem| problem.into_response());
        }
        if kind != "application/json" {
            let problem = Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupportedMediaType",
                "The body must be application/json.",
            );
            return Err(problem.into_response());
        }
        read(&bytes).map_err(|problem| problem.into_response())
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<Json<T>, Box<Problem>> {
    // The error names a member and a place, and repeats no value.
    let problem = |error: serde_json::Error| Problem::new(StatusCode::BAD_REQUEST, "invalidBody", error.to_string());
    serde_json::from_slice(bytes).map(Json).map_err(|error| Box::new(problem(error)))
}
