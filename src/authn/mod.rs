//! Rules about proofs of identity: passwords, lockout, sessions, the assurance ladder. Pure: no async, no SQL, no clock.

pub mod acr;
pub mod known_browser;
pub mod lockout;
pub mod password;
pub mod session;
pub mod stored_password;
pub mod throttle;
