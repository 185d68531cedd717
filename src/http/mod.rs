//! Parse, authenticate the caller, choose the language, render. axum is known here only.

pub mod assets;
pub mod client_ip;
pub mod cookies;
pub mod cors;
pub mod csrf;
pub mod health;
pub mod layers;
