//! Logs, request records, metrics.

pub mod queries;
pub mod stopwatch;
