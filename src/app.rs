//! Composition root: the parts of a running node.

pub mod open;
