//! One integration binary: every flow against the real router, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::string_slice
)]

mod account;
mod api;
mod apply;
mod cli;
mod crash;
mod factors;
mod flow;
mod meta;
mod notify;
mod oidc;
mod order;
mod outbound;
mod outbox;
mod recover;
mod support;

mod signin;
mod step_up;
mod store;
mod tokens;
