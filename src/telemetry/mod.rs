//! Logs, request records, metrics.
