//! What every test stands on.

pub mod engine;
pub mod time;
