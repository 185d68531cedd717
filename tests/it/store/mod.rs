//! The store on both engines.

mod schema;
mod writer;
