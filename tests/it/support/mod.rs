//! What every test stands on.

pub mod app;
pub mod browser;
mod dump;
pub mod engine;
pub mod links;
pub mod portal;
pub mod smtp;
pub mod stub;
pub mod time;
pub mod world;
