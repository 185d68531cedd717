//! The permission catalogue. Small, read whole, kept in memory by the callers.

use super::{
    error::{StoreError, json, to_json},
    tx::Tx,
};
use crate::{base::moment::Moment, identity::permission::Permission};

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    label: String,
    category: String,
    default_for_reference: bool,
    default_for_profile: bool,
    audiences: String,
    deprecated: bool,
    created_at: i64,
    updated_at: i64,
}

/// Every permission, in the order of their keys.
pub async fn catalogue(tx: &mut Tx) -> Result<Vec<Permission>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT key, label, category, default_for_reference, default_for_profile, audiences, deprecated, created_at, updated_at \
         FROM permission ORDER BY key"
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(Permission {
                audiences: json(&row.audiences, "permission", "audiences", &row.key)?,
                key: row.key,
                label: row.label,
                group: row.category,
                default_for_reference: row.default_for_reference,
                default_for_profile: row.default_for_profile,
                deprecated: row.deprecated,
                created_at: Moment::from_micros(row.created_at),
                updated_at: Moment::from_micros(row.updated_at),
            })
        })
        .collect()
}

/// Adds a permission to the catalogue.
pub async fn insert(tx: &mut Tx, permission: &Permission) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "INSERT INTO permission (key, label, category, default_for_reference, default_for_profile, audiences, deprecated, \
                                 created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        permission.key.as_str(),
        permission.label.as_str(),
        permission.group.as_str(),
        permission.default_for_reference,
        permission.default_for_profile,
        to_json(&permission.audiences),
        permission.deprecated,
        permission.created_at.as_micros(),
        permission.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes a changed permission. Its key never changes.
pub async fn update(tx: &mut Tx, permission: &Permission) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "UPDATE permission SET label = $2, category = $3, default_for_reference = $4, default_for_profile = $5, \
                               audiences = $6, deprecated = $7, updated_at = $8 WHERE key = $1",
        permission.key.as_str(),
        permission.label.as_str(),
        permission.group.as_str(),
        permission.default_for_reference,
        permission.default_for_profile,
        to_json(&permission.audiences),
        permission.deprecated,
        permission.updated_at.as_micros(),
    )?;
    Ok(())
}
