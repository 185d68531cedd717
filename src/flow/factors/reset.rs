//! Taking every second factor from somebody who lost them (S9, Q75, inventory M23, domain.md 5 "MFA reset"): done by an
//! administrator, with a reason. The next sign-in enrols anew.

use crate::{
    base::{id::UserId, login_name::LoginName, moment::Moment},
    flow::{
        enrol_link,
        error::FlowError,
        node::Node,
        outbox::{Desk, enqueue, notices},
    },
    identity::audit::{Actor, AuditEvent},
    store::{self, StoreError, Tx},
};

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResetMfaOutcome {
    /// Done.
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
    /// A link to set up another factor is on its way.
    pub link_mailed: bool,
}

/// Takes the factors of whoever signs in as `name`, tells them, and mails the link to set up another one (D33); `reason` goes
/// into the audit log.
///
/// # Errors
/// If the database fails.
pub async fn reset_mfa(node: &Node, name: &str, actor: Actor, reason: &str) -> Result<ResetMfaOutcome, FlowError> {
    let Ok(name) = LoginName::parse(name) else { return Ok(ResetMfaOutcome::NoSuchUser) };
    let (now, snapshot) = (node.now(), node.snapshot().await?);
    let mut tx = node.db.write().await?;
    let Some(user) = store::user::find_by_login_name(&mut tx, &name).await? else {
        tx.rollback().await?;
        return Ok(ResetMfaOutcome::NoSuchUser);
    };
    let mailed_to = enrol_link::recipient(&mut tx, node, &snapshot, &user, None).await?;
    let Some(taken) = take_factors(&mut tx, user.id, now).await? else {
        tx.rollback().await?;
        return Ok(ResetMfaOutcome::NothingToReset);
    };
    let desk = Desk::of(node, &snapshot, now);
    if let Some(to) = &mailed_to {
        enqueue(&mut tx, desk, enrol_link::letter(to, true)).await?;
    }
    notices::factors_reset(&mut tx, desk, &user).await?;
    let event = AuditEvent::new(&*node.entropy, now, "mfa.reset", actor)
        .target("user", user.id.text())
        .detail("reason", reason)
        .detail("factors", taken.factors)
        .detail("sessions", taken.sessions);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(ResetMfaOutcome::Reset(Taken { link_mailed: mailed_to.is_some(), ..taken }))
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
    Ok(Some(Taken { user, factors, browsers, sessions, needs_password, link_mailed: false }))
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
