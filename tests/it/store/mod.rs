//! The store on both engines.

mod clean_up;
mod landed;
mod lockout;
mod plans;
mod refresh_memory;
mod schema;
mod writer;
