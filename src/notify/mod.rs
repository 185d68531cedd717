//! Outgoing messages.

pub mod delivery;
pub mod sms;
