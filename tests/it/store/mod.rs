//! The store on both engines.

mod landed;
mod lockout;
mod plans;
mod refresh_memory;
mod schema;
mod writer;
