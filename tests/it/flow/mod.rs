//! The main job, end to end.

mod code;
mod companies;
mod rights;
