//! Pages behind links that an administrator hands out.

mod links;
mod password_change;
mod setup;
