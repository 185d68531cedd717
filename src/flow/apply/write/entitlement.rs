//! Licences, packages, roles of administration, connectors.

use super::Writer;
use crate::{
    base::{
        bearer::BearerHash,
        id::{AdminRoleId, ConnectorId, CustomerId, LicenseId, PackageId, ReferenceId},
    },
    flow::apply::{
        ApplyError,
        fault::At,
        ledger::{Diff, Subject},
        read::{AdminRoleEntry, Assignment, ConnectorEntry, HolderName, LicenseEntry, PackageEntry},
    },
    identity::{
        admin_role::{AdminRole, Holder},
        connector::{Connector, OnDelete},
        license::{Assignee, License, LicenseKind, Visibility},
        quota::Package,
        user::UserType,
    },
    store,
};

/// Type of a connector's token, as it goes into the hash (D14).
const CONNECTOR_TOKEN: &str = "ct";

impl Writer<'_> {
    pub(super) async fn license(&mut self, entry: &LicenseEntry) -> Result<(), ApplyError> {
        let Some(customer) = self.customer_named(&entry.customer).await? else { return Ok(()) };
        let now = self.run.now;
        let known = match &entry.external_id {
            Some(id) => store::license::find_by_external_id(self.tx, &id.value).await?,
            None => store::license::find_by_product(self.tx, customer, &entry.product.value, &entry.edition).await?,
        };
        if known.as_ref().is_some_and(|it| it.customer != customer) {
            let message = "this licence belongs to another customer, and a licence never changes its customer";
            self.fault(&entry.customer.span, message);
            return Ok(());
        }
        let created = known.is_none();
        let mut it = known.unwrap_or_else(|| License {
            id: LicenseId::new(self.run.entropy, now),
            external_id: entry.external_id.as_ref().map(|at| at.value.clone()),
            customer,
            product: entry.product.value.clone(),
            edition: entry.edition.clone(),
            kind: LicenseKind::Product,
            seats: None,
            seats_used: None,
            valid_from: None,
            valid_to: None,
            active: true,
            actions: Vec::new(),
            visibility: Visibility::Own,
            created_at: now,
            updated_at: now,
        });
        let mut diff = Diff::default();
        diff.set("product", &mut it.product, Some(entry.product.value.clone()));
        diff.set("edition", &mut it.edition, Some(entry.edition.clone()).filter(|_| entry.external_id.is_some()));
        diff.set("kind", &mut it.kind, entry.kind);
        diff.set("seats", &mut it.seats, entry.seats.map(Some));
        diff.set("validFrom", &mut it.valid_from, entry.valid_from.map(Some));
        diff.set("validTo", &mut it.valid_to, entry.valid_to.map(Some));
        diff.set("active", &mut it.active, entry.active);
        diff.set("actions", &mut it.actions, entry.actions.clone());
        diff.set("visibility", &mut it.visibility, entry.visibility);
        if created {
            store::license::insert(self.tx, &it).await?;
        } else if !diff.is_empty() {
            it.updated_at = now;
            store::license::update(self.tx, &it).await?;
        }
        self.assign(entry, &it, created, &mut diff).await?;
        let name = entry.external_id.as_ref().map(|at| at.value.clone());
        let name = name.unwrap_or_else(|| format!("{} {} of {}", it.product, it.edition, entry.customer.value));
        let subject = Subject { kind: "license", name, id: it.id.text(), customer: Some(customer) };
        self.ledger.add(subject, created, diff);
        Ok(())
    }

    /// Who may use it: those named, or its customer if nobody ever was.
    async fn assign(
        &mut self,
        entry: &LicenseEntry,
        it: &License,
        created: bool,
        diff: &mut Diff,
    ) -> Result<(), ApplyError> {
        let mut wanted = match &entry.assignments {
            Some(list) => self.assignees(it.customer, list).await?,
            None if created => vec![Assignee::Customer(it.customer)],
            None => return Ok(()),
        };
        wanted.sort_unstable();
        wanted.dedup();
        let current = store::license::assignments(self.tx, it.id).await?;
        if wanted != current {
            store::license::assign(self.tx, it.id, &wanted).await?;
            let ids = |list: &[Assignee]| list.iter().map(Assignee::id).collect::<Vec<_>>().into();
            diff.note("assignments", ids(&current), ids(&wanted));
        }
        Ok(())
    }

    async fn assignees(&mut self, owner: CustomerId, list: &[At<Assignment>]) -> Result<Vec<Assignee>, ApplyError> {
        let mut assignees = Vec::new();
        for At { value: Assignment { kind, name }, .. } in list {
            let found = match *kind {
                "Customer" => self.customer_named(name).await?.map(Assignee::Customer),
                "Reference" => self.reference_named(owner, name).await?.map(Assignee::Reference),
                _ => {
                    let group = self.group_named(Some(owner), &name.value).await?;
                    if group.is_none() {
                        self.no_member("group", name);
                    }
                    group.map(Assignee::Group)
                }
            };
            assignees.extend(found);
        }
        Ok(assignees)
    }

    /// A reference at the licence's customer, by its external id or the user name of its login.
    async fn reference_named(
        &mut self,
        customer: CustomerId,
        name: &At<String>,
    ) -> Result<Option<ReferenceId>, ApplyError> {
        if let Some(found) = store::reference::find_by_external_id(self.tx, customer, "", &name.value).await? {
            return Ok(Some(found.id));
        }
        let Some(user) = self.user_named(name).await? else { return Ok(None) };
        let found = store::reference::find_by_user(self.tx, customer, user.id).await?;
        if found.is_none() {
            self.fault(&name.span, format!("{:?} is no reference at the customer of this licence", name.value));
        }
        Ok(found.map(|reference| reference.id))
    }

    pub(super) async fn package(&mut self, entry: &PackageEntry) -> Result<(), ApplyError> {
        let now = self.run.now;
        let known = store::package::all(self.tx).await?.into_iter().find(|it| it.sku == entry.sku.value);
        let created = known.is_none();
        let mut it = known.unwrap_or_else(|| Package {
            id: PackageId::new(self.run.entropy, now),
            sku: entry.sku.value.clone(),
            seats: 0,
            valid_from: None,
            valid_to: None,
            created_at: now,
            updated_at: now,
        });
        let mut diff = Diff::default();
        diff.set("seats", &mut it.seats, entry.seats);
        diff.set("validFrom", &mut it.valid_from, entry.valid_from.map(Some));
        diff.set("validTo", &mut it.valid_to, entry.valid_to.map(Some));
        if created {
            store::package::insert(self.tx, &it).await?;
        } else if !diff.is_empty() {
            it.updated_at = now;
            store::package::update(self.tx, &it).await?;
        }
        let subject = Subject { kind: "package", name: it.sku.clone(), id: it.id.text(), customer: None };
        self.ledger.add(subject, created, diff);
        Ok(())
    }

    pub(super) async fn admin_role(&mut self, entry: &AdminRoleEntry) -> Result<(), ApplyError> {
        let (holder, name) = match &entry.holder {
            HolderName::User(at) => (self.user_named(at).await?.map(|user| Holder::User(user.id)), &at.value),
            HolderName::Client(at) => (self.client_named(at).await?.map(Holder::Client), &at.value),
        };
        let customers = match &entry.customers {
            Some(list) => Some(self.customers_named(list).await?),
            None => None,
        };
        let Some(holder) = holder else { return Ok(()) };
        let now = self.run.now;
        let known = store::admin_role::find(self.tx, &holder, entry.role.value).await?;
        let created = known.is_none();
        let mut it = known.unwrap_or_else(|| AdminRole {
            id: AdminRoleId::new(self.run.entropy, now),
            holder: holder.clone(),
            role: entry.role.value,
            customers: Vec::new(),
            created_at: now,
            updated_at: now,
        });
        let mut diff = Diff::default();
        diff.set("customers", &mut it.customers, customers);
        if created {
            store::admin_role::insert(self.tx, &it).await?;
            self.relabel(&holder).await?;
        } else if !diff.is_empty() {
            it.updated_at = now;
            store::admin_role::update(self.tx, &it).await?;
        }
        let subject =
            Subject { kind: "adminRole", name: format!("{} of {name}", it.role), id: holder.id(), customer: None };
        diff_role(&mut diff, created, &it);
        self.ledger.add(subject, created, diff);
        Ok(())
    }

    /// The label of a login follows its role (domain.md 1), unless the file itself says what the label is.
    async fn relabel(&mut self, holder: &Holder) -> Result<(), ApplyError> {
        let Holder::User(id) = holder else { return Ok(()) };
        let Some(user) = store::user::find(self.tx, *id).await? else { return Ok(()) };
        let names = user.login_names().unwrap_or_default();
        let stated = self.seed.users.iter().any(|it| it.user_type.is_some() && names.contains(&it.user_name.value.key));
        if !stated {
            store::user::relabel(self.tx, *id, UserType::Customer, UserType::Admin, self.run.now).await?;
        }
        Ok(())
    }

    pub(super) async fn connector(&mut self, entry: &ConnectorEntry) -> Result<(), ApplyError> {
        let Some(customer) = self.customer_named(&entry.customer).await? else { return Ok(()) };
        let now = self.run.now;
        let known = store::connector::find_by_name(self.tx, customer, &entry.name.value).await?;
        let created = known.is_none();
        let mut it = known.unwrap_or_else(|| Connector {
            id: ConnectorId::new(self.run.entropy, now),
            customer,
            name: entry.name.value.clone(),
            strict: false,
            on_delete: OnDelete::Disable,
            allow_create: true,
            created_at: now,
            updated_at: now,
        });
        let mut diff = Diff::default();
        diff.set("strict", &mut it.strict, entry.strict);
        diff.set("onDelete", &mut it.on_delete, entry.on_delete);
        diff.set("allowCreate", &mut it.allow_create, entry.allow_create);
        if created {
            store::connector::insert(self.tx, &it).await?;
        } else if !diff.is_empty() {
            it.updated_at = now;
            store::connector::update(self.tx, &it).await?;
        }
        if let Some(token) = &entry.token {
            let hash = BearerHash::of(CONNECTOR_TOKEN, token.expose());
            if !store::connector::tokens(self.tx, it.id, now).await?.iter().any(|stored| hash.matches(stored)) {
                let id = self.run.entropy.uuid(now).to_string();
                store::connector::set_token(self.tx, it.id, &id, &hash, now).await?;
                diff.hidden("token_file");
            }
        }
        let name = format!("{} of {}", it.name, entry.customer.value);
        let subject = Subject { kind: "connector", name, id: it.id.text(), customer: Some(customer) };
        self.ledger.add(subject, created, diff);
        Ok(())
    }
}

/// The audit log says which role was given.
fn diff_role(diff: &mut Diff, created: bool, it: &AdminRole) {
    if created {
        diff.note("role", serde_json::Value::Null, it.role.as_str().into());
    }
}
