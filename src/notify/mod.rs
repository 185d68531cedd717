//! Outgoing messages.

pub mod delivery;
pub mod mail;
pub mod retry;
pub mod sms;
