//! Customers, references, users, permissions, groups, licences: what they are and what follows from them. Pure.
