//! Use cases, one file each: load, decide, save, commit → an outcome.

pub mod gate;
pub mod verify_password;
