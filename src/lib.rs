//! Usher: an OpenID Connect provider for vendors that sell to businesses.
//!
//! Data flows one way: `http` → `flow` → pure rules (`oidc`, `authn`, `identity`) and `store`.
//! `docs/architecture.md` explains the layers; `tests/it/meta/imports.rs` enforces them.

pub mod app;
pub mod authn;
pub mod base;
pub mod cli;
pub mod config;
pub mod flow;
pub mod hashing;
pub mod http;
pub mod identity;
pub mod jobs;
pub mod keys;
pub mod notify;
pub mod oidc;
pub mod outbound;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod theme;
