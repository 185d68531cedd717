//! Signing in.

mod given_up;
mod house;
mod new_password;

mod verify_password;
