//! The account as pages show it.

use crate::{
    base::id::UserId,
    flow::{caller::Caller, error::FlowError, node::Node, snapshot::Snapshot, survey::live_session},
    store,
};

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
