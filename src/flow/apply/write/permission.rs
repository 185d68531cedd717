//! The catalogue and the profiles.

use super::Writer;
use crate::{
    base::id::ProfileId,
    config::settings::Level,
    flow::apply::{
        ApplyError,
        entry::as_map,
        ledger::{Diff, Subject},
        read::{PermissionEntry, ProfileEntry},
    },
    identity::{group::name_key, permission::Permission, profile::PermissionProfile},
    store,
};

impl Writer<'_> {
    pub(super) async fn permission(&mut self, entry: &PermissionEntry) -> Result<(), ApplyError> {
        let (now, key) = (self.run.now, &entry.key.value);
        let known = self.catalogue.iter().position(|it| it.key == *key);
        let mut it = known.and_then(|n| self.catalogue.get(n).cloned()).unwrap_or_else(|| Permission {
            key: key.clone(),
            label: key.clone(),
            group: String::new(),
            default_for_reference: false,
            default_for_profile: true,
            audiences: Vec::new(),
            deprecated: false,
            created_at: now,
            updated_at: now,
        });
        let mut diff = Diff::default();
        diff.set("label", &mut it.label, entry.label.clone());
        diff.set("group", &mut it.group, entry.group.clone());
        diff.set("defaultForReference", &mut it.default_for_reference, entry.default_for_reference);
        diff.set("defaultForProfile", &mut it.default_for_profile, entry.default_for_profile);
        diff.set("audiences", &mut it.audiences, entry.audiences.clone());
        diff.set("deprecated", &mut it.deprecated, entry.deprecated);
        match known.and_then(|n| self.catalogue.get_mut(n)) {
            None => {
                store::permission::insert(self.tx, &it).await?;
                self.catalogue.push(it);
            }
            Some(slot) if !diff.is_empty() => {
                it.updated_at = now;
                store::permission::update(self.tx, &it).await?;
                *slot = it;
            }
            Some(_) => {}
        }
        let subject = Subject { kind: "permission", name: key.clone(), id: key.clone(), customer: None };
        self.ledger.add(subject, known.is_none(), diff);
        Ok(())
    }

    pub(super) async fn profile(&mut self, entry: &ProfileEntry) -> Result<(), ApplyError> {
        for (key, _) in entry.permissions.iter().flatten() {
            self.permission_named(key);
        }
        let (now, key) = (self.run.now, name_key(&entry.display_name.value));
        let known = self.profiles.iter().position(|it| name_key(&it.display_name) == key);
        let mut it = known.and_then(|n| self.profiles.get(n).cloned()).unwrap_or_else(|| PermissionProfile {
            id: ProfileId::new(self.run.entropy, now),
            display_name: entry.display_name.value.clone(),
            description: String::new(),
            is_default: false,
            permissions: Default::default(),
            created_at: now,
            updated_at: now,
        });
        let mut diff = Diff::default();
        diff.set("displayName", &mut it.display_name, Some(entry.display_name.value.clone()));
        diff.set("description", &mut it.description, entry.description.clone());
        diff.set("isDefault", &mut it.is_default, entry.is_default);
        diff.set("permissions", &mut it.permissions, entry.permissions.as_deref().map(as_map));
        match known {
            None => store::profile::insert(self.tx, &it).await?,
            Some(_) if !diff.is_empty() => {
                it.updated_at = now;
                store::profile::update(self.tx, &it).await?;
            }
            Some(_) => {}
        }
        if it.is_default && entry.is_default == Some(true) {
            for other in self.profiles.iter_mut().filter(|other| other.id != it.id && other.is_default) {
                other.is_default = false;
                store::profile::clear_other_defaults(self.tx, it.id, now).await?;
            }
        }
        let (id, name) = (it.id.text(), entry.display_name.value.clone());
        match known.and_then(|n| self.profiles.get_mut(n)) {
            Some(slot) => *slot = it,
            None => self.profiles.push(it),
        }
        let subject = Subject { kind: "permissionProfile", name: name.clone(), id: id.clone(), customer: None };
        self.ledger.add(subject, known.is_none(), diff);
        self.object_settings(Level::Profile, &id, &format!("permissionProfile {name}"), &entry.settings).await
    }
}
