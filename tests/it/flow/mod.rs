//! The main job, end to end.

mod code;
mod companies;
mod locked;
mod consent;
mod enumeration;
mod rights;
