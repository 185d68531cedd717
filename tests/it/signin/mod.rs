//! Signing in.

mod given_up;
mod house;

mod verify_password;
