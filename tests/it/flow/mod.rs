//! The main job, end to end.

mod code;
mod companies;
mod consent;
mod enumeration;
mod locked;
mod rights;
