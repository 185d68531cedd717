//! Quota: packages, and how many customer logins there are.

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::{
    base::{
        id::{CustomerId, UserId},
        moment::Moment,
    },
    identity::quota::Package,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    sku: String,
    seats: i64,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

/// Every package, in the order of their SKUs.
pub async fn all(tx: &mut Tx) -> Result<Vec<Package>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, sku, seats, valid_from, valid_to, created_at, updated_at FROM package ORDER BY sku"
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(Package {
                id: parsed(&row.id, "package", "id", &row.id)?,
                sku: row.sku,
                seats: row.seats,
                valid_from: row.valid_from.map(Moment::from_micros),
                valid_to: row.valid_to.map(Moment::from_micros),
                created_at: Moment::from_micros(row.created_at),
                updated_at: Moment::from_micros(row.updated_at),
            })
        })
        .collect()
}

/// Stores a new package.
///
/// # Errors
/// [`StoreError::Conflict`] if its SKU is taken.
pub async fn insert(tx: &mut Tx, package: &Package) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO package (id, sku, seats, valid_from, valid_to, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        package.id.text(),
        package.sku.as_str(),
        package.seats,
        package.valid_from.map(Moment::as_micros),
        package.valid_to.map(Moment::as_micros),
        package.created_at.as_micros(),
        package.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes a changed package. Its SKU never changes.
pub async fn update(tx: &mut Tx, package: &Package) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE package SET seats = $2, valid_from = $3, valid_to = $4, updated_at = $5 WHERE id = $1",
        package.id.text(),
        package.seats,
        package.valid_from.map(Moment::as_micros),
        package.valid_to.map(Moment::as_micros),
        package.updated_at.as_micros(),
    )?;
    Ok(())
}

/// How many customer logins there are (inventory Q6): users who are an internet user at one customer at least.
/// Administrators and services do not count; whether disabled users do, the caller says.
///
/// Holds every other count back until this transaction ends, so that two cannot both take the last seat.
pub async fn used(tx: &mut Tx, count_disabled: bool) -> Result<i64, StoreError> {
    execute!(tx, "UPDATE instance SET value = value WHERE name = 'quota'")?;
    let (used,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM user_account u \
         WHERE (u.active OR $1) AND u.user_type = 'Customer' \
           AND EXISTS (SELECT 1 FROM reference r WHERE r.user_id = u.id AND r.internet_user) \
           AND NOT EXISTS (SELECT 1 FROM admin_role a WHERE a.holder_type = 'user' AND a.holder_id = u.id)",
        count_disabled
    )?;
    Ok(used)
}

/// Whether a login has no seat yet and would need one as an internet user (inventory Q6).
pub async fn needs_seat(tx: &mut Tx, user: UserId, count_disabled: bool) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT u.id FROM user_account u WHERE u.id = $1 AND (u.active OR $2) AND u.user_type = 'Customer' \
           AND NOT EXISTS (SELECT 1 FROM reference r WHERE r.user_id = u.id AND r.internet_user) \
           AND NOT EXISTS (SELECT 1 FROM admin_role a WHERE a.holder_type = 'user' AND a.holder_id = u.id)",
        user.text(),
        count_disabled
    )?;
    Ok(row.is_some())
}

/// How many logins of one customer are internet users; its own cap is inside the quota of the instance (domain.md 1).
pub async fn used_by_customer(tx: &mut Tx, customer: CustomerId) -> Result<i64, StoreError> {
    let (used,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM reference WHERE customer_id = $1 AND user_id IS NOT NULL AND internet_user",
        customer.text()
    )?;
    Ok(used)
}
