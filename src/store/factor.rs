//! What second factors a user has, over all their tables.

use uuid::Uuid;

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::{
    authn::{factor::MfaMethod, mfa_policy::Postponed},
    base::{id::UserId, moment::Moment},
};

/// A factor that a user enrolled.
#[derive(Clone, PartialEq, Debug)]
pub struct Enrolled {
    /// Its row.
    pub id: Uuid,
    /// What it is: an app or a passkey.
    pub method: MfaMethod,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// Its private key is copied between devices.
    pub synchronised: bool,
    /// When it was enrolled.
    pub created_at: Moment,
    /// When it was used last.
    pub last_used_at: Option<Moment>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    method: String,
    name: String,
    synchronised: bool,
    created_at: i64,
    last_used_at: Option<i64>,
}

/// Apps and passkeys of a user, the oldest first.
pub async fn enrolled(tx: &mut Tx, user: UserId) -> Result<Vec<Enrolled>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, 'totp' AS method, name, FALSE AS synchronised, confirmed_at AS created_at, last_used_at \
         FROM totp WHERE user_id = $1 AND confirmed_at IS NOT NULL \
         UNION ALL \
         SELECT id, 'passkey' AS method, name, synchronised, created_at, last_used_at FROM passkey WHERE user_id = $1 \
         ORDER BY created_at, id",
        user.text()
    )?;
    let read = |row: Row| {
        Ok(Enrolled {
            method: parsed(&row.method, "factor", "method", &row.id)?,
            id: parsed(&row.id, "factor", "id", &row.id)?,
            name: row.name,
            synchronised: row.synchronised,
            created_at: Moment::from_micros(row.created_at),
            last_used_at: row.last_used_at.map(Moment::from_micros),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Whether and when a user put off enrolling.
pub async fn postponed(tx: &mut Tx, user: UserId) -> Result<Postponed, StoreError> {
    let row = fetch_optional!(
        tx,
        (i64, i64),
        "SELECT times, last_at FROM factor_postponement WHERE user_id = $1",
        user.text()
    )?;
    Ok(row.map_or_else(Postponed::default, |(times, last_at)| Postponed {
        times: u32::try_from(times).unwrap_or(u32::MAX),
        last_at: Some(Moment::from_micros(last_at)),
        just_now: false,
    }))
}

/// Notes that a user put it off.
pub async fn postpone(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO factor_postponement (user_id, times, last_at) VALUES ($1, 1, $2) \
         ON CONFLICT (user_id) DO UPDATE SET times = factor_postponement.times + 1, last_at = excluded.last_at",
        user.text(),
        now.as_micros()
    )?;
    Ok(())
}

/// Forgets that a user put it off.
pub async fn forget_postponed(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM factor_postponement WHERE user_id = $1", user.text())?;
    Ok(())
}

/// Ends what a user has begun and not finished: codes, challenges, an app being set up (security.md, "Password changed").
pub async fn end_begun(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    super::one_time_code::end_for_user(tx, user, now).await?;
    super::passkey::end_for_user(tx, user, now).await?;
    super::totp::forget_pending(tx, user).await
}
