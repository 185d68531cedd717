//! Roles of administration. Nobody has one by default (D11).

use super::words;
use crate::base::{
    id::{AdminRoleId, CustomerId, UserId},
    moment::Moment,
};

words! {
    /// What an administrator may do (domain.md 7).
    Role {
        /// Everything.
        SystemAdmin = "system-admin",
        /// Users and references, of the whole instance or of listed customers.
        UserAdmin = "user-admin",
        /// Reading, and exporting the audit log.
        Auditor = "auditor",
    }
}

/// Who holds a role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Holder {
    /// A person.
    User(UserId),
    /// A client, acting for itself.
    Client(String),
}

impl Holder {
    /// The word for the kind of holder, in the database.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Client(_) => "client",
        }
    }

    /// The id of the holder, in the database.
    pub fn id(&self) -> String {
        match self {
            Self::User(id) => id.text(),
            Self::Client(id) => id.clone(),
        }
    }
}

/// A role given to somebody.
#[derive(Clone, PartialEq, Debug)]
pub struct AdminRole {
    /// Its id.
    pub id: AdminRoleId,
    /// Who has it.
    pub holder: Holder,
    /// What it is.
    pub role: Role,
    /// The customers it is limited to; empty for none. Only `user-admin` can be limited.
    pub customers: Vec<CustomerId>,
    /// When it was given.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}
