//! What goes wrong in an API call (RFC 9457): a word for programs, a sentence for people, and each fault by itself.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::flow::error::{FlowError, chain};

/// A problem, as the body of the answer.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemPart>,
}

/// One of several faults.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemPart {
    /// A word for programs.
    pub code: &'static str,
    /// The member of the request that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<&'static str>,
    /// A sentence for people.
    pub detail: String,
    /// The line within that member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

impl Problem {
    /// A problem with one word and one sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// Nothing of that name.
    pub fn not_found(detail: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", detail)
    }

    /// Adds what is wrong in each place.
    #[must_use]
    pub fn with(mut self, errors: Vec<ProblemPart>) -> Self {
        self.errors = errors;
        self
    }
}

impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Self {
        tracing::error!(error = chain(&error), "an API call failed");
        match error {
            FlowError::Overloaded(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarilyUnavailable", "Too much to do, try again later.")
            }
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "serverError", "The request could not be answered."),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, PROBLEM)], serde_json::to_vec(&self).unwrap_or_default()).into_response()
    }
}
