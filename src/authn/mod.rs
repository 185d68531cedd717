//! Rules about proofs of identity: passwords, lockout, sessions, the assurance ladder. Pure: no async, no SQL, no clock.

pub mod acr;
mod blocklist;
pub mod breach;
pub mod known_browser;
pub mod lockout;
pub mod password;
pub mod password_policy;
pub mod send_limits;
pub mod session;
pub mod stored_password;
pub mod throttle;
