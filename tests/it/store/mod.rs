//! The store on both engines.

mod lockout;
mod schema;
mod writer;
