//! How a message fared at whoever carries it.

use std::time::Duration;

/// What became of handing a message over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// It was accepted.
    Sent {
        /// The carrier's own name for it, if it told one.
        provider_id: Option<String>,
    },
    /// Not now; the same may succeed later.
    Retry {
        /// How long the carrier asks to wait, if it said so.
        after: Option<Duration>,
        /// For the log and the outbox; holds no secret and no whole address.
        reason: String,
    },
    /// Never.
    Refused {
        /// For the log and the outbox; holds no secret and no whole address.
        reason: String,
    },
}
