//! Settings at every level.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{SettingKey, Writer};
use crate::{
    config::settings::{Level, registry},
    flow::{
        apply::{
            ApplyError,
            ledger::{Diff, Subject},
            read::SettingPatch,
        },
        sealed_setting,
    },
    keys::kek::Kek,
    store::{self, Tx, setting::SettingRow},
};

fn is_secret(name: &str) -> bool {
    registry().iter().any(|setting| setting.name() == name && setting.is_secret())
}

/// Every setting of the database, opened.
pub(super) async fn stored(tx: &mut Tx, kek: &Kek) -> Result<BTreeMap<SettingKey, Value>, ApplyError> {
    let mut opened = BTreeMap::new();
    for row in store::setting::all(tx).await? {
        let (Some(level), Ok(value)) = (Level::from_text(&row.level), serde_json::from_str::<Value>(&row.value)) else {
            continue;
        };
        let value = match is_secret(&row.name) {
            true => sealed_setting::open(kek, (&row.level, &row.subject, &row.name), &value)?,
            false => value,
        };
        opened.insert((level, row.subject, row.name), value);
    }
    Ok(opened)
}

impl Writer<'_> {
    pub(super) async fn instance_settings(&mut self, patches: &[SettingPatch]) -> Result<(), ApplyError> {
        self.object_settings(Level::Instance, "", "", patches).await
    }

    /// Sets and clears the settings of one object; `owner` is what the report calls it.
    pub(super) async fn object_settings(
        &mut self,
        level: Level,
        subject: &str,
        owner: &str,
        patches: &[SettingPatch],
    ) -> Result<(), ApplyError> {
        for patch in patches {
            let name = if owner.is_empty() { patch.name.clone() } else { format!("{} of {owner}", patch.name) };
            let diff = self.setting(level, subject, patch).await?;
            // What has no value and gets none is not worth a line.
            if patch.value.is_some() || !diff.is_empty() {
                let id = format!("{level}/{subject}/{}", patch.name);
                self.ledger.add(Subject { kind: "setting", name, id, customer: None }, false, diff);
            }
        }
        Ok(())
    }

    async fn setting(&mut self, level: Level, subject: &str, patch: &SettingPatch) -> Result<Diff, ApplyError> {
        let (run, name) = (self.run, patch.name.as_str());
        let key = (level, subject.to_owned(), patch.name.clone());
        let old = self.stored_settings.get(&key);
        let mut diff = Diff::default();
        if old == patch.value.as_ref() {
            return Ok(diff);
        }
        if is_secret(name) {
            diff.hidden("value");
        } else {
            diff.note("value", json!(old), json!(patch.value));
        }
        match &patch.value {
            None => {
                store::setting::clear(self.tx, level.text(), subject, name).await?;
                self.stored_settings.remove(&key);
            }
            Some(value) => {
                let row = (level.text(), subject, name);
                let text = match is_secret(name) && value.as_str() != Some("") {
                    true => sealed_setting::seal(run.kek, run.entropy, row, value)?,
                    false => value.to_string(),
                };
                let (level, subject, name) = (level.text().to_owned(), subject.to_owned(), name.to_owned());
                store::setting::set(self.tx, &SettingRow { level, subject, name, value: text }, "apply", run.now)
                    .await?;
                self.stored_settings.insert(key, value.clone());
            }
        }
        // The counter of logins depends on settings.
        self.quota = None;
        Ok(diff)
    }
}
