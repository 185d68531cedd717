//! `[[reference]]` and `[[group]]`.

use super::{
    At, Entry, Span,
    person::{addresses, optional},
};
use crate::{
    base::{email::EmailAddress, login_name::LoginName},
    identity::{admin_role::Role, attributes::Address, group::name_key, reference::ContactRole},
};

/// A membership.
pub struct ReferenceEntry {
    pub span: Span,
    pub customer: At<String>,
    pub user: Option<At<String>>,
    pub external_id: Option<At<String>>,
    pub display_name: Option<String>,
    pub email: Option<Option<String>>,
    pub phone_number: Option<Option<String>>,
    pub title: Option<Option<String>>,
    pub department: Option<Option<String>>,
    pub addresses: Option<Vec<Address>>,
    pub internet_user: Option<bool>,
    pub active: Option<bool>,
    pub is_default: Option<bool>,
    pub contact_role: Option<ContactRole>,
    pub permissions: Option<Vec<(At<String>, bool)>>,
    pub roles: Option<Vec<String>>,
}

impl ReferenceEntry {
    /// What makes it this one: customer and user, or customer and external id.
    pub(super) fn identity(&self) -> At<String> {
        let customer = self.customer.value.to_lowercase();
        let text = match (&self.user, &self.external_id) {
            (Some(user), _) => {
                let name =
                    LoginName::parse(&user.value).map_or_else(|_| user.value.clone(), |name| name.as_str().to_owned());
                format!("reference of {name:?} at {customer:?}")
            }
            (None, id) => format!("reference {:?} at {customer:?}", id.as_ref().map_or("", |id| &id.value)),
        };
        At { value: text, span: self.span.clone() }
    }
}

pub(super) fn read(entry: &mut Entry<'_>) -> Option<ReferenceEntry> {
    let customer = entry.required("customer");
    let email = entry.text("email");
    if let Some(at) = email.as_ref().filter(|at| !at.value.is_empty() && EmailAddress::parse(&at.value).is_err()) {
        entry.refuse("email", at.span.clone(), format_args!("{:?} is not an e-mail address", at.value));
    }
    let read = ReferenceEntry {
        span: entry.span.clone(),
        user: entry.filled("user"),
        external_id: entry.filled("externalId"),
        display_name: entry.filled("displayName").map(|at| at.value),
        email: email.map(|at| Some(at.value).filter(|text| !text.is_empty())),
        phone_number: optional(entry, "phoneNumber"),
        title: optional(entry, "title"),
        department: optional(entry, "department"),
        addresses: addresses(entry),
        internet_user: entry.flag("internetUser"),
        active: entry.flag("active"),
        is_default: entry.flag("isDefault"),
        contact_role: entry.parsed("contactRole").map(|at| at.value),
        permissions: entry.answers("permissions"),
        roles: entry.words("roles"),
        customer: customer?,
    };
    if entry.get("user").is_none() && entry.get("externalId").is_none() {
        entry.missing("user, or an externalId where there is no login");
        return None;
    }
    if read.user.is_none() && read.is_default == Some(true) {
        entry.refuse("isDefault", entry.span.clone(), "is for references with a login");
    }
    Some(read)
}

/// A group.
pub struct GroupEntry {
    pub span: Span,
    pub display_name: At<String>,
    pub customer: Option<At<String>>,
    pub description: Option<String>,
    pub members: Option<Vec<At<String>>>,
    pub roles: Option<Vec<String>>,
    pub permissions: Option<Vec<At<String>>>,
    pub admin_role: Option<At<Option<Role>>>,
}

impl GroupEntry {
    /// What makes it this one: its name within its customer.
    pub(super) fn identity(&self) -> At<String> {
        let customer = self.customer.as_ref().map(|at| at.value.to_lowercase()).unwrap_or_default();
        self.display_name.as_ref(|name| format!("group {:?} of {customer:?}", name_key(name)))
    }
}

pub(super) fn read_group(entry: &mut Entry<'_>) -> Option<GroupEntry> {
    let display_name = entry.required("displayName");
    let admin_role = match entry.get("adminRole").and_then(|value| value.get_ref().as_str().zip(Some(value.span()))) {
        Some(("", span)) => Some(At { value: None, span }),
        _ => entry.parsed("adminRole").map(|at| At { value: Some(at.value), span: at.span }),
    };
    let read = GroupEntry {
        span: entry.span.clone(),
        customer: entry.filled("customer"),
        description: entry.text("description").map(|at| at.value),
        members: entry.texts("members"),
        roles: entry.words("roles"),
        permissions: entry.texts("permissions"),
        admin_role,
        display_name: display_name?,
    };
    if let (Some(role), Some(_)) = (read.admin_role.as_ref().filter(|at| at.value.is_some()), &read.customer) {
        entry.refuse(
            "adminRole",
            role.span.clone(),
            "is for global groups: a customer's group could be filled by its own people",
        );
    }
    Some(read)
}
