//! Signing in.

mod house;

mod verify_password;
