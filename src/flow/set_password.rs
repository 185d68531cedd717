//! A password by link: `usher admin link USER`, `usher admin reset-link`, "Forgot password?" and "This was not me"
//! (contract.md, security.md S9). It never signs in; the person does that afterwards, with every factor there is (Q63, P7).

use crate::{
    authn::password_policy::PasswordPolicy,
    base::{
        bearer::Presented,
        id::{LinkId, UserId},
        moment::Moment,
        secret::Secret,
    },
    flow::{
        caller::Caller,
        error::FlowError,
        first_password,
        forgot_password::CameFrom,
        new_password::{About, PasswordProblem, check, hash, policy},
        node::Node,
        outbox::{Desk, notices},
        snapshot::Snapshot,
    },
    identity::{
        audit::{Actor, AuditEvent},
        user::User,
    },
    store::{
        self, Tx,
        link::{LinkPurpose, LiveLink},
    },
};

/// What the page shows before anything is typed.
pub struct LinkFacts {
    /// Name to sign in with.
    pub user_name: String,
    /// There was no password yet.
    pub first: bool,
    /// What the password must be.
    pub policy: PasswordPolicy,
    /// Where the person came from.
    pub from: CameFrom,
}

/// What became of it.
pub enum SetPasswordOutcome {
    /// Saved; everything that the old password opened is closed. The person goes on where they came from.
    Saved(CameFrom),
    /// The password breaks these rules; the link still works.
    Refused(Vec<PasswordProblem>),
    /// The link was used or is too old, or the account may not be used.
    LinkGone,
}

/// A live link to a password.
struct Found {
    purpose: LinkPurpose,
    link: LiveLink,
    user: User,
    first: bool,
}

/// Looks at a link without using it (D24).
pub async fn look(node: &Node, presented: &Presented) -> Result<Option<LinkFacts>, FlowError> {
    let snapshot = node.snapshot().await?;
    let mut tx = node.db.read().await?;
    let Some(found) = find(&mut tx, presented, node.now()).await? else { return Ok(None) };
    let about = About::user(&mut tx, &found.user).await?;
    let policy = policy(&snapshot.settings, &about.customers);
    let from = CameFrom::of_link(&found.link.detail);
    Ok(Some(LinkFacts { user_name: found.user.user_name, first: found.first, policy, from }))
}

/// Sets the password, once. Works while the account is locked by wrong passwords, and clears that lock (D13).
pub async fn set_password(
    node: &Node,
    presented: &Presented,
    typed: &str,
    caller: &Caller,
) -> Result<SetPasswordOutcome, FlowError> {
    let snapshot = node.snapshot().await?;
    let mut tx = node.db.read().await?;
    let Some(found) = find(&mut tx, presented, node.now()).await? else { return Ok(SetPasswordOutcome::LinkGone) };
    let about = About::user(&mut tx, &found.user).await?;
    drop(tx);
    let input = match check(node, &snapshot.settings, typed, &about).await {
        Ok(input) => input,
        Err(problems) => return Ok(SetPasswordOutcome::Refused(problems)),
    };
    let hash = hash(node, input).await?;
    let now = node.now();
    let mut tx = node.db.write().await?;
    let taken = store::link::take(&mut tx, presented, found.purpose, now).await?;
    let installing = Installing { user: found.user.id, hash: &hash, via: "link", caller, now };
    if taken.is_none() || !install(&mut tx, node, &snapshot, &installing).await? {
        tx.rollback().await?;
        return Ok(SetPasswordOutcome::LinkGone);
    }
    if found.first {
        first_password::settle(&mut tx, found.user.id, LinkId::from(presented.id), &found.link.detail, now).await?;
    }
    tx.commit().await?;
    Ok(SetPasswordOutcome::Saved(CameFrom::of_link(&found.link.detail)))
}

/// The live link and whose it is. A link of somebody who is switched off, or locked by an administrator, is none.
async fn find(tx: &mut Tx, presented: &Presented, now: Moment) -> Result<Option<Found>, FlowError> {
    for purpose in [LinkPurpose::Reset, LinkPurpose::Password] {
        let Some(link) = store::link::find(tx, presented, purpose, now).await? else { continue };
        let Some(user) = crate::flow::forgot_password::usable(tx, link.user).await? else { return Ok(None) };
        let first = store::password::find(tx, user.id).await?.is_none();
        return Ok(Some(Found { purpose, link, user, first }));
    }
    Ok(None)
}

/// A password that is about to replace the one there is, or to be the first.
pub(super) struct Installing<'a> {
    /// Whose.
    pub user: UserId,
    /// Its hash.
    pub hash: &'a Secret<String>,
    /// By what: for the audit log.
    pub via: &'static str,
    /// The browser.
    pub caller: &'a Caller,
    /// When.
    pub now: Moment,
}

/// Stores the password, closes what the old one opened, and tells its owner (Q62); `false` if the account may not be used.
pub(super) async fn install(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    installing: &Installing<'_>,
) -> Result<bool, FlowError> {
    let Installing { user, hash, via, caller, now } = *installing;
    if store::user::hold(tx, user).await?.is_none() {
        return Ok(false);
    }
    let Some(user) = store::user::find(tx, user).await? else { return Ok(false) };
    let first = store::password::find(tx, user.id).await?.is_none();
    store::password::set(tx, user.id, hash, now).await?;
    close_everything(tx, user.id, now).await?;
    // Whoever sets the first one has just been written to, and there is nothing that somebody else could have taken.
    if !first {
        notices::password_changed(tx, Desk::of(node, snapshot, now), &user, false, &caller.browser).await?;
    }
    let event = AuditEvent::new(&*node.entropy, now, "password.set", Actor::User(user.id))
        .target("user", user.id.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone())
        .detail("via", via);
    store::audit::record(tx, &event).await?;
    Ok(true)
}

/// A new password ends what the old one opened: sessions, grants, known and trusted browsers, codes, links;
/// and the lock (S9). What is counted against second factors stays.
pub(super) async fn close_everything(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), FlowError> {
    store::session::end_for_user(tx, user, now).await?;
    store::grant::revoke_for_user(tx, user, "password set", now).await?;
    store::known_browser::forget_for_user(tx, user, None).await?;
    store::trusted_browser::forget_for_user(tx, user, None).await?;
    store::factor::end_begun(tx, user, now).await?;
    store::link::end_for_user(tx, user, now).await?;
    store::lockout::unlock(tx, user).await?;
    Ok(())
}
