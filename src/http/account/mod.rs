//! Pages behind links that an administrator hands out or that a message carries, and the pages of the account.

pub mod activity;
pub mod applications;
pub mod change_password;
pub mod customers;
pub mod data;
pub mod email;
pub mod enrol_link;
pub mod factor;
pub mod forgot;
pub mod invite;
pub mod licences;
pub mod link;
pub mod link_action;
pub mod methods;
pub mod overview;
pub mod person;
pub mod phone;
pub mod profile;
pub mod sessions;
pub mod set_password;
pub mod setup;
