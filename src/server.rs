//! The listener: accept loop, TLS, limits, shutdown.
