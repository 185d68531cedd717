//! Memberships. They never touch a credential (inventory O13).

use super::{Writer, names::KnownUser};
use crate::{
    base::id::{CustomerId, ReferenceId},
    flow::{
        apply::{
            ApplyError,
            entry::as_map,
            ledger::{Diff, Subject},
            read::ReferenceEntry,
        },
        create_user::CreateUserError,
    },
    identity::reference::{ContactRole, Reference, ReferenceAttributes},
    store,
};

/// Ids that no connector gave.
const NO_CONNECTOR: &str = "";

impl Writer<'_> {
    pub(super) async fn reference(&mut self, entry: &ReferenceEntry) -> Result<(), ApplyError> {
        for (key, _) in entry.permissions.iter().flatten() {
            self.permission_named(key);
        }
        let Some(customer) = self.customer_named(&entry.customer).await? else { return Ok(()) };
        let user = match &entry.user {
            Some(at) => match self.user_named(at).await? {
                Some(user) => Some(user),
                None => return Ok(()),
            },
            None => None,
        };
        let Ok(found) = self.find_reference(entry, customer, user.as_ref()).await? else { return Ok(()) };
        let created = found.is_none();
        let before = match found {
            Some(found) => found,
            None => match self.new_reference(entry, customer, user.as_ref()) {
                Some(new) => new,
                None => return Ok(()),
            },
        };
        let mut it = before.clone();
        let mut diff = Diff::default();
        set_fields(&mut diff, &mut it, entry);
        if let (None, Some(user)) = (it.user, &user) {
            diff.note("user", serde_json::Value::Null, user.id.text().into());
            it.user = Some(user.id);
            it.accepted_at = Some(self.run.now);
        }
        let had_login = !created && before.internet_user && before.user.is_some();
        if it.internet_user && !had_login {
            self.take_seat(entry, &it).await?;
        }
        self.store_reference(entry, &mut it, created, &diff).await?;
        let name = match &entry.user {
            Some(at) => format!("{} at {}", at.value, entry.customer.value),
            None => format!("{} at {}", it.external_id.clone().unwrap_or_default(), entry.customer.value),
        };
        let subject = Subject { kind: "reference", name, id: it.id.text(), customer: Some(customer) };
        self.ledger.add(subject, created, diff);
        Ok(())
    }

    /// The membership that the entry means; `Err` if something is wrong about that.
    async fn find_reference(
        &mut self,
        entry: &ReferenceEntry,
        customer: CustomerId,
        user: Option<&KnownUser>,
    ) -> Result<Result<Option<Reference>, ()>, ApplyError> {
        let by_user = match user {
            Some(user) => store::reference::find_by_user(self.tx, customer, user.id).await?,
            None => None,
        };
        let Some(at) = &entry.external_id else { return Ok(Ok(by_user)) };
        let by_id = store::reference::find_by_external_id(self.tx, customer, NO_CONNECTOR, &at.value).await?;
        match (by_user, by_id, user) {
            (Some(by_user), Some(by_id), _) if by_user.id != by_id.id => {
                self.fault(&at.span, format!("the externalId {:?} is another reference's of this customer", at.value));
                Ok(Err(()))
            }
            // A contact gets its login now, unless it has another one.
            (None, Some(by_id), Some(_)) if by_id.user.is_some() => {
                self.fault(&at.span, format!("the externalId {:?} is the reference of another user", at.value));
                Ok(Err(()))
            }
            (by_user, by_id, _) => Ok(Ok(by_user.or(by_id))),
        }
    }

    fn new_reference(
        &mut self,
        entry: &ReferenceEntry,
        customer: CustomerId,
        user: Option<&KnownUser>,
    ) -> Option<Reference> {
        let now = self.run.now;
        let display_name = entry.display_name.clone().or_else(|| user.map(|user| user.label.clone()));
        let Some(display_name) = display_name else {
            self.fault(&entry.span, "reference needs displayName where there is no login to take it from");
            return None;
        };
        Some(Reference {
            id: ReferenceId::new(self.run.entropy, now),
            customer,
            user: user.map(|user| user.id),
            connector_key: NO_CONNECTOR.to_owned(),
            external_id: None,
            display_name,
            internet_user: false,
            active: true,
            // References made by `apply` are accepted at once (domain.md 3).
            accepted_at: user.map(|_| now),
            is_default: false,
            contact_role: ContactRole::None,
            permissions: Default::default(),
            roles: Vec::new(),
            source: "apply".to_owned(),
            attributes: ReferenceAttributes::default(),
            last_used_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// The quota of the instance, and the customer's own cap inside it.
    async fn take_seat(&mut self, entry: &ReferenceEntry, it: &Reference) -> Result<(), ApplyError> {
        let Some(user) = it.user else { return Ok(()) };
        let mut seats = self.seats().await?;
        match seats.take(self.tx, user).await {
            Ok(()) => self.seats = Some(seats),
            Err(CreateUserError::Store(error)) => return Err(error.into()),
            Err(error) => self.fault(&entry.span, error.to_string()),
        }
        let customer = store::customer::find(self.tx, it.customer).await?;
        if let Some(limit) = customer.and_then(|customer| customer.attributes.quota_limit) {
            let used = store::package::used_by_customer(self.tx, it.customer).await?;
            if used >= i64::from(limit) {
                let message =
                    format!("no room for another login at {}: {used} of {limit} are in use", entry.customer.value);
                self.fault(&entry.span, message);
            }
        }
        Ok(())
    }

    async fn store_reference(
        &mut self,
        entry: &ReferenceEntry,
        it: &mut Reference,
        created: bool,
        diff: &Diff,
    ) -> Result<(), ApplyError> {
        let now = self.run.now;
        if created {
            store::reference::insert(self.tx, it).await?;
        } else if !diff.is_empty() {
            it.updated_at = now;
            store::reference::update(self.tx, it).await?;
        }
        if let (Some(true), Some(user)) = (entry.is_default, it.user) {
            store::reference::clear_other_defaults(self.tx, user, it.id, now).await?;
        }
        Ok(())
    }
}

fn set_fields(diff: &mut Diff, it: &mut Reference, entry: &ReferenceEntry) {
    let attributes = &mut it.attributes;
    diff.set("externalId", &mut it.external_id, entry.external_id.as_ref().map(|at| Some(at.value.clone())));
    diff.set_hidden("displayName", &mut it.display_name, entry.display_name.clone());
    diff.set_hidden("email", &mut attributes.email, entry.email.clone());
    diff.set_hidden("phoneNumber", &mut attributes.phone_number, entry.phone_number.clone());
    diff.set_hidden("title", &mut attributes.title, entry.title.clone());
    diff.set_hidden("department", &mut attributes.department, entry.department.clone());
    diff.set_hidden("addresses", &mut attributes.addresses, entry.addresses.clone());
    diff.set("internetUser", &mut it.internet_user, entry.internet_user);
    diff.set("active", &mut it.active, entry.active);
    diff.set("isDefault", &mut it.is_default, entry.is_default);
    diff.set("contactRole", &mut it.contact_role, entry.contact_role);
    diff.set("permissions", &mut it.permissions, entry.permissions.as_deref().map(as_map));
    diff.set("roles", &mut it.roles, entry.roles.clone());
}
