//! Logs, request records, metrics.

pub mod queries;
