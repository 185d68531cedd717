//! Groups: themselves first, then their members, which may be groups of the same file.

use super::Writer;
use crate::{
    base::id::{CustomerId, GroupId},
    flow::apply::{
        ApplyError,
        fault::At,
        ledger::{Diff, Subject},
        read::GroupEntry,
    },
    identity::group::Group,
    store::{self, group::Member},
};

impl Writer<'_> {
    pub(super) async fn group(&mut self, entry: &GroupEntry) -> Result<(), ApplyError> {
        for key in entry.permissions.iter().flatten() {
            self.permission_named(key);
        }
        let Ok(customer) = self.group_customer(entry).await? else { return Ok(()) };
        let now = self.run.now;
        let name = &entry.display_name.value;
        let known = store::group::find_by_name(self.tx, customer, name).await?;
        let created = known.is_none();
        let mut it = known.unwrap_or_else(|| Group {
            id: GroupId::new(self.run.entropy, now),
            customer,
            display_name: name.clone(),
            description: String::new(),
            roles: Vec::new(),
            permissions: Vec::new(),
            admin_role: None,
            created_at: now,
            updated_at: now,
        });
        let mut diff = Diff::default();
        let permissions = entry.permissions.as_ref().map(|list| list.iter().map(|at| at.value.clone()).collect());
        diff.set("displayName", &mut it.display_name, Some(name.clone()));
        diff.set("description", &mut it.description, entry.description.clone());
        diff.set("roles", &mut it.roles, entry.roles.clone());
        diff.set("permissions", &mut it.permissions, permissions);
        diff.set("adminRole", &mut it.admin_role, entry.admin_role.as_ref().map(|at| at.value));
        if created {
            store::group::insert(self.tx, &it).await?;
        } else if !diff.is_empty() {
            it.updated_at = now;
            store::group::update(self.tx, &it).await?;
        }
        let subject = Subject { kind: "group", name: name.clone(), id: it.id.text(), customer };
        self.ledger.add(subject, created, diff);
        Ok(())
    }

    /// The customer of a group, none for a global one; `Err` if there is no customer of that name.
    async fn group_customer(&mut self, entry: &GroupEntry) -> Result<Result<Option<CustomerId>, ()>, ApplyError> {
        match &entry.customer {
            Some(at) => Ok(self.customer_named(at).await?.map(Some).ok_or(())),
            None => Ok(Ok(None)),
        }
    }

    pub(super) async fn members(&mut self, entry: &GroupEntry) -> Result<(), ApplyError> {
        let Some(names) = &entry.members else { return Ok(()) };
        let Ok(customer) = self.group_customer(entry).await? else { return Ok(()) };
        let Some(group) = store::group::find_by_name(self.tx, customer, &entry.display_name.value).await? else {
            return Ok(());
        };
        let mut wanted = Vec::new();
        for at in names {
            wanted.extend(self.member(&group, at).await?);
        }
        wanted.sort_unstable();
        wanted.dedup();
        let current = store::group::members(self.tx, group.id).await?;
        let added: Vec<Member> = wanted.iter().filter(|it| !current.contains(it)).copied().collect();
        let removed: Vec<Member> = current.iter().filter(|it| !wanted.contains(it)).copied().collect();
        for member in &removed {
            store::group::remove_member(self.tx, group.id, *member).await?;
        }
        for member in &added {
            store::group::add_member(self.tx, group.id, *member).await?;
        }
        if !added.is_empty() || !removed.is_empty() {
            let ids = |list: &[Member]| list.iter().map(|member| member.id()).collect::<Vec<_>>().into();
            self.ledger.amend("group", &group.id.text(), "members", ids(&removed), ids(&added));
        }
        Ok(())
    }

    /// A login, or a group that is as wide: a customer must not fill a group that holds for others.
    async fn member(&mut self, group: &Group, at: &At<String>) -> Result<Option<Member>, ApplyError> {
        let user = self.member_user(at).await?;
        let inner = store::group::find_by_name(self.tx, group.customer, &at.value).await?;
        match (user, inner) {
            (Some(_), Some(_)) => self.fault(&at.span, format!("{:?} is a user and a group: rename one", at.value)),
            (Some(user), None) => return Ok(Some(Member::User(user))),
            (None, Some(inner)) => {
                if !store::group::contains(self.tx, inner.id, group.id).await? {
                    return Ok(Some(Member::Group(inner.id)));
                }
                self.fault(&at.span, format!("{:?} holds this group already: they would hold each other", at.value));
            }
            (None, None) => self.no_member("user or group", at),
        }
        Ok(None)
    }
}
