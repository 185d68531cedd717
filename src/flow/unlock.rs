//! `usher admin unlock`: ends a lock, whoever or whatever set it (D13, inventory X1).

use crate::{
    base::{entropy::Entropy, login_name::LoginName, moment::Moment},
    identity::audit::{Actor, AuditEvent},
    store::{Db, StoreError, audit, lockout, user},
};

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnlockOutcome {
    /// Failures are forgotten, and an administrator's lock is off.
    Unlocked,
    /// There was nothing to unlock.
    WasNotLocked,
    /// Nobody has this name.
    NoSuchUser,
}

/// Ends the automatic lock of a user, its failures in known browsers and those of second factors included, and a lock set by an administrator.
///
/// # Errors
/// If the database fails.
pub async fn unlock(db: &Db, entropy: &dyn Entropy, now: Moment, name: &str) -> Result<UnlockOutcome, StoreError> {
    let Ok(name) = LoginName::parse(name) else { return Ok(UnlockOutcome::NoSuchUser) };
    let mut tx = db.write().await?;
    let Some(user) = user::find_by_login_name(&mut tx, &name).await? else {
        tx.rollback().await?;
        return Ok(UnlockOutcome::NoSuchUser);
    };
    let of_password = lockout::unlock(&mut tx, user.id).await?;
    let of_factors = lockout::unlock_factors(&mut tx, user.id).await?;
    let had_failures = of_password || of_factors;
    let was_blocked = user::set_blocked(&mut tx, user.id, false, now).await?;
    if !had_failures && !was_blocked {
        tx.rollback().await?;
        return Ok(UnlockOutcome::WasNotLocked);
    }
    let event =
        AuditEvent::new(entropy, now, "user.unlocked", Actor::Operator("admin unlock")).target("user", user.id.text());
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(UnlockOutcome::Unlocked)
}
