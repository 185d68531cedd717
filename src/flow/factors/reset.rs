//! Taking every second factor from somebody who lost them (S9, Q75, inventory M23, domain.md 5 "MFA reset"): done by an
//! administrator, with a reason. The next sign-in enrols anew.

use crate::{
    base::{entropy::Entropy, id::UserId, login_name::LoginName, moment::Moment},
    identity::audit::{Actor, AuditEvent},
    store::{self, Db, StoreError, Tx},
};

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResetMfaOutcome {
    /// Done. A notice, and a link to enrol anew (D33), are due.
    Reset(Taken),
    /// There was nothing to take.
    NothingToReset,
    /// Nobody has this name.
    NoSuchUser,
}

/// What was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    /// Whose.
    pub user: UserId,
    /// Apps and passkeys.
    pub factors: u64,
    /// Trusted browsers.
    pub browsers: u64,
    /// Sessions that are down to their password now, or ended because they had none.
    pub sessions: u64,
    /// There is no password either: only a link lets the person in.
    pub needs_password: bool,
}

/// Takes the factors of whoever signs in as `name`; `reason` goes into the audit log.
///
/// # Errors
/// If the database fails.
pub async fn reset_mfa(
    db: &Db,
    entropy: &dyn Entropy,
    now: Moment,
    name: &str,
    actor: Actor,
    reason: &str,
) -> Result<ResetMfaOutcome, StoreError> {
    let Ok(name) = LoginName::parse(name) else { return Ok(ResetMfaOutcome::NoSuchUser) };
    let mut tx = db.write().await?;
    let Some(user) = store::user::find_by_login_name(&mut tx, &name).await? else {
        tx.rollback().await?;
        return Ok(ResetMfaOutcome::NoSuchUser);
    };
    let Some(taken) = take_factors(&mut tx, user.id, now).await? else {
        tx.rollback().await?;
        return Ok(ResetMfaOutcome::NothingToReset);
    };
    let event = AuditEvent::new(entropy, now, "mfa.reset", actor)
        .target("user", user.id.text())
        .detail("reason", reason)
        .detail("factors", taken.factors)
        .detail("sessions", taken.sessions);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(ResetMfaOutcome::Reset(taken))
}

/// Takes everything, in the caller's transaction; `None` if there was nothing.
pub async fn take_factors(tx: &mut Tx, user: UserId, now: Moment) -> Result<Option<Taken>, StoreError> {
    // Whether the login may be used or not, its row is held against whoever is enrolling right now.
    store::user::hold(tx, user).await?;
    let factors = store::totp::remove_for_user(tx, user).await? + store::passkey::remove_for_user(tx, user).await?;
    let codes = store::recovery_code::remove_for_user(tx, user).await?;
    let browsers = store::trusted_browser::forget_for_user(tx, user, None).await?;
    let locks = store::lockout::unlock_factors(tx, user).await?;
    store::factor::end_begun(tx, user, now).await?;
    store::factor::forget_postponed(tx, user).await?;
    let sessions = lower_sessions(tx, user, now).await?;
    if factors + codes + browsers + sessions == 0 && !locks {
        return Ok(None);
    }
    let needs_password = store::password::find(tx, user).await?.is_none();
    Ok(Some(Taken { user, factors, browsers, sessions, needs_password }))
}

/// Sessions that a password opened are as good as that password again; one that a passkey opened has nothing left.
async fn lower_sessions(tx: &mut Tx, user: UserId, now: Moment) -> Result<u64, StoreError> {
    let mut touched = 0;
    for session in store::session::raised(tx, user, now).await? {
        if session.amr.iter().any(|method| method == "pwd") {
            store::session::lower(tx, session.id).await?;
        } else {
            store::session::end(tx, session.id, now).await?;
        }
        touched += 1;
    }
    Ok(touched)
}
