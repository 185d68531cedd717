//! A password by link: `usher admin link USER` (contract.md). It never signs in; the person does that afterwards.

use crate::{
    authn::password::{PasswordInput, PolicyFailure, check_new_password},
    base::{
        bearer::Presented,
        id::{CustomerId, UserId},
        moment::Moment,
        secret::Secret,
    },
    flow::{caller::Caller, error::FlowError, node::Node, snapshot::Snapshot},
    hashing::{HashingError, Lane},
    identity::{
        audit::{Actor, AuditEvent},
        user::User,
    },
    store::{self, Tx, link::LinkPurpose},
};

/// What the page shows before anything is typed.
pub struct LinkFacts {
    /// Name to sign in with.
    pub user_name: String,
    /// There was no password yet.
    pub first: bool,
    /// Characters a password must have.
    pub min_length: u32,
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

/// Why a new password is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordProblem {
    /// Nothing was typed.
    Missing,
    /// Longer than passwords may be.
    TooLong,
    /// The policy.
    Policy(PolicyFailure),
}

/// Looks at a link without using it (D24).
pub async fn look(node: &Node, presented: &Presented) -> Result<Option<LinkFacts>, FlowError> {
    let snapshot = node.snapshot().await?;
    let mut tx = node.db.read().await?;
    let peeked = store::link::peek(&mut tx, presented, LinkPurpose::Password, node.now()).await?;
    let Some(Some(user)) = peeked else { return Ok(None) };
    let Some(user) = store::user::find(&mut tx, user).await? else { return Ok(None) };
    let first = store::password::find(&mut tx, user.id).await?.is_none();
    let customers = customers(&mut tx, user.id).await?;
    let min_length = min_length(&snapshot, &customers);
    Ok(Some(LinkFacts { user_name: user.user_name, first, min_length }))
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
    let customers = customers(&mut tx, user.id).await?;
    drop(tx);
    let input = match check(&snapshot, typed, &customers, &words(&user)) {
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

/// Checks what was typed against the strictest policy of the person's customers (domain.md 5).
pub fn check(
    snapshot: &Snapshot,
    typed: &str,
    customers: &[CustomerId],
    context: &[&str],
) -> Result<PasswordInput, Vec<PasswordProblem>> {
    let input = PasswordInput::parse(typed).map_err(|_| vec![PasswordProblem::TooLong])?;
    if input.is_empty() {
        return Err(vec![PasswordProblem::Missing]);
    }
    let rules = snapshot.settings.password(customers);
    let length = usize::try_from(rules.min_length(false)).unwrap_or(usize::MAX);
    check_new_password(&input, length, rules.min_strength, context)
        .map_err(|failures| failures.into_iter().map(PasswordProblem::Policy).collect::<Vec<_>>())?;
    Ok(input)
}

/// Characters a new password must have.
pub fn min_length(snapshot: &Snapshot, customers: &[CustomerId]) -> u32 {
    snapshot.settings.password(customers).min_length(false)
}

/// Hashes outside of any transaction.
pub async fn hash(node: &Node, input: PasswordInput) -> Result<Secret<String>, FlowError> {
    node.hashing.hash(Lane::Admin, input).await.map(Secret::new).map_err(|error| match error {
        HashingError::Overloaded { retry_after } => FlowError::Overloaded(retry_after),
        HashingError::Stopped => FlowError::Overloaded(std::time::Duration::from_secs(1)),
    })
}

/// A new password ends what the old one opened: sessions, grants, known browsers, links; and the lock (S9).
async fn close_everything(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), FlowError> {
    store::session::end_for_user(tx, user, now).await?;
    store::grant::revoke_for_user(tx, user, "password set", now).await?;
    store::known_browser::forget_for_user(tx, user, None).await?;
    store::link::end_for_user(tx, user, now).await?;
    store::lockout::unlock(tx, user).await?;
    Ok(())
}

async fn customers(tx: &mut Tx, user: UserId) -> Result<Vec<CustomerId>, FlowError> {
    let candidates = store::reference::candidates_for_user(tx, user).await?;
    Ok(candidates.into_iter().filter(|it| it.usable).map(|it| it.customer).collect())
}

/// Words that a guesser of this person's password would try first.
fn words(user: &User) -> Vec<&str> {
    let name = &user.attributes.name;
    let parts = [Some(&user.user_name), name.given_name.as_ref(), name.family_name.as_ref()];
    let emails = user.attributes.emails.iter().map(|email| &email.value);
    parts.into_iter().flatten().chain(emails).map(String::as_str).collect()
}
