//! Permission profiles: what the vendor lets a kind of customer do ("internet order settings").

use std::collections::BTreeMap;

use crate::base::{id::ProfileId, moment::Moment};

/// A permission profile.
#[derive(Clone, PartialEq, Debug)]
pub struct PermissionProfile {
    /// Its id.
    pub id: ProfileId,
    /// Its name, unique in any case.
    pub display_name: String,
    /// For people.
    pub description: String,
    /// Whether customers without a profile have this one. At most one is.
    pub is_default: bool,
    /// Explicit answers; a key that is absent has the catalogue's default for profiles.
    pub permissions: BTreeMap<String, bool>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// The profile of a customer that names `own`: that one, else the default one.
pub fn of_customer(profiles: &[PermissionProfile], own: Option<ProfileId>) -> Option<&PermissionProfile> {
    match own {
        Some(id) => profiles.iter().find(|profile| profile.id == id),
        None => profiles.iter().find(|profile| profile.is_default),
    }
}
