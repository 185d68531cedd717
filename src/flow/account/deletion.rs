//! Somebody who wants to be forgotten (screens.md 2, "Delete account"; domain.md 3): the wish, a time to think better of it,
//! and the end.

use std::time::Duration;

use crate::{
    base::{id::UserId, moment::Moment},
    flow::{
        account::{
            event,
            fresh::{Freshness, require_fresh},
            profile::is_managed,
        },
        caller::Caller,
        error::{FlowError, chain},
        interaction::Confirm,
        node::Node,
        outbox::{Desk, notices},
        snapshot::Snapshot,
    },
    identity::{
        admin_role::Role,
        audit::{Actor, AuditEvent},
        user::User,
    },
    store::{self, Tx, session::Session},
};

/// How long somebody can think better of it.
pub const GRACE: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// Logins that are deleted in one round.
const ROUND: i64 = 50;

/// What became of the wish.
#[derive(Clone, PartialEq, Debug)]
pub enum Deletion {
    /// It will be done then, or was to be already.
    Scheduled(Moment),
    /// This is to be proved first.
    Prove(Confirm),
    /// A directory owns this login: its administrator decides.
    Managed,
    /// Nobody else administers (domain.md 5: "Last global admin").
    LastAdministrator,
}

/// Asks that a login be deleted, by whoever has just proved that it is theirs.
pub async fn request(
    node: &Node,
    snapshot: &Snapshot,
    session: &Session,
    caller: &Caller,
) -> Result<Deletion, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    store::user::hold(&mut tx, session.user_id).await?;
    let held = store::session::hold(&mut tx, session.id, now).await?;
    let user = store::user::find(&mut tx, session.user_id).await?;
    let (Some(user), Some(held)) = (user, held) else {
        tx.rollback().await?;
        return Ok(Deletion::Prove(Confirm { since: now, methods: Vec::new() }));
    };
    if is_managed(&user) {
        tx.rollback().await?;
        return Ok(Deletion::Managed);
    }
    if let Freshness::Prove(confirm) = require_fresh(&mut tx, &held, now).await? {
        tx.rollback().await?;
        return Ok(Deletion::Prove(confirm));
    }
    if is_last_administrator(&mut tx, &user).await? {
        tx.rollback().await?;
        return Ok(Deletion::LastAdministrator);
    }
    let due = now.plus(GRACE);
    if !store::deletion::request(&mut tx, user.id, now, due).await? {
        let due = store::deletion::due(&mut tx, user.id).await?.unwrap_or(due);
        tx.rollback().await?;
        return Ok(Deletion::Scheduled(due));
    }
    let cancel = format!("{}/account/data", node.issuer);
    notices::deletion_scheduled(&mut tx, Desk::of(node, snapshot, now), &user, due, &cancel).await?;
    store::audit::record(&mut tx, &event(node, now, "deletion.requested", user.id, caller)).await?;
    tx.commit().await?;
    Ok(Deletion::Scheduled(due))
}

/// Takes the wish back; `false` if there was none.
pub async fn cancel(node: &Node, user: UserId, caller: &Caller) -> Result<bool, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    if !store::deletion::cancel(&mut tx, user).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    store::audit::record(&mut tx, &event(node, now, "deletion.cancelled", user, caller)).await?;
    tx.commit().await?;
    Ok(true)
}

/// When a login will be deleted, if that was asked for.
pub async fn due(node: &Node, user: UserId) -> Result<Option<Moment>, FlowError> {
    Ok(store::deletion::due(&mut node.db.read().await?, user).await?)
}

/// Deletes the logins that are due; how many.
pub async fn delete_ripe(node: &Node) -> Result<u64, FlowError> {
    let ripe = store::deletion::ripe(&mut node.db.read().await?, node.now(), ROUND).await?;
    let mut deleted = 0;
    for user in ripe {
        // One that cannot go keeps no other from it.
        match delete_one(node, user).await {
            Ok(done) => deleted += u64::from(done),
            Err(error) => tracing::warn!(user = user.text(), error = chain(&error), "a login could not be deleted"),
        }
    }
    Ok(deleted)
}

/// The last administrator stays until there is another one.
async fn delete_one(node: &Node, user: UserId) -> Result<bool, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    store::user::hold(&mut tx, user).await?;
    let Some(person) = store::user::find(&mut tx, user).await? else {
        tx.rollback().await?;
        return Ok(false);
    };
    // Held back, so that the last two do not go at once.
    store::admin_role::system_admins(&mut tx).await?;
    if is_last_administrator(&mut tx, &person).await? || !store::deletion::take(&mut tx, user, now).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    store::deletion::delete(&mut tx, user, now).await?;
    let event =
        AuditEvent::new(&*node.entropy, now, "user.deleted", Actor::System("deletion")).target("user", user.text());
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}

async fn is_last_administrator(tx: &mut Tx, user: &User) -> Result<bool, FlowError> {
    let roles = store::admin_role::of_user(tx, user.id).await?;
    Ok(roles.contains(&Role::SystemAdmin) && store::admin_role::count_system_admins(tx).await? <= 1)
}
