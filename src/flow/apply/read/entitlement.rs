//! `[[license]]`, `[[package]]`, `[[adminRole]]` and `[[connector]]`.

use super::{At, Context, Entry, Span, client::read_secret_file};
use crate::{
    base::{moment::Moment, secret::Secret},
    identity::{
        admin_role::Role,
        connector::OnDelete,
        license::{Assignee, LicenseAction, LicenseKind, Visibility},
    },
};

/// Shortest token of a connector, in bytes: 128 bits in hexadecimal.
const MIN_TOKEN: usize = 32;

/// Who may use a licence, by name.
pub struct Assignment {
    /// `Customer`, `Reference` or `Group`.
    pub kind: &'static str,
    pub name: At<String>,
}

/// A licence.
pub struct LicenseEntry {
    pub span: Span,
    pub external_id: Option<At<String>>,
    pub customer: At<String>,
    pub product: At<String>,
    pub edition: String,
    pub kind: Option<LicenseKind>,
    pub seats: Option<i64>,
    pub valid_from: Option<Moment>,
    pub valid_to: Option<Moment>,
    pub active: Option<bool>,
    pub actions: Option<Vec<LicenseAction>>,
    pub visibility: Option<Visibility>,
    pub assignments: Option<Vec<At<Assignment>>>,
}

impl LicenseEntry {
    /// What makes it this one: its external id, or customer, product and edition.
    pub(super) fn identity(&self) -> At<String> {
        let text = match &self.external_id {
            Some(id) => format!("license {:?}", id.value),
            None => {
                format!(
                    "license {:?} {:?} of {:?}",
                    self.product.value,
                    self.edition,
                    self.customer.value.to_lowercase()
                )
            }
        };
        At { value: text, span: self.span.clone() }
    }
}

pub(super) fn read_license(entry: &mut Entry<'_>) -> Option<LicenseEntry> {
    let customer = entry.required("customer");
    let product = entry.required("product").filter(|at| {
        let is_word = !at.value.is_empty() && at.value.bytes().all(|b| b.is_ascii_graphic() && b != b':');
        if !is_word {
            entry.refuse(
                "product",
                at.span.clone(),
                "must be one word without colon: entitlements are <product>:<action>",
            );
        }
        is_word
    });
    let actions = entry.texts("actions").map(|list| {
        let mut actions: Vec<LicenseAction> = Vec::new();
        for at in list {
            match at.value.parse() {
                Ok(action) if !actions.contains(&action) => actions.push(action),
                Ok(_) => {}
                Err(error) => entry.refuse("actions", at.span, format_args!("{:?} {error}", at.value)),
            }
        }
        actions.sort_unstable();
        actions
    });
    let read = LicenseEntry {
        span: entry.span.clone(),
        external_id: entry.filled("externalId"),
        edition: entry.text("edition").map(|at| at.value).unwrap_or_default(),
        kind: entry.parsed("kind").map(|at| at.value),
        seats: entry.integer("seats", 0..=i64::MAX),
        valid_from: entry.moment("validFrom"),
        valid_to: entry.moment("validTo"),
        active: entry.flag("active"),
        actions,
        visibility: entry.parsed("visibility").map(|at| at.value),
        assignments: entry.tables("assignments", assignment),
        customer: customer?,
        product: product?,
    };
    check_period(entry, read.valid_from, read.valid_to);
    Some(read)
}

fn assignment(mut inner: Entry<'_>) -> Option<Assignment> {
    let kind = inner.required("type");
    let name = inner.required("value");
    let kind = kind.and_then(|at| {
        let known = Assignee::KINDS.into_iter().find(|known| *known == at.value);
        if known.is_none() {
            inner.refuse("type", at.span, format_args!("must be one of {}", Assignee::KINDS.join(", ")));
        }
        known
    });
    inner.finish();
    Some(Assignment { kind: kind?, name: name? })
}

fn check_period(entry: &mut Entry<'_>, from: Option<Moment>, to: Option<Moment>) {
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
        && let Some(at) = entry.get("validTo")
    {
        entry.refuse("validTo", at.span(), "must be later than validFrom");
    }
}

/// More customer logins.
pub struct PackageEntry {
    pub sku: At<String>,
    pub seats: Option<i64>,
    pub valid_from: Option<Moment>,
    pub valid_to: Option<Moment>,
}

pub(super) fn read_package(entry: &mut Entry<'_>) -> Option<PackageEntry> {
    let sku = entry.required("sku");
    let (from, to) = (entry.moment("validFrom"), entry.moment("validTo"));
    check_period(entry, from, to);
    let seats = entry.integer("seats", 0..=10_000_000);
    Some(PackageEntry { seats, valid_from: from, valid_to: to, sku: sku? })
}

/// Who gets a role, by name.
pub enum HolderName {
    User(At<String>),
    Client(At<String>),
}

/// A role of administration.
pub struct AdminRoleEntry {
    pub span: Span,
    pub holder: HolderName,
    pub role: At<Role>,
    pub customers: Option<Vec<At<String>>>,
}

impl AdminRoleEntry {
    /// What makes it this one: holder and role.
    pub(super) fn identity(&self) -> At<String> {
        let holder = match &self.holder {
            HolderName::User(at) => format!("user {:?}", at.value.to_lowercase()),
            HolderName::Client(at) => format!("client {:?}", at.value),
        };
        At { value: format!("adminRole {} of {holder}", self.role.value), span: self.span.clone() }
    }
}

pub(super) fn read_admin_role(entry: &mut Entry<'_>) -> Option<AdminRoleEntry> {
    let (user, client) = (entry.filled("user"), entry.filled("client_id"));
    let role = entry.required_as("role");
    let customers = entry.texts("customers");
    let holder = match (user, client) {
        (Some(user), None) => HolderName::User(user),
        (None, Some(client)) => HolderName::Client(client),
        (Some(_), Some(client)) => {
            entry.refuse("client_id", client.span, "there is a user too: write one entry for each");
            return None;
        }
        (None, None) => {
            if entry.get("user").is_none() && entry.get("client_id").is_none() {
                entry.missing("user or client_id");
            }
            return None;
        }
    };
    let role: At<Role> = role?;
    if let Some(first) = customers.iter().flatten().next().filter(|_| role.value != Role::UserAdmin) {
        entry.refuse("customers", first.span.clone(), "only user-admin can be limited to customers");
    }
    Some(AdminRoleEntry { span: entry.span.clone(), holder, role, customers })
}

/// A customer's own directory.
pub struct ConnectorEntry {
    pub name: At<String>,
    pub customer: At<String>,
    pub token: Option<Secret<String>>,
    pub strict: Option<bool>,
    pub on_delete: Option<OnDelete>,
    pub allow_create: Option<bool>,
}

impl ConnectorEntry {
    /// What makes it this one: its name within its customer.
    pub(super) fn identity(&self) -> At<String> {
        let customer = self.customer.value.to_lowercase();
        self.name.as_ref(|name| format!("connector {:?} of {customer:?}", name.to_lowercase()))
    }
}

pub(super) fn read_connector(context: &Context<'_>, entry: &mut Entry<'_>) -> Option<ConnectorEntry> {
    let (name, customer) = (entry.required("name"), entry.required("customer"));
    let token = read_secret_file(context, entry, "token_file");
    if let Some(at) = token.as_ref().filter(|at| at.value.expose().len() < MIN_TOKEN) {
        entry.refuse("token_file", at.span.clone(), format_args!("the token has fewer than {MIN_TOKEN} characters"));
    }
    Some(ConnectorEntry {
        token: token.map(|at| at.value),
        strict: entry.flag("strict"),
        on_delete: entry.parsed("onDelete").map(|at| at.value),
        allow_create: entry.flag("allowCreate"),
        name: name?,
        customer: customer?,
    })
}
