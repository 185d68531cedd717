//! Settings as stored, on their way to the registry.

use crate::{
    config::settings::{Level, StoredSetting},
    flow::error::FlowError,
    store::{Tx, setting},
};

/// Every setting of the database. A row that nobody can read is left out and logged: its setting keeps the default.
pub async fn stored(tx: &mut Tx) -> Result<Vec<StoredSetting>, FlowError> {
    let rows = setting::all(tx).await?;
    let mut stored = Vec::with_capacity(rows.len());
    for row in rows {
        match (Level::from_text(&row.level), serde_json::from_str(&row.value)) {
            (Some(level), Ok(value)) => {
                stored.push(StoredSetting { level, subject: row.subject, name: row.name, value });
            }
            _ => tracing::warn!(name = row.name, level = row.level, "a stored setting cannot be read"),
        }
    }
    Ok(stored)
}
