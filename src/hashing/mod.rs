//! Password hashing threads with memory of their own and a bounded, fair queue (security.md S7).
