//! The account at a glance.

use crate::{
    base::{id::UserId, moment::Moment},
    flow::{error::FlowError, node::Node, snapshot::Snapshot},
    store,
};

/// What the first page of the account tells.
pub struct Overview {
    /// When the password was set; none while there is none.
    pub password_changed_at: Option<Moment>,
    /// Apps and passkeys.
    pub factors: usize,
    /// Recovery codes that are left.
    pub recovery_left: u32,
    /// Sessions in use, this one included.
    pub sessions: usize,
    /// Companies that the person can act for.
    pub companies: usize,
    /// Invitations that wait for an answer.
    pub invitations: usize,
}

/// Counts.
pub async fn overview(node: &Node, snapshot: &Snapshot, user: UserId) -> Result<Overview, FlowError> {
    let now = node.now();
    let mut tx = node.db.read().await?;
    let sessions = store::own_session::of_user(&mut tx, user, now).await?;
    let references = store::own_reference::of_user(&mut tx, user).await?;
    let life = snapshot.settings.session(None);
    let there = || references.iter().filter(|own| own.customer_active);
    Ok(Overview {
        password_changed_at: store::password::changed_at(&mut tx, user).await?,
        factors: store::factor::enrolled(&mut tx, user).await?.len(),
        recovery_left: store::recovery_code::left(&mut tx, user).await?,
        sessions: sessions.iter().filter(|own| own.session.is_alive(&life, now)).count(),
        companies: there().filter(|own| own.reference.is_usable()).count(),
        invitations: there().filter(|own| own.reference.may_be_accepted()).count(),
    })
}

/// What the page about the password tells.
pub struct PasswordFacts {
    /// When it was set; none while there is none.
    pub changed_at: Option<Moment>,
    /// The companies that it opens (inventory O12).
    pub companies: Vec<String>,
}

/// Looks it up.
pub async fn password(node: &Node, user: UserId) -> Result<PasswordFacts, FlowError> {
    let mut tx = node.db.read().await?;
    let references = store::own_reference::of_user(&mut tx, user).await?;
    let opened = references.into_iter().filter(|own| own.customer_active && own.reference.is_usable());
    Ok(PasswordFacts {
        changed_at: store::password::changed_at(&mut tx, user).await?,
        companies: opened.map(|own| own.customer_name).collect(),
    })
}
