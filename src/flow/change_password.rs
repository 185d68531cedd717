//! A password that is changed by whoever knows it, in a session (Q76, inventory K28, O12, O23): on the pages of the account,
//! and during a sign-in where it is due.

use std::time::Duration;

use crate::{
    authn::{
        acr::Acr,
        mfa_policy::{Change, may_change},
        password::PasswordInput,
        password_policy::PasswordPolicy,
    },
    base::{
        bearer::{self, BearerKind},
        moment::Moment,
        secret::Secret,
    },
    flow::{
        caller::Caller,
        error::FlowError,
        factors::assess::held,
        issue_code::NewSecret,
        new_password::{About, PasswordProblem, check, hash, policy},
        node::Node,
        outbox::{Desk, notices},
        self_service,
        snapshot::Snapshot,
        verify_password::{Proof, Verdict, Verified},
    },
    hashing::Lane,
    identity::{
        audit::{Actor, AuditEvent},
        user::User,
    },
    store::{self, Tx, session::Session},
};

/// What the page shows before anything is typed.
pub struct ChangeFacts {
    /// Name to sign in with.
    pub user_name: String,
    /// The companies that the password opens (inventory O12).
    pub customers: Vec<String>,
    /// What the new one must be.
    pub policy: PasswordPolicy,
    /// What may be done.
    pub way: ChangeWay,
}

/// Whether somebody may change their password now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeWay {
    /// Yes.
    Open,
    /// An administrator sets passwords here (`accounts.self_service_password_change`).
    Off,
    /// The second factor is to be proved again first (D29, Q74).
    Prove,
}

/// Why a password is changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeCause {
    /// Its owner wants to.
    Wish,
    /// It is due, during a sign-in: nobody can forbid that.
    Due,
}

/// What became of it.
pub enum ChangeOutcome {
    /// Saved. This session goes on under a new cookie, everything else that the old password opened is closed.
    Changed(NewSecret),
    /// The password that was typed as the present one is not right (D31).
    Rejected,
    /// The new one breaks these rules.
    Refused(Vec<PasswordProblem>),
    /// The new one is the old one.
    Same,
    /// The address tries too often.
    Throttled(Duration),
    /// It may not be changed now.
    NotNow(ChangeWay),
    /// The session has ended, or the password was changed meanwhile.
    SessionGone,
}

/// What was typed.
pub struct Typed<'a> {
    /// The password there is.
    pub current: &'a str,
    /// The one to come.
    pub new: &'a str,
}

/// Looks at what the page shows.
pub async fn look(
    node: &Node,
    snapshot: &Snapshot,
    session: &Session,
    cause: ChangeCause,
) -> Result<ChangeFacts, FlowError> {
    let mut tx = node.db.read().await?;
    let user = owner(&mut tx, session).await?;
    let about = About::user(&mut tx, &user).await?;
    let candidates = store::reference::candidates_for_user(&mut tx, user.id).await?;
    let customers = candidates.into_iter().filter(|it| it.usable).map(|it| it.customer_name).collect();
    let way = way(&mut tx, snapshot, session, cause, node.now()).await?;
    let policy = policy(&snapshot.settings, &about.customers);
    Ok(ChangeFacts { user_name: user.user_name, customers, policy, way })
}

/// Verifies the present password, by the one function that does, and replaces it.
pub async fn change_password(
    node: &Node,
    snapshot: &Snapshot,
    session: &Session,
    cause: ChangeCause,
    typed: &Typed<'_>,
    caller: &Caller,
) -> Result<ChangeOutcome, FlowError> {
    let mut tx = node.db.read().await?;
    let user = owner(&mut tx, session).await?;
    let about = About::user(&mut tx, &user).await?;
    let way = way(&mut tx, snapshot, session, cause, node.now()).await?;
    drop(tx);
    if way != ChangeWay::Open {
        return Ok(ChangeOutcome::NotNow(way));
    }
    // What is wrong with the new one is told first: that takes no guess at the old one.
    let input = match check(node, &snapshot.settings, typed.new, &about).await {
        Ok(input) => input,
        Err(problems) => return Ok(ChangeOutcome::Refused(problems)),
    };
    if typed.new == typed.current {
        return Ok(ChangeOutcome::Same);
    }
    let verified = match verify(node, snapshot, &user, typed.current, caller).await? {
        Verdict::Verified(verified) => verified,
        Verdict::Rejected => return Ok(ChangeOutcome::Rejected),
        Verdict::Throttled(retry_after) => return Ok(ChangeOutcome::Throttled(retry_after)),
        Verdict::Overloaded(retry_after) => return Err(FlowError::Overloaded(retry_after)),
    };
    let hash = hash(node, input).await?;
    let tx = node.db.write().await?;
    replace(tx, node, snapshot, session, &verified, &user, &hash, cause, caller).await
}

async fn verify(
    node: &Node,
    snapshot: &Snapshot,
    user: &User,
    current: &str,
    caller: &Caller,
) -> Result<Verdict, FlowError> {
    let proof = Proof {
        username: &user.user_name,
        password: PasswordInput::parse(current).ok(),
        known_browser: caller.known_browser.as_ref(),
        lane: Lane::Untrusted,
        ip: caller.browser.ip.as_deref().and_then(|ip| ip.parse().ok()),
        client_id: None,
        request_id: caller.request_id.as_deref(),
    };
    node.verify_password(snapshot, proof).await
}

#[allow(clippy::too_many_arguments, reason = "one act on many facts; a struct would only rename them")]
async fn replace(
    mut tx: Tx,
    node: &Node,
    snapshot: &Snapshot,
    session: &Session,
    verified: &Verified,
    user: &User,
    hash: &Secret<String>,
    cause: ChangeCause,
    caller: &Caller,
) -> Result<ChangeOutcome, FlowError> {
    let now = node.now();
    // Whoever set another password meanwhile, or signed everybody out, has moved the epoch on.
    let same = store::user::hold(&mut tx, user.id).await? == Some(verified.epoch);
    let held = if same { store::session::hold(&mut tx, session.id, now).await? } else { None };
    let Some(acting) = held.filter(|it| it.user_id == user.id && it.user_epoch == verified.epoch) else {
        tx.rollback().await?;
        return Ok(ChangeOutcome::SessionGone);
    };
    store::password::set(&mut tx, user.id, hash, now).await?;
    close_others(&mut tx, &acting, caller, now).await?;
    let secret = go_on(&mut tx, node, acting, verified.epoch + 1, now).await?;
    let by = match cause {
        ChangeCause::Wish => "wish",
        ChangeCause::Due => "due",
    };
    notices::password_changed(&mut tx, Desk::of(node, snapshot, now), user, false, &caller.browser).await?;
    let event = AuditEvent::new(&*node.entropy, now, "password.changed", Actor::User(user.id))
        .target("user", user.id.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone())
        .detail("cause", by);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(ChangeOutcome::Changed(secret))
}

/// Everything that the old password opened, but for the browser that changes it (inventory K28; revocation matrix).
async fn close_others(tx: &mut Tx, acting: &Session, caller: &Caller, now: Moment) -> Result<(), FlowError> {
    let user = acting.user_id;
    store::session::end_others(tx, user, acting.id, now).await?;
    store::grant::revoke_for_user(tx, user, "password changed", now).await?;
    store::known_browser::forget_for_user(tx, user, acting.known_browser_id.as_deref()).await?;
    let trusted = caller.trusted_browser.as_ref().map(|presented| presented.id);
    store::trusted_browser::forget_for_user(tx, user, trusted).await?;
    store::factor::end_begun(tx, user, now).await?;
    Ok(store::link::end_for_user(tx, user, now).await?)
}

/// The session goes on in the new epoch, under a new cookie, and owes nothing any more.
async fn go_on(tx: &mut Tx, node: &Node, acting: Session, epoch: i64, now: Moment) -> Result<NewSecret, FlowError> {
    // What rests on more than a password does not get younger by one.
    let auth_time = if acting.acr == Acr::Pwd { now } else { acting.auth_time };
    let session = Session { user_epoch: epoch, password_due: None, auth_time, last_seen_at: now, ..acting };
    let minted = bearer::mint(BearerKind::Session, session.id.uuid(), &*node.entropy);
    if !store::session::renew(tx, &session, minted.hash.text()).await? {
        return Err(FlowError::Corrupt("session"));
    }
    let keep = session.remember.then(|| session.expires_at.since(now));
    Ok(NewSecret { value: minted.value, keep })
}

async fn owner(tx: &mut Tx, session: &Session) -> Result<User, FlowError> {
    store::user::find(tx, session.user_id).await?.ok_or(FlowError::Corrupt("user_account"))
}

/// Whether it may be changed now. The present password is asked for in any case; whoever holds a stronger factor proved
/// that one a moment ago, too.
async fn way(
    tx: &mut Tx,
    snapshot: &Snapshot,
    session: &Session,
    cause: ChangeCause,
    now: Moment,
) -> Result<ChangeWay, FlowError> {
    let due = cause == ChangeCause::Due;
    if !due && !self_service::may_change(tx, &snapshot.settings, session.user_id).await? {
        return Ok(ChangeWay::Off);
    }
    let held = held(tx, session.user_id, &[]).await?;
    let proves = matches!(may_change(&held, session.acr, session.auth_time, now), Change::Prove(_));
    // During a sign-in the factor was asked for before, as far as it is asked for at all.
    Ok(if proves && !due { ChangeWay::Prove } else { ChangeWay::Open })
}
