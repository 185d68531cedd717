//! What happened to an account, for its owner (screens.md 2, "Activity").

use crate::{
    base::{
        id::{AuditId, UserId},
        moment::Moment,
    },
    flow::{error::FlowError, node::Node, snapshot::Snapshot},
    oidc::client::OWN,
    store,
};

/// Entries on a page.
pub const SHOWN: usize = 50;

/// Something that happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Happening {
    /// When.
    pub at: Moment,
    /// What: `signin`, `password.set`, …
    pub action: String,
    /// Whether it was done.
    pub succeeded: bool,
    /// Somebody else did it: an administrator, a program.
    pub by_others: bool,
    /// The name of the application it went through.
    pub application: Option<String>,
    /// From which network address.
    pub ip: Option<String>,
}

/// A page of what happened, and where the next one begins.
pub struct Activity {
    /// The newest first.
    pub happenings: Vec<Happening>,
    /// What was before this entry is on the next page, if there is one.
    pub next: Option<AuditId>,
}

/// The newest entries, or those before `before`.
pub async fn activity(
    node: &Node,
    snapshot: &Snapshot,
    user: UserId,
    before: Option<AuditId>,
) -> Result<Activity, FlowError> {
    let limit = i64::try_from(SHOWN).unwrap_or(i64::MAX);
    let mut entries = store::audit::of_user(&mut node.db.read().await?, user, before, limit + 1).await?;
    let more = entries.len() > SHOWN;
    entries.truncate(SHOWN);
    let next = entries.last().map(|entry| entry.id).filter(|_| more);
    let own = user.text();
    let name = |id: &String| snapshot.client(id).map(|client| client.name().to_owned());
    let happenings = entries.into_iter().map(|entry| Happening {
        by_others: match entry.actor.as_str() {
            "user" => entry.actor_id.as_deref() != Some(own.as_str()),
            "anonymous" => false,
            _ => true,
        },
        application: entry.client_id.as_ref().filter(|id| *id != OWN).and_then(name),
        at: entry.at,
        action: entry.action,
        succeeded: entry.succeeded,
        ip: entry.ip,
    });
    Ok(Activity { happenings: happenings.collect(), next })
}
