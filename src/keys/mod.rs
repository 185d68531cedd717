//! Signing keys, the key-encryption key, sealing.
