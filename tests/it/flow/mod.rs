//! The main job, end to end.

mod code;
mod companies;
mod consent;
mod consent_page;
mod enumeration;
mod growth;
mod locked;
mod lost_updates;
mod may_send;
mod rights;
