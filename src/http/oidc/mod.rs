//! The protocol's endpoints.

pub mod authorize;
pub mod discovery;
pub mod end_session;
pub mod introspect;
pub mod request;
pub mod revoke;
pub mod token;
pub mod user_info;
