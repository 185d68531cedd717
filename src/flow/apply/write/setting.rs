//! Settings at every level.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{SettingKey, Writer};
use crate::{
    authn::one_time_code::Channel,
    config::settings::{Level, MFA_METHODS, Settings, StoredSetting},
    flow::{
        apply::{
            ApplyError,
            ledger::{Diff, Subject},
            read::SettingPatch,
        },
        demand::channels,
        error::FlowError,
        settings::{self, is_secret},
    },
    keys::kek::Kek,
    store::{self, Tx},
};

/// Every setting of the database, by its place.
pub(super) async fn stored(tx: &mut Tx, kek: &Kek) -> Result<BTreeMap<SettingKey, Value>, FlowError> {
    let rows = settings::stored(tx, kek).await?;
    Ok(rows.into_iter().map(|row| ((row.level, row.subject, row.name), row.value)).collect())
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
            if patch.name == MFA_METHODS.name() {
                self.methods.extend(patch.value.iter().map(|methods| (patch.span.clone(), methods.clone())));
            }
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

    /// Codes that nobody would carry are no second factor (M3, M4). The file may say who carries them anywhere in it.
    pub(super) fn demand_channels(&mut self, settings: &Settings) {
        let carried = channels(self.run.site, settings);
        for (span, methods) in std::mem::take(&mut self.methods) {
            let named = |channel: Channel| methods.as_array().is_some_and(|it| it.contains(&json!(channel.text())));
            if named(Channel::Email) && !carried.contains(&Channel::Email) {
                self.fault(&span, "codes by e-mail need a mail server: set mail.url");
            }
            if named(Channel::Sms) && !carried.contains(&Channel::Sms) {
                self.fault(&span, "codes by SMS need a provider: set sms.provider and what it needs");
            }
        }
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
                let (subject, name, value) = (subject.to_owned(), name.to_owned(), value.clone());
                let setting = StoredSetting { level, subject, name, value };
                let row = settings::row(run.kek, run.entropy, &setting)?;
                store::setting::set(self.tx, &row, "apply", run.now).await?;
                self.stored_settings.insert(key, setting.value);
            }
        }
        // The counter of logins depends on settings.
        self.seats = None;
        Ok(diff)
    }
}
