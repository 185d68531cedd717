//! Pages behind links that an administrator hands out, and the pages of the account.

mod links;
mod own;
mod password_change;
mod setup;
