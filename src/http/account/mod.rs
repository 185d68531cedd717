//! Pages behind links that an administrator hands out.

pub mod enrol_link;
pub mod link;
pub mod link_action;
pub mod set_password;
pub mod setup;
