//! The SQL, one text per statement for both engines. sqlx is known here only.
//!
//! [`Db`] opens transactions, [`Tx`] is passed to the functions of the aggregates, one file each. The macros in
//! `tx.rs` run one SQL text on whichever engine the transaction belongs to, type-checked for both.

#[macro_use]
mod tx;

mod db;
mod error;
mod joined;
pub mod migrate;
mod writer;

pub mod admin_role;
pub mod application;
pub mod attempt;
pub mod audit;
pub mod client;
pub mod connector;
pub mod consent;
pub mod customer;
pub mod deletion;
pub mod delivery;
pub mod errand;
pub mod factor;
pub mod grant;
pub mod group;
pub mod invitation;
pub mod key;
pub mod known_browser;
pub mod license;
pub mod link;
pub mod lockout;
pub mod membership;
pub mod message;
pub mod one_time_code;
pub mod own_reference;
pub mod own_session;
pub mod package;
pub mod passkey;
pub mod password;
pub mod permission;
pub mod profile;
pub mod recovery_code;
pub mod reference;
pub mod sending;
pub mod session;
pub mod setting;
pub mod template;
pub mod token;
pub mod totp;
pub mod trusted_browser;
pub mod user;
pub mod version;

pub use db::{Db, ServeLock};
pub use error::{Conflict, StoreError};
pub use tx::Tx;
