//! Logs, request records, metrics.

pub mod metrics;
pub mod queries;
pub mod record;
pub mod request_id;
pub mod sink;
pub mod stopwatch;
pub mod subscriber;
