//! The store on both engines.

mod lockout;
mod refresh_memory;
mod schema;
mod writer;
