//! Names in the file, looked up in the database.

use std::collections::HashMap;

use super::Writer;
use crate::{
    base::{
        id::{CustomerId, GroupId, ProfileId, UserId},
        login_name::LoginName,
    },
    config::suggest::did_you_mean,
    flow::apply::{ApplyError, fault::At},
    identity::{customer::CustomerCode, group::name_key},
    store,
};

/// A login that something refers to.
#[derive(Clone)]
pub(super) struct KnownUser {
    pub id: UserId,
    /// What lists show.
    pub label: String,
}

/// What was looked up before. What is written later in the run was not there before, so only hits are kept.
#[derive(Default)]
pub(super) struct Names {
    customers: HashMap<String, CustomerId>,
    users: HashMap<String, KnownUser>,
}

impl Writer<'_> {
    /// Says that a name stands for nothing, unless the file declares it: then something is wrong with that entry, which
    /// was said.
    fn nobody<'n>(&mut self, what: &str, at: &At<String>, declared: impl Iterator<Item = &'n str>) {
        let known: Vec<&str> = declared.collect();
        let same = |known: &&str| known.to_lowercase() == at.value.to_lowercase();
        if !known.iter().any(same) {
            let meant = did_you_mean(&at.value, known).map(|meant| format!("; did you mean {meant:?}?"));
            let message = format!(
                "there is no {what} {:?}, neither in this file nor in the database{}",
                at.value,
                meant.unwrap_or_default()
            );
            self.fault(&at.span, message);
        }
    }

    /// The customer with this code.
    pub(super) async fn customer_named(&mut self, at: &At<String>) -> Result<Option<CustomerId>, ApplyError> {
        if let Some(id) = self.names.customers.get(&at.value) {
            return Ok(Some(*id));
        }
        let found = match at.value.parse::<CustomerCode>() {
            Ok(code) => store::customer::find_by_code(self.tx, &code).await?,
            Err(_) => None,
        };
        let Some(customer) = found else {
            let seed = self.seed;
            self.nobody("customer", at, seed.customers.iter().map(|it| it.code.value.as_str()));
            return Ok(None);
        };
        self.names.customers.insert(at.value.clone(), customer.id);
        Ok(Some(customer.id))
    }

    /// The customers with these codes, each once, in the order of their ids.
    pub(super) async fn customers_named(&mut self, list: &[At<String>]) -> Result<Vec<CustomerId>, ApplyError> {
        let mut ids = Vec::with_capacity(list.len());
        for at in list {
            ids.extend(self.customer_named(at).await?);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// The login with this user name or verified e-mail address.
    pub(super) async fn user_named(&mut self, at: &At<String>) -> Result<Option<KnownUser>, ApplyError> {
        let user = self.try_user(&at.value).await?;
        if user.is_none() {
            let seed = self.seed;
            self.nobody("user", at, seed.users.iter().map(|it| it.user_name.value.text.as_str()));
        }
        Ok(user)
    }

    async fn try_user(&mut self, name: &str) -> Result<Option<KnownUser>, ApplyError> {
        if let Some(user) = self.names.users.get(name) {
            return Ok(Some(user.clone()));
        }
        let found = match LoginName::parse(name) {
            Ok(name) => store::user::find_by_login_name(self.tx, &name).await?,
            Err(_) => None,
        };
        let Some(user) = found.map(|user| KnownUser { id: user.id, label: user.label() }) else { return Ok(None) };
        self.names.users.insert(name.to_owned(), user.clone());
        Ok(Some(user))
    }

    /// The profile of this name; an empty name stands for none.
    pub(super) fn profile_named(&mut self, at: &At<String>) -> Option<ProfileId> {
        let key = name_key(&at.value);
        let found = self.profiles.iter().find(|profile| name_key(&profile.display_name) == key);
        if let Some(profile) = found {
            return Some(profile.id);
        }
        let known: Vec<String> = self.profiles.iter().map(|it| it.display_name.clone()).collect();
        let seed = self.seed;
        let declared = seed.profiles.iter().map(|it| it.display_name.value.as_str());
        self.nobody("permissionProfile", at, declared.chain(known.iter().map(String::as_str)));
        None
    }

    /// Whether the catalogue holds a permission; says so if not.
    pub(super) fn permission_named(&mut self, at: &At<String>) -> bool {
        let known = self.catalogue.iter().any(|permission| permission.key == at.value);
        if !known {
            let keys: Vec<String> = self.catalogue.iter().map(|it| it.key.clone()).collect();
            let seed = self.seed;
            let declared = seed.permissions.iter().map(|it| it.key.value.as_str());
            self.nobody("permission", at, declared.chain(keys.iter().map(String::as_str)));
        }
        known
    }

    /// The group of this name: the customer's, else the global one.
    pub(super) async fn group_named(
        &mut self,
        customer: Option<CustomerId>,
        name: &str,
    ) -> Result<Option<GroupId>, ApplyError> {
        let own = store::group::find_by_name(self.tx, customer, name).await?;
        let found = match (own, customer) {
            (None, Some(_)) => store::group::find_by_name(self.tx, None, name).await?,
            (own, _) => own,
        };
        Ok(found.map(|group| group.id))
    }

    /// Says that there is no such group or user.
    pub(super) fn no_member(&mut self, what: &str, at: &At<String>) {
        let seed = self.seed;
        let users = seed.users.iter().map(|it| it.user_name.value.text.as_str());
        let groups = seed.groups.iter().map(|it| it.display_name.value.as_str());
        self.nobody(what, at, users.chain(groups));
    }

    /// A member of a group: a login, or else a group.
    pub(super) async fn member_user(&mut self, at: &At<String>) -> Result<Option<UserId>, ApplyError> {
        Ok(self.try_user(&at.value).await?.map(|user| user.id))
    }
}
