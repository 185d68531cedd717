//! Permissions: the catalogue, and which of them somebody has (D8, domain.md 6).

use std::collections::BTreeMap;

use super::{group::Group, profile::PermissionProfile, reference::Reference, words};
use crate::base::moment::Moment;

/// An entry of the catalogue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permission {
    /// Its key, such as `orders.create`.
    pub key: String,
    /// For people.
    pub label: String,
    /// The heading under which lists show it.
    pub group: String,
    /// Whether a reference has it that says nothing about it.
    pub default_for_reference: bool,
    /// Whether a profile has it that says nothing about it.
    pub default_for_profile: bool,
    /// Audiences it is told to; empty for any.
    pub audiences: Vec<String>,
    /// Still accepted in writes, never told to anybody.
    pub deprecated: bool,
    /// When it was added: the defaults hold for references and profiles that are not older.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// Whether `key` can be a permission: up to 128 characters of `A-Za-z0-9._:-`, starting with a letter or digit.
pub fn is_key(key: &str) -> bool {
    key.len() <= 128
        && key.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-'))
}

/// What the answer depends on.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// The catalogue.
    pub catalogue: &'a [Permission],
    /// The profile of the reference's customer, by [`super::profile::of_customer`]. None: the catalogue's defaults.
    pub profile: Option<&'a PermissionProfile>,
    /// The reference.
    pub reference: &'a Reference,
    /// Groups of the reference's user; those of other customers are passed over.
    pub groups: &'a [Group],
    /// The audiences of the token (`aud`): it may be read at each of them, so a key is named if every one may be told.
    pub audience: &'a [String],
    /// Keys that the client is never told (`permission_filter`).
    pub filter: &'a [String],
}

words! {
    /// What decided about a permission.
    Reason {
        /// The catalogue gives it up.
        Deprecated = "deprecated",
        /// The profile does not have it.
        Profile = "profile",
        /// The reference says so.
        Reference = "reference",
        /// A group grants it.
        Group = "group",
        /// Nobody says anything: the catalogue's default.
        Default = "default",
        /// It is for another audience.
        Audience = "audience",
        /// The client is never told.
        Client = "client",
    }
}

/// Why somebody has a permission or has it not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explained<'a> {
    /// Its key.
    pub key: &'a str,
    /// Whether the profile has it.
    pub profile: bool,
    /// Whether the reference has it, by itself, a group or the default.
    pub reference: bool,
    /// Whether tokens name it.
    pub effective: bool,
    /// What decided.
    pub reason: Reason,
}

/// Looks at every key of the catalogue, in its order.
pub fn explain<'a>(grounds: &Grounds<'a>) -> Vec<Explained<'a>> {
    grounds.catalogue.iter().map(|permission| explain_one(grounds, permission)).collect()
}

/// Claim `permissions`: the keys that are effective, sorted.
pub fn effective<'a>(grounds: &Grounds<'a>) -> Vec<&'a str> {
    let all = grounds.catalogue.iter().map(|permission| explain_one(grounds, permission));
    let mut keys: Vec<&str> = all.filter(|it| it.effective).map(|it| it.key).collect();
    keys.sort_unstable();
    keys
}

/// Whether one key is effective (`require_permission`, inventory K6). A key that the catalogue lacks is not.
pub fn has(grounds: &Grounds<'_>, key: &str) -> bool {
    let mut named = grounds.catalogue.iter().filter(|permission| permission.key == key);
    named.any(|permission| explain_one(grounds, permission).effective)
}

fn explain_one<'a>(grounds: &Grounds<'a>, permission: &'a Permission) -> Explained<'a> {
    let key = permission.key.as_str();
    let profile = by_profile(grounds.profile, permission);
    let (reference, source) = by_reference(grounds, permission);
    let told = permission.audiences.is_empty()
        || (!grounds.audience.is_empty() && grounds.audience.iter().all(|it| permission.audiences.contains(it)));
    let hidden = grounds.filter.iter().any(|it| it == key);
    let (effective, reason) = match () {
        () if permission.deprecated => (false, Reason::Deprecated),
        () if !profile => (false, Reason::Profile),
        () if !reference => (false, source),
        () if !told => (false, Reason::Audience),
        () if hidden => (false, Reason::Client),
        () => (true, source),
    };
    Explained { key, profile, reference, effective, reason }
}

fn by_profile(profile: Option<&PermissionProfile>, permission: &Permission) -> bool {
    let Some(profile) = profile else { return permission.default_for_profile };
    let default = permission.default_for_profile && permission.created_at <= profile.created_at;
    stated(&profile.permissions, permission).unwrap_or(default)
}

/// An explicit answer beats the grants of groups, and those beat the default.
fn by_reference(grounds: &Grounds<'_>, permission: &Permission) -> (bool, Reason) {
    let reference = grounds.reference;
    if let Some(answer) = stated(&reference.permissions, permission) {
        return (answer, Reason::Reference);
    }
    let mut groups = grounds.groups.iter().filter(|group| group.applies_to(Some(reference.customer)));
    if groups.any(|group| group.permissions.contains(&permission.key)) {
        return (true, Reason::Group);
    }
    (permission.default_for_reference && permission.created_at <= reference.created_at, Reason::Default)
}

fn stated(answers: &BTreeMap<String, bool>, permission: &Permission) -> Option<bool> {
    answers.get(&permission.key).copied()
}

#[cfg(test)]
mod tests;
