//! Permission profiles. Few, read whole, kept in memory by the callers.

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::{
    base::{id::ProfileId, moment::Moment},
    identity::{group::name_key, profile::PermissionProfile},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    display_name: String,
    description: String,
    is_default: bool,
    permissions: String,
    created_at: i64,
    updated_at: i64,
}

/// Every profile, in the order of their names.
pub async fn all(tx: &mut Tx) -> Result<Vec<PermissionProfile>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, display_name, description, is_default, permissions, created_at, updated_at \
         FROM permission_profile ORDER BY display_name_key"
    )?;
    rows.into_iter()
        .map(|row| {
            let id = &row.id;
            Ok(PermissionProfile {
                id: parsed(id, "permission_profile", "id", id)?,
                permissions: json(&row.permissions, "permission_profile", "permissions", id)?,
                display_name: row.display_name,
                description: row.description,
                is_default: row.is_default,
                created_at: Moment::from_micros(row.created_at),
                updated_at: Moment::from_micros(row.updated_at),
            })
        })
        .collect()
}

/// Stores a new profile.
///
/// # Errors
/// [`StoreError::Conflict`] if its name is taken.
pub async fn insert(tx: &mut Tx, profile: &PermissionProfile) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "INSERT INTO permission_profile (id, display_name, display_name_key, description, is_default, permissions, \
                                         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        profile.id.text(),
        profile.display_name.as_str(),
        name_key(&profile.display_name),
        profile.description.as_str(),
        profile.is_default,
        to_json(&profile.permissions),
        profile.created_at.as_micros(),
        profile.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes a changed profile.
///
/// # Errors
/// [`StoreError::Conflict`] if its name is another's.
pub async fn update(tx: &mut Tx, profile: &PermissionProfile) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "UPDATE permission_profile SET display_name = $2, display_name_key = $3, description = $4, is_default = $5, \
                                       permissions = $6, updated_at = $7 WHERE id = $1",
        profile.id.text(),
        profile.display_name.as_str(),
        name_key(&profile.display_name),
        profile.description.as_str(),
        profile.is_default,
        to_json(&profile.permissions),
        profile.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Takes the mark "default" from every other profile.
pub async fn clear_other_defaults(tx: &mut Tx, keep: ProfileId, now: Moment) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "UPDATE permission_profile SET is_default = FALSE, updated_at = $2 WHERE id <> $1 AND is_default",
        keep.text(),
        now.as_micros()
    )?;
    Ok(())
}
