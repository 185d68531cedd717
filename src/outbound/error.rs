//! Why a call brought no answer.

use std::{error::Error as _, time::Duration};

use super::resolve::ForbiddenAddress;

/// No answer, or none that may be used.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The URL itself is not to be called.
    #[error("the URL {0}")]
    Url(&'static str),
    /// It leads to an address that is not to be called.
    #[error(transparent)]
    Forbidden(#[from] ForbiddenAddress),
    /// The host failed too often; it is left alone.
    #[error("the host failed too often and is left alone for another {0:?}")]
    LeftAlone(Duration),
    /// Too many calls at once.
    #[error("too many calls at once")]
    Busy,
    /// No answer, or not all of it, in time.
    #[error("no answer in time")]
    TimedOut,
    /// More than [`super::MAX_ANSWER`].
    #[error("the answer is too large")]
    TooLarge,
    /// The answer sends elsewhere, where nobody goes.
    #[error("the answer is a redirect ({0}), and redirects are not followed")]
    Redirected(u16),
    /// No connection, no TLS, no HTTP.
    #[error("the call failed")]
    Transport(#[source] reqwest::Error),
    /// The client cannot be made: no certificates to trust.
    #[error("there is no outbound client")]
    Client(#[source] reqwest::Error),
}

impl OutboundError {
    /// Whether the same call may succeed later.
    pub const fn is_passing(&self) -> bool {
        !matches!(self, Self::Url(_) | Self::Forbidden(_) | Self::TooLarge | Self::Redirected(_))
    }

    /// The error with its causes, for the log. Never holds the URL, which may hold a secret.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }

    /// Finds what our own resolver said inside the client's error.
    pub(super) fn of(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(forbidden) = inner.downcast_ref::<ForbiddenAddress>() {
                return Self::Forbidden(*forbidden);
            }
            cause = inner.source();
        }
        Self::Transport(error.without_url())
    }
}
