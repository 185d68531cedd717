//! What a use case reports when it cannot answer at all. What it decides against somebody is an outcome, not an error.

use std::time::Duration;

use crate::{
    keys::{ring::RingError, seal::SealError, secret_keys::SecretKeysError, sign::SignError},
    oidc::error::OAuthError,
    store::StoreError,
};

/// A use case could not be carried out. People see an id and nothing else; the log carries the chain.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A signing key.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The key ring.
    #[error(transparent)]
    Ring(#[from] RingError),
    /// A sealed value.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The symmetric keys.
    #[error(transparent)]
    SecretKeys(#[from] SecretKeysError),
    /// A stored value that does not read back.
    #[error("stored {0} cannot be read")]
    Corrupt(&'static str),
    /// More work than this node takes on; nothing was charged to anybody.
    #[error("too much to do, try again in {0:?}")]
    Overloaded(Duration),
    /// The database was out of reach for so long that what is in memory may not hold any more (Q99).
    #[error("the database was out of reach for too long to go by memory")]
    OutOfTouch,
    /// The first RSA key is still being made.
    #[error("no {0} key yet")]
    NoKey(&'static str),
}

impl FlowError {
    /// When it is worth another try, if it is a matter of time.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Overloaded(retry_after) => Some(*retry_after),
            Self::OutOfTouch | Self::Store(StoreError::Busy(_) | StoreError::Contended(_) | StoreError::Commit(_)) => {
                Some(Duration::from_secs(1))
            }
            _ => None,
        }
    }
}

/// How a protocol request ends when it does not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// Refused, with what the client is told.
    #[error(transparent)]
    Refused(#[from] OAuthError),
    /// Could not be answered.
    #[error(transparent)]
    Failed(#[from] FlowError),
}

macro_rules! failures {
    ($($source:ty),*) => {$(
        impl From<$source> for ProtocolError {
            fn from(error: $source) -> Self {
                Self::Failed(error.into())
            }
        }
    )*};
}

failures!(StoreError, SignError, RingError, SealError, SecretKeysError);

/// An error with its causes, for the log.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
