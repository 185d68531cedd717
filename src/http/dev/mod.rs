//! For developers, and only where mail is captured on loopback.

pub mod gallery;
pub mod outbox;
