//! Signing keys, the key-encryption key, sealing.
//!
//! This module takes and returns plain values; whoever owns a transaction stores them.
//!
//! * [`kek`]: the key-encryption key, from `keys/`, a file or the environment
//! * [`seal`]: secrets at rest, bound to table, column and row
//! * [`secret_keys`]: symmetric keys, one family per purpose
//! * [`sign`]: a parsed private key and what it signs
//! * [`jwk`]: the public half, as JWKS publishes it
//! * [`rotation`]: which key is next, current, previous, retired
//! * [`ring`]: an immutable snapshot of all of them
//! * [`verify`]: what arrives, checked against the ring

pub mod derived;
pub mod jwk;
pub mod kek;
pub mod ring;
pub mod rotation;
pub mod seal;
pub mod secret_keys;
pub mod sign;
pub mod verify;
