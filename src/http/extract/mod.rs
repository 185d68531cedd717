//! What a handler takes as an argument, and cannot run without.

pub mod admin;
pub mod json;
