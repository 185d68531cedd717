//! Parse, authenticate the caller, choose the language, render. axum is known here only.

pub mod account;
pub mod api;
pub mod assets;
pub mod client_ip;
pub mod cookies;
pub mod cors;
pub mod csrf;
pub mod dev;
pub mod error;
pub mod extract;
pub mod form;
pub mod health;
pub mod layers;
pub mod oidc;
pub mod page;
pub mod refusals;
pub mod router;
pub mod signin;
pub mod state;
pub mod visit;
