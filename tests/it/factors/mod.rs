//! Second factors, on both engines.

pub mod desk;
pub mod soft;

mod assess;
mod codes;
mod limits;
mod manage;
mod passkey;
mod race;
mod recovery;
mod reset;
mod totp;
mod trust;
