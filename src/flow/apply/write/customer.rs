//! Companies.

use std::collections::HashSet;

use super::Writer;
use crate::{
    base::id::CustomerId,
    config::settings::Level,
    flow::apply::{
        ApplyError,
        ledger::{Diff, Subject},
        read::CustomerEntry,
    },
    identity::customer::{Customer, CustomerAttributes},
    store,
};

/// The entries in an order in which nobody comes before the company it belongs to. Those in a circle come last.
pub(super) fn parents_first(entries: &[CustomerEntry]) -> Vec<&CustomerEntry> {
    let mut waiting: Vec<&CustomerEntry> = entries.iter().collect();
    let mut missing: HashSet<String> = waiting.iter().map(|it| it.code.value.key()).collect();
    let mut ordered = Vec::with_capacity(entries.len());
    loop {
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|it| {
            let parent = it.parent.as_ref().map(|at| at.value.to_lowercase());
            parent.is_none_or(|parent| !missing.contains(&parent))
        });
        for it in &ready {
            missing.remove(&it.code.value.key());
        }
        let stuck = ready.is_empty();
        ordered.extend(ready);
        waiting = rest;
        if stuck || waiting.is_empty() {
            ordered.extend(waiting);
            return ordered;
        }
    }
}

impl Writer<'_> {
    pub(super) async fn customer(&mut self, entry: &CustomerEntry) -> Result<(), ApplyError> {
        let now = self.run.now;
        let code = &entry.code.value;
        let known = store::customer::find_by_code(self.tx, code).await?;
        let created = known.is_none();
        let mut it = known.unwrap_or_else(|| Customer {
            id: CustomerId::new(self.run.entropy, now),
            code: code.clone(),
            display_name: code.to_string(),
            ledger_number: None,
            parent: None,
            profile: None,
            active: true,
            attributes: CustomerAttributes::default(),
            created_at: now,
            updated_at: now,
        });
        let mut diff = Diff::default();
        diff.set("code", &mut it.code, Some(code.clone()));
        diff.set("displayName", &mut it.display_name, entry.display_name.as_ref().map(|at| at.value.clone()));
        diff.set("active", &mut it.active, entry.active);
        set_attributes(&mut diff, &mut it.attributes, entry);
        self.set_ledger_number(&mut diff, &mut it, entry).await?;
        self.set_parent(&mut diff, &mut it, entry).await?;
        if let Some(at) = &entry.permission_profile {
            let profile = if at.value.is_empty() { None } else { self.profile_named(at) };
            if profile.is_some() || at.value.is_empty() {
                diff.set("permissionProfile", &mut it.profile, Some(profile));
            }
        }
        if created {
            store::customer::insert(self.tx, &it).await?;
            self.new_customers.push(it.clone());
        } else if !diff.is_empty() {
            it.updated_at = now;
            store::customer::update(self.tx, &it).await?;
        }
        let subject = Subject { kind: "customer", name: code.to_string(), id: it.id.text(), customer: Some(it.id) };
        self.ledger.add(subject, created, diff);
        self.object_settings(Level::Customer, &it.id.text(), &format!("customer {code}"), &entry.settings).await
    }

    async fn set_ledger_number(
        &mut self,
        diff: &mut Diff,
        it: &mut Customer,
        entry: &CustomerEntry,
    ) -> Result<(), ApplyError> {
        let Some(at) = &entry.ledger_number else { return Ok(()) };
        let number = Some(at.value.clone()).filter(|number| !number.is_empty());
        if let Some(number) = &number
            && store::customer::find_by_ledger_number(self.tx, number).await?.is_some_and(|owner| owner != it.id)
        {
            self.fault(&at.span, format!("the ledgerNumber {number:?} is another customer's"));
            return Ok(());
        }
        diff.set("ledgerNumber", &mut it.ledger_number, Some(number));
        Ok(())
    }

    async fn set_parent(
        &mut self,
        diff: &mut Diff,
        it: &mut Customer,
        entry: &CustomerEntry,
    ) -> Result<(), ApplyError> {
        let Some(at) = &entry.parent else { return Ok(()) };
        let parent = if at.value.is_empty() { None } else { self.customer_named(at).await? };
        let circle = match parent {
            Some(parent) => store::customer::belongs_to(self.tx, parent, it.id).await?,
            None => at.value.eq_ignore_ascii_case(it.code.as_str()),
        };
        // A parent that is declared and still not there can only be behind this one: they wait for each other.
        if circle || (parent.is_none() && self.declares_customer(&at.value)) {
            self.fault(&at.span, format!("{} and {} would belong to each other", it.code, at.value));
        } else if parent.is_some() || at.value.is_empty() {
            diff.set("parent", &mut it.parent, Some(parent));
        }
        Ok(())
    }

    fn declares_customer(&self, code: &str) -> bool {
        self.seed.customers.iter().any(|it| it.code.value.as_str().eq_ignore_ascii_case(code))
    }
}

fn set_attributes(diff: &mut Diff, it: &mut CustomerAttributes, entry: &CustomerEntry) {
    diff.set("registrationNumber", &mut it.registration_number, entry.registration_number.clone());
    diff.set("taxId", &mut it.tax_id, entry.tax_id.clone());
    diff.set("emails", &mut it.emails, entry.emails.clone());
    diff.set("phoneNumbers", &mut it.phone_numbers, entry.phone_numbers.clone());
    diff.set("addresses", &mut it.addresses, entry.addresses.clone());
    diff.set("quota", &mut it.quota_limit, entry.quota_limit);
}
