//! From the text of a seed file to what it declares: every key, type and value is checked here, nothing is looked up.

mod client;
mod customer;
mod entitlement;
mod permission;
mod person;
mod reference;
mod settings;
mod user;

use std::collections::HashMap;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

pub(super) use client::ClientEntry;
pub(super) use customer::CustomerEntry;
pub(super) use entitlement::{AdminRoleEntry, Assignment, ConnectorEntry, HolderName, LicenseEntry, PackageEntry};
pub(super) use permission::{PermissionEntry, ProfileEntry};
pub(super) use reference::{GroupEntry, ReferenceEntry};
pub(super) use settings::SettingPatch;
pub(super) use user::{NewPassword, UserEntry};

use super::{
    entry::Entry,
    fault::{At, Faults, SeedFaults, Span, check},
};
use crate::{
    config::{
        settings::{Level, Site},
        source_text::SourceText,
        suggest::did_you_mean,
    },
    identity::group::name_key,
};

/// Objects of one file at most: it is read whole and applied in one transaction.
pub const MAX_OBJECTS: usize = 10_000;

/// The lists of a seed file.
const LISTS: [&str; 11] = [
    "client",
    "permission",
    "permissionProfile",
    "customer",
    "user",
    "reference",
    "group",
    "license",
    "package",
    "adminRole",
    "connector",
];

/// What a seed file declares.
#[derive(Default)]
pub(super) struct Seed {
    pub settings: Vec<SettingPatch>,
    pub clients: Vec<ClientEntry>,
    pub permissions: Vec<PermissionEntry>,
    pub profiles: Vec<ProfileEntry>,
    pub customers: Vec<CustomerEntry>,
    pub users: Vec<UserEntry>,
    pub references: Vec<ReferenceEntry>,
    pub groups: Vec<GroupEntry>,
    pub licenses: Vec<LicenseEntry>,
    pub packages: Vec<PackageEntry>,
    pub admin_roles: Vec<AdminRoleEntry>,
    pub connectors: Vec<ConnectorEntry>,
    /// What to tell the person, with the place.
    pub warnings: Vec<(Span, String)>,
}

/// What reading needs besides the text.
pub(super) struct Context<'a> {
    pub faults: &'a Faults,
    /// Where relative paths start: the folder of the file.
    pub folder: &'a std::path::Path,
    pub site: Site,
    pub warnings: std::cell::RefCell<Vec<(Span, String)>>,
}

impl Context<'_> {
    fn warn(&self, span: Span, message: String) {
        self.warnings.borrow_mut().push((span, message));
    }
}

/// Reads a whole file.
///
/// # Errors
/// Everything wrong in it, in its order.
pub(super) fn read(source: &SourceText, site: Site) -> Result<Seed, SeedFaults> {
    let (document, errors) = DeTable::parse_recoverable(source.text());
    let faults = Faults::default();
    for error in errors {
        faults.push(error.span().unwrap_or_default(), error.message());
    }
    if let Some(span) = one_too_many(document.get_ref()) {
        faults.push(span, format!("more than {MAX_OBJECTS} objects: split the file"));
    }
    // The rest of such a file cannot be relied on, or is not worth looking at.
    check(source, faults.into_list())?;
    let faults = Faults::default();
    let folder = source.path().parent().unwrap_or(std::path::Path::new(""));
    let context = Context { faults: &faults, folder, site, warnings: Default::default() };
    let mut seed = read_tables(document.get_ref(), &context);
    seed.warnings = context.warnings.take();
    refuse_duplicates(&seed, &faults);
    check(source, faults.into_list())?;
    Ok(seed)
}

/// The first object beyond those that a file may hold.
fn one_too_many(document: &DeTable<'_>) -> Option<Span> {
    let lists = LISTS.iter().filter_map(|name| document.get(*name)?.get_ref().as_array());
    let mut spans: Vec<Span> = lists.flat_map(|list| list.iter().map(Spanned::span)).collect();
    spans.sort_unstable_by_key(|span| span.start);
    spans.into_iter().nth(MAX_OBJECTS)
}

fn read_tables<'a>(document: &'a DeTable<'a>, context: &Context<'a>) -> Seed {
    let faults = context.faults;
    let mut seed = Seed::default();
    for (key, value) in document {
        let name = key.get_ref().as_ref();
        if name == "settings" {
            match value.get_ref().as_table() {
                Some(table) => {
                    let entry = Entry::new(faults, "settings", table, key.span());
                    seed.settings = settings::read(context, &entry, Level::Instance);
                }
                None => faults.push(key.span(), "settings is a table: write [settings]"),
            }
        } else if LISTS.contains(&name) {
            for (table, span) in tables(faults, key, value) {
                read_object(&mut seed, context, Entry::new(faults, name, table, span));
            }
        } else {
            let meant = did_you_mean(name, LISTS).map(|meant| format!("; did you mean [[{meant}]]?"));
            faults.push(key.span(), format!("there is no table {name:?}{}", meant.unwrap_or_default()));
        }
    }
    seed
}

fn read_object<'a>(seed: &mut Seed, context: &Context<'a>, mut entry: Entry<'a>) {
    let it = &mut entry;
    match it.name.as_str() {
        "client" => seed.clients.extend(client::read(context, it)),
        "permission" => seed.permissions.extend(permission::read(it)),
        "permissionProfile" => seed.profiles.extend(permission::read_profile(context, it)),
        "customer" => seed.customers.extend(customer::read(context, it)),
        "user" => seed.users.extend(user::read(it)),
        "reference" => seed.references.extend(reference::read(it)),
        "group" => seed.groups.extend(reference::read_group(it)),
        "license" => seed.licenses.extend(entitlement::read_license(it)),
        "package" => seed.packages.extend(entitlement::read_package(it)),
        "adminRole" => seed.admin_roles.extend(entitlement::read_admin_role(it)),
        _ => seed.connectors.extend(entitlement::read_connector(context, it)),
    }
    // A client's keys are its metadata's, which knows them.
    if entry.name != "client" {
        entry.finish();
    }
}

/// The tables of `[[name]]`.
fn tables<'a>(
    faults: &Faults,
    key: &Spanned<toml::de::DeString<'_>>,
    value: &'a Spanned<DeValue<'a>>,
) -> Vec<(&'a DeTable<'a>, Span)> {
    let name = key.get_ref();
    let Some(list) = value.get_ref().as_array() else {
        faults.push(key.span(), format!("there may be several of {name}: write [[{name}]]"));
        return Vec::new();
    };
    let mut tables = Vec::new();
    for element in list {
        match element.get_ref().as_table() {
            Some(table) => tables.push((table, element.span())),
            None => faults.push(element.span(), format!("write [[{name}]] and its keys below")),
        }
    }
    tables
}

/// Two entries for one thing would make the order of the file matter.
fn refuse_duplicates(seed: &Seed, faults: &Faults) {
    once(faults, seed.clients.iter().map(|it| it.client_id.as_ref(|id| format!("client {id:?}"))));
    once(faults, seed.permissions.iter().map(|it| it.key.as_ref(|key| format!("permission {key:?}"))));
    once(faults, seed.profiles.iter().map(|it| it.display_name.as_ref(|name| format!("profile {:?}", name_key(name)))));
    once(faults, seed.customers.iter().map(|it| it.code.as_ref(|code| format!("customer {:?}", code.key()))));
    once(faults, seed.users.iter().map(|it| it.user_name.as_ref(|name| format!("user {:?}", name.key.as_str()))));
    once(faults, seed.references.iter().map(ReferenceEntry::identity));
    once(faults, seed.groups.iter().map(GroupEntry::identity));
    once(faults, seed.licenses.iter().map(LicenseEntry::identity));
    once(faults, seed.packages.iter().map(|it| it.sku.as_ref(|sku| format!("package {sku:?}"))));
    once(faults, seed.admin_roles.iter().map(AdminRoleEntry::identity));
    once(faults, seed.connectors.iter().map(ConnectorEntry::identity));
    let defaults = seed.profiles.iter().filter(|it| it.is_default == Some(true));
    once(faults, defaults.map(|it| At { value: "the default profile".to_owned(), span: it.span.clone() }));
    let defaults = seed.references.iter().filter(|it| it.is_default == Some(true));
    once(
        faults,
        defaults.filter_map(|it| {
            Some(it.user.as_ref()?.as_ref(|user| format!("the default reference of {:?}", user.to_lowercase())))
        }),
    );
}

fn once(faults: &Faults, identities: impl Iterator<Item = At<String>>) {
    let mut seen: HashMap<String, ()> = HashMap::new();
    for At { value, span } in identities {
        if seen.contains_key(&value) {
            faults.push(span, format!("{value} is declared twice"));
        }
        seen.insert(value, ());
    }
}

impl<T> At<T> {
    /// Something about the value, at the same place.
    pub(super) fn as_ref<U>(&self, about: impl FnOnce(&T) -> U) -> At<U> {
        At { value: about(&self.value), span: self.span.clone() }
    }
}
