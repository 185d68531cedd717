//! Second factors, on both engines.

mod soft;

mod desk;

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
