//! `[[customer]]`.

use super::{
    At, Context, Entry, SettingPatch,
    person::{addresses, emails, optional, phone_numbers},
    settings,
};
use crate::{
    config::settings::Level,
    identity::{
        attributes::{Address, Email, PhoneNumber},
        customer::CustomerCode,
    },
};

/// The name of a profile, as the file refers to it; empty for "the default one".
pub type ProfileName = At<String>;

/// A company.
pub struct CustomerEntry {
    pub code: At<CustomerCode>,
    pub display_name: Option<At<String>>,
    pub registration_number: Option<Option<String>>,
    pub tax_id: Option<Option<String>>,
    pub ledger_number: Option<At<String>>,
    pub parent: Option<At<String>>,
    pub emails: Option<Vec<Email>>,
    pub phone_numbers: Option<Vec<PhoneNumber>>,
    pub addresses: Option<Vec<Address>>,
    pub permission_profile: Option<ProfileName>,
    pub quota_limit: Option<Option<u32>>,
    pub active: Option<bool>,
    pub settings: Vec<SettingPatch>,
}

pub(super) fn read(context: &Context<'_>, entry: &mut Entry<'_>) -> Option<CustomerEntry> {
    let code = entry.required_as("code");
    let mut patches = settings::of_object(context, entry, Level::Customer);
    settings::mfa_policy(context, entry, &mut patches, Level::Customer);
    for setting in
        [("autoCreateUser", "accounts.auto_create_user"), ("selfServiceReset", "accounts.self_service_reset")]
    {
        settings::flag(context, entry, &mut patches, Level::Customer, setting);
    }
    let quota = entry.table("quota", |mut inner| {
        let limit = inner.integer("limit", 0..=i64::from(u32::MAX));
        inner.finish();
        limit.and_then(|limit| u32::try_from(limit).ok())
    });
    Some(CustomerEntry {
        display_name: entry.filled("displayName"),
        registration_number: optional(entry, "registrationNumber"),
        tax_id: optional(entry, "taxId"),
        ledger_number: entry.text("ledgerNumber"),
        parent: entry.text("parent"),
        emails: emails(entry, false).map(|list| list.into_iter().map(|at| at.value).collect()),
        phone_numbers: phone_numbers(entry, false),
        addresses: addresses(entry),
        permission_profile: entry.text("permissionProfile"),
        quota_limit: quota.map(|at| at.value),
        active: entry.flag("active"),
        settings: patches,
        code: code?,
    })
}
