//! A password by link: `usher admin link USER` (contract.md). It never signs in; the person does that afterwards.

use crate::{
    authn::password_policy::PasswordPolicy,
    base::{bearer::Presented, id::UserId, moment::Moment},
    flow::{
        caller::Caller,
        error::FlowError,
        new_password::{About, PasswordProblem, check, hash, policy},
        node::Node,
    },
    identity::audit::{Actor, AuditEvent},
    store::{self, Tx, link::LinkPurpose},
};

/// What the page shows before anything is typed.
pub struct LinkFacts {
    /// Name to sign in with.
    pub user_name: String,
    /// There was no password yet.
    pub first: bool,
    /// What the password must be.
    pub policy: PasswordPolicy,
}

/// What became of it.
pub enum SetPasswordOutcome {
    /// Saved; everything that the old password opened is closed.
    Saved,
    /// The password breaks these rules; the link still works.
    Refused(Vec<PasswordProblem>),
    /// The link was used or is too old.
    LinkGone,
}

/// Looks at a link without using it (D24).
pub async fn look(node: &Node, presented: &Presented) -> Result<Option<LinkFacts>, FlowError> {
    let snapshot = node.snapshot().await?;
    let mut tx = node.db.read().await?;
    let peeked = store::link::peek(&mut tx, presented, LinkPurpose::Password, node.now()).await?;
    let Some(Some(user)) = peeked else { return Ok(None) };
    let Some(user) = store::user::find(&mut tx, user).await? else { return Ok(None) };
    let first = store::password::find(&mut tx, user.id).await?.is_none();
    let about = About::user(&mut tx, &user).await?;
    let policy = policy(&snapshot.settings, &about.customers);
    Ok(Some(LinkFacts { user_name: user.user_name, first, policy }))
}

/// Sets the password, once. Works while the account is locked, and clears the lock (D13).
pub async fn set_password(
    node: &Node,
    presented: &Presented,
    typed: &str,
    caller: &Caller,
) -> Result<SetPasswordOutcome, FlowError> {
    let snapshot = node.snapshot().await?;
    let mut tx = node.db.read().await?;
    let peeked = store::link::peek(&mut tx, presented, LinkPurpose::Password, node.now()).await?;
    let Some(Some(user)) = peeked else { return Ok(SetPasswordOutcome::LinkGone) };
    let Some(user) = store::user::find(&mut tx, user).await? else { return Ok(SetPasswordOutcome::LinkGone) };
    let about = About::user(&mut tx, &user).await?;
    drop(tx);
    let input = match check(node, &snapshot.settings, typed, &about).await {
        Ok(input) => input,
        Err(problems) => return Ok(SetPasswordOutcome::Refused(problems)),
    };
    let hash = hash(node, input).await?;
    let now = node.now();
    let mut tx = node.db.write().await?;
    if store::link::consume(&mut tx, presented, LinkPurpose::Password, now).await?.is_none() {
        tx.rollback().await?;
        return Ok(SetPasswordOutcome::LinkGone);
    }
    store::password::set(&mut tx, user.id, &hash, now).await?;
    close_everything(&mut tx, user.id, now).await?;
    let event = AuditEvent::new(&*node.entropy, now, "password.set", Actor::User(user.id))
        .target("user", user.id.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone())
        .detail("via", "link");
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(SetPasswordOutcome::Saved)
}

/// A new password ends what the old one opened: sessions, grants, known and trusted browsers, codes, links;
/// and the lock (S9). What is counted against second factors stays.
async fn close_everything(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), FlowError> {
    store::session::end_for_user(tx, user, now).await?;
    store::grant::revoke_for_user(tx, user, "password set", now).await?;
    store::known_browser::forget_for_user(tx, user, None).await?;
    store::trusted_browser::forget_for_user(tx, user, None).await?;
    store::factor::end_begun(tx, user, now).await?;
    store::link::end_for_user(tx, user, now).await?;
    store::lockout::unlock(tx, user).await?;
    Ok(())
}
