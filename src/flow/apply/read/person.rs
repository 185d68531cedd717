//! Names, e-mail addresses, telephone numbers and postal addresses, under SCIM's names.

use super::{At, Entry};
use crate::{
    base::email::EmailAddress,
    identity::attributes::{Address, Email, Name, PhoneNumber, Preferable},
};

/// A text of which an empty one means that there is none.
pub(super) fn optional(entry: &mut Entry<'_>, key: &'static str) -> Option<Option<String>> {
    entry.text(key).map(|at| Some(at.value).filter(|text| !text.is_empty()))
}

fn plain(entry: &mut Entry<'_>, key: &'static str) -> Option<String> {
    optional(entry, key).flatten()
}

pub(super) fn name(entry: &mut Entry<'_>) -> Option<Name> {
    let read = entry.table("name", |mut inner| {
        let name = Name {
            formatted: plain(&mut inner, "formatted"),
            family_name: plain(&mut inner, "familyName"),
            given_name: plain(&mut inner, "givenName"),
            middle_name: plain(&mut inner, "middleName"),
            honorific_prefix: plain(&mut inner, "honorificPrefix"),
            honorific_suffix: plain(&mut inner, "honorificSuffix"),
        };
        inner.finish();
        name
    });
    read.map(|at| at.value)
}

/// `emails`, each with its place. Companies' addresses are never verified: nobody signs in with them.
pub(super) fn emails(entry: &mut Entry<'_>, can_be_verified: bool) -> Option<Vec<At<Email>>> {
    let list = entry.tables("emails", |mut inner| {
        let value = inner.required("value");
        let kind = plain(&mut inner, "type");
        let primary = inner.flag("primary").unwrap_or_default();
        let verified = can_be_verified && inner.flag("verified").unwrap_or_default();
        let value = value.filter(|at| match EmailAddress::parse(&at.value) {
            Ok(_) => true,
            Err(error) => {
                inner.refuse("value", at.span.clone(), format_args!("{:?} is {error}", at.value));
                false
            }
        });
        inner.finish();
        Some(Email { value: value?.value, kind, primary, verified })
    })?;
    one_primary(entry, "emails", &list);
    Some(list)
}

pub(super) fn phone_numbers(entry: &mut Entry<'_>, can_be_verified: bool) -> Option<Vec<PhoneNumber>> {
    let list = entry.tables("phoneNumbers", |mut inner| {
        let value = inner.required("value");
        let kind = plain(&mut inner, "type");
        let primary = inner.flag("primary").unwrap_or_default();
        let verified = can_be_verified && inner.flag("verified").unwrap_or_default();
        inner.finish();
        Some(PhoneNumber { value: value?.value, kind, primary, verified })
    })?;
    one_primary(entry, "phoneNumbers", &list);
    Some(list.into_iter().map(|at| at.value).collect())
}

pub(super) fn addresses(entry: &mut Entry<'_>) -> Option<Vec<Address>> {
    let list = entry.tables("addresses", |mut inner| {
        let address = Address {
            formatted: plain(&mut inner, "formatted"),
            street_address: plain(&mut inner, "streetAddress"),
            locality: plain(&mut inner, "locality"),
            region: plain(&mut inner, "region"),
            postal_code: plain(&mut inner, "postalCode"),
            country: plain(&mut inner, "country"),
            kind: plain(&mut inner, "type"),
            primary: inner.flag("primary").unwrap_or_default(),
        };
        inner.finish();
        Some(address)
    })?;
    one_primary(entry, "addresses", &list);
    Some(list.into_iter().map(|at| at.value).collect())
}

fn one_primary<T: Preferable>(entry: &Entry<'_>, key: &str, list: &[At<T>]) {
    if let Some(second) = list.iter().filter(|at| at.value.is_primary()).nth(1) {
        entry.refuse(key, second.span.clone(), "only one can be primary");
    }
}
