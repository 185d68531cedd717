//! Background work: rows claimed with a lock.
