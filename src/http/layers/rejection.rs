//! What is refused before, around or instead of a handler, and how it is told.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
};

use crate::base::rate::TooMany;

/// A refusal that is not a handler's business. As a response it is bare; the edge renders it as JSON for programs and
/// hands it to [`RejectionPages`] for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Rejection {
    /// Not HTTP as we read it: no `Host` or several, or a body that broke off.
    #[error("the request is malformed")]
    Malformed,
    /// A form that no page of ours sent, or not in this browser (security.md S3).
    #[error("the form was not sent by a page of this site")]
    ForeignForm,
    /// No such route.
    #[error("there is nothing here")]
    NotFound,
    /// The route knows other methods.
    #[error("the method is not allowed here")]
    MethodNotAllowed,
    /// The body did not arrive in time.
    #[error("the request took too long to arrive")]
    BodyTimeout,
    /// The body is larger than the route takes.
    #[error("the request is too large")]
    TooLarge,
    /// The request names another host than `public_url` (D27).
    #[error("this is not the host that was asked for")]
    Misdirected,
    /// A limit per address is reached (security.md S5).
    #[error("too many requests from this address")]
    TooMany {
        /// When the next one may come.
        retry_after: Duration,
    },
    /// Something broke. The answer never says what.
    #[error("something went wrong on this side")]
    Internal,
    /// Not now: too busy, or a dependency is away.
    #[error("the service is busy or not available")]
    Unavailable {
        /// When it may be better.
        retry_after: Duration,
    },
}

impl Rejection {
    /// The handler did not finish in its time.
    pub const TIMED_OUT: Self = Self::Unavailable { retry_after: Duration::from_secs(2) };

    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The OAuth error code that comes nearest (RFC 6749 §4.1.2.1, §5.2).
    pub const fn oauth_error(self) -> &'static str {
        match self {
            Self::Internal => "server_error",
            Self::TooMany { .. } | Self::Unavailable { .. } => "temporarily_unavailable",
            _ => "invalid_request",
        }
    }

    /// The wait to announce, if any.
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after } | Self::Unavailable { retry_after } => Some(retry_after),
            _ => None,
        }
    }

    /// The answer for programs: JSON as RFC 6749 §5.2 has it (protocol.md A15).
    pub fn json(self) -> Response {
        let body = serde_json::json!({ "error": self.oauth_error(), "error_description": self.to_string() });
        self.headed((self.status(), Json(body)).into_response())
    }

    /// `response` with what the status demands: `Retry-After` in whole seconds, rounded up.
    pub fn headed(self, mut response: Response) -> Response {
        *response.status_mut() = self.status();
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(wait));
        }
        response
    }
}

/// A value of `Retry-After`: rounded up, since whoever obeys must not come back too early.
pub fn whole_seconds(wait: Duration) -> HeaderValue {
    HeaderValue::from(wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1))
}

impl From<TooMany> for Rejection {
    fn from(TooMany { retry_after }: TooMany) -> Self {
        Self::TooMany { retry_after }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What is still known of a request when its refusal is rendered.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The id to quote.
    pub id: super::RequestId,
    /// `Accept-Language`, if sent.
    pub accept_language: Option<HeaderValue>,
    /// The cookies, for the chosen language.
    pub cookie: Option<HeaderValue>,
    /// What was asked for, for the language menu.
    pub here: Option<PathAndQuery>,
}

/// Makes the pages of refusals. Status and `Retry-After` are set by the caller.
pub trait RejectionPages: Send + Sync + 'static {
    /// The page that tells `rejection` to a person.
    fn page(&self, rejection: Rejection, refused: &Refused) -> Response;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prot_a16_descriptions_are_plain_ascii() {
        let wait = Duration::from_millis(1500);
        for rejection in [
            Rejection::Malformed,
            Rejection::ForeignForm,
            Rejection::NotFound,
            Rejection::MethodNotAllowed,
            Rejection::BodyTimeout,
            Rejection::TooLarge,
            Rejection::Misdirected,
            Rejection::TooMany { retry_after: wait },
            Rejection::Internal,
            Rejection::Unavailable { retry_after: wait },
        ] {
            let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
            assert!(rejection.to_string().bytes().all(allowed), "{rejection}");
            let response = rejection.json();
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), rejection.retry_after().is_some());
        }
        let limited = Rejection::TooMany { retry_after: wait }.json();
        assert_eq!((limited.status().as_u16(), &limited.headers()[header::RETRY_AFTER]), (429, &HeaderValue::from(2)));
    }
}
