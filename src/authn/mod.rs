//! Rules about proofs of identity: passwords, lockout, sessions, the assurance ladder. Pure: no async, no SQL, no clock.

pub mod acr;
pub mod password;
pub mod stored_password;
