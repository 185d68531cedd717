//! The account: how pages show it, and what people do about their own (screens.md 2).

use crate::{
    base::{id::UserId, moment::Moment},
    flow::{caller::Caller, error::FlowError, node::Node, snapshot::Snapshot, survey::live_session},
    identity::audit::{Actor, AuditEvent},
    store,
};

pub mod activity;
pub mod applications;
pub mod customers;
pub mod data;
pub mod deletion;
pub mod email;
pub mod entry;
pub mod fresh;
pub mod licences;
pub mod methods;
pub mod overview;
pub mod phone;
pub mod profile;
pub mod sessions;

/// A person on a page.
pub struct Shown {
    /// Name for people.
    pub name: String,
    /// Name to sign in with.
    pub user_name: String,
}

/// The account of a browser's session, if it has one.
pub async fn signed_in(node: &Node, snapshot: &Snapshot, caller: &Caller) -> Result<Option<Shown>, FlowError> {
    let mut tx = node.db.read().await?;
    let session = live_session(&mut tx, snapshot, None, caller, node.now()).await?;
    drop(tx);
    match session {
        Some(session) => shown(node, session.user_id).await.map(Some),
        None => Ok(None),
    }
}

/// Looks a user up for display.
pub async fn shown(node: &Node, user: UserId) -> Result<Shown, FlowError> {
    let mut tx = node.db.read().await?;
    let user = store::user::find(&mut tx, user).await?.ok_or(FlowError::Corrupt("user_account"))?;
    Ok(Shown { name: user.label(), user_name: user.user_name })
}

/// An entry of the audit log about somebody's own account.
fn event(node: &Node, now: Moment, action: &'static str, user: UserId, caller: &Caller) -> AuditEvent {
    AuditEvent::new(&*node.entropy, now, action, Actor::User(user))
        .target("user", user.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone())
}
