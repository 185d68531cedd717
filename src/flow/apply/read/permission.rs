//! `[[permission]]` and `[[permissionProfile]]`.

use super::{At, Context, Entry, SettingPatch, Span, settings};
use crate::{config::settings::Level, identity::permission::is_key};

/// An entry of the catalogue.
pub struct PermissionEntry {
    pub key: At<String>,
    pub label: Option<String>,
    pub group: Option<String>,
    pub default_for_reference: Option<bool>,
    pub default_for_profile: Option<bool>,
    pub audiences: Option<Vec<String>>,
    pub deprecated: Option<bool>,
}

/// A permission profile.
pub struct ProfileEntry {
    pub span: Span,
    pub display_name: At<String>,
    pub description: Option<String>,
    pub is_default: Option<bool>,
    pub permissions: Option<Vec<(At<String>, bool)>>,
    pub settings: Vec<SettingPatch>,
}

pub(super) fn read(entry: &mut Entry<'_>) -> Option<PermissionEntry> {
    let key = entry.required("key");
    let read = PermissionEntry {
        label: entry.text("label").map(|at| at.value),
        group: entry.text("group").map(|at| at.value),
        default_for_reference: entry.flag("defaultForReference"),
        default_for_profile: entry.flag("defaultForProfile"),
        audiences: entry.words("audiences"),
        deprecated: entry.flag("deprecated"),
        key: key?,
    };
    if !is_key(&read.key.value) {
        let message = "must be a letter or digit, then letters, digits, dots, colons, hyphens or underscores, such as \"orders.create\"";
        entry.refuse("key", read.key.span.clone(), message);
        return None;
    }
    Some(read)
}

pub(super) fn read_profile(context: &Context<'_>, entry: &mut Entry<'_>) -> Option<ProfileEntry> {
    let display_name = entry.required("displayName");
    let mut patches = settings::of_object(context, entry, Level::Profile);
    for setting in [
        ("selfServiceReset", "accounts.self_service_reset"),
        ("selfServicePasswordChange", "accounts.self_service_password_change"),
    ] {
        settings::flag(context, entry, &mut patches, Level::Profile, setting);
    }
    Some(ProfileEntry {
        span: entry.span.clone(),
        description: entry.text("description").map(|at| at.value),
        is_default: entry.flag("isDefault"),
        permissions: entry.answers("permissions"),
        settings: patches,
        display_name: display_name?,
    })
}
