//! Rules about proofs of identity: passwords, factors, lockout, sessions, the assurance ladder. Pure: no async, no SQL,
//! no clock.

pub mod acr;
pub mod assurance;
mod blocklist;
pub mod breach;
pub mod factor;
pub mod known_browser;
pub mod lockout;
pub mod mask;
pub mod mfa_policy;
pub mod one_time_code;
pub mod passkey;
pub mod password;
pub mod password_due;
pub mod password_policy;
pub mod recovery_code;
pub mod send_limits;
pub mod session;
pub mod stored_password;
pub mod throttle;
pub mod totp;
