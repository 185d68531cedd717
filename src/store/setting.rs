//! Settings as they stand in the database; `config::settings` gives them types.

use super::{error::StoreError, tx::Tx};
use crate::base::moment::Moment;

/// A stored setting.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct SettingRow {
    /// `instance`, `customer`, `client`, `group` or `profile`.
    pub level: String,
    /// Whose it is: an id, or empty for the instance.
    pub subject: String,
    /// Its name in the registry.
    pub name: String,
    /// Its value as JSON; the sealed form, if the registry says that it is a secret.
    pub value: String,
}

/// Every setting at every level.
pub async fn all(tx: &mut Tx) -> Result<Vec<SettingRow>, StoreError> {
    fetch_all!(tx, SettingRow, "SELECT level, subject, name, value FROM setting ORDER BY level, subject, name")
}

/// Sets or replaces a value; `by` names who did it.
pub async fn set(tx: &mut Tx, setting: &SettingRow, by: &str, now: Moment) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "INSERT INTO setting (level, subject, name, value, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (level, subject, name) \
         DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        setting.level.as_str(),
        setting.subject.as_str(),
        setting.name.as_str(),
        setting.value.as_str(),
        now.as_micros(),
        by
    )?;
    Ok(())
}

/// Takes a value away, so that the next farther level counts.
pub async fn clear(tx: &mut Tx, level: &str, subject: &str, name: &str) -> Result<bool, StoreError> {
    tx.touch_catalog();
    let touched =
        execute!(tx, "DELETE FROM setting WHERE level = $1 AND subject = $2 AND name = $3", level, subject, name)?;
    Ok(touched == 1)
}
