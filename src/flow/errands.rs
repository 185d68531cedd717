//! Work that is done after its answer: mails that somebody asked for who proved nothing, and those of commands, which have
//! no keys. Whatever name was typed, the
//! request writes down one row and answers; who that is, and whether there is anything to send, is looked into here
//! (security.md S9, Q61).

use serde::{Deserialize, Serialize};

use crate::{
    base::id::{ErrandId, ReferenceId, UserId},
    flow::{
        error::{FlowError, chain},
        forgot_password::{self, AgainRequest, ResetRequest},
        invite,
        node::Node,
    },
    store,
};

/// What is to be looked into.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Errand {
    /// "Forgot password?".
    Reset(ResetRequest),
    /// Another link in the place of one that is used or too old.
    Again(AgainRequest),
    /// An invitation, for a command or a file that has no key to make its link from.
    Invite(AdminRequest),
    /// A link to a new password, asked for by an administrator.
    AdminReset(AdminRequest),
}

/// What an administrator asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdminRequest {
    /// For whom.
    pub user: UserId,
    /// The membership to accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ReferenceId>,
}

/// Writes an errand down. The work is the same whatever it says.
pub async fn leave(node: &Node, errand: &Errand) -> Result<(), FlowError> {
    let what = serde_json::to_string(errand).map_err(|_| FlowError::Corrupt("errand"))?;
    let now = node.now();
    let mut tx = node.db.write().await?;
    let left = store::errand::insert(&mut tx, ErrandId::new(&*node.entropy, now), &what, now).await?;
    tx.commit().await?;
    if !left {
        tracing::warn!("too many mails are asked for: some are not looked into");
    }
    Ok(())
}

/// Does what waits, each errand in a transaction of its own. One that fails waits for the next round, and keeps no other
/// from its turn.
pub async fn run(node: &Node) -> Result<(), FlowError> {
    let waiting = store::errand::waiting(&mut node.db.read().await?).await?;
    for id in waiting {
        if let Err(error) = run_one(node, id).await {
            tracing::warn!(errand = %id, error = chain(&error), "an errand failed; it is tried again");
        }
    }
    Ok(())
}

async fn run_one(node: &Node, id: ErrandId) -> Result<(), FlowError> {
    let snapshot = node.snapshot().await?;
    let mut tx = node.db.write().await?;
    let Some(what) = store::errand::take(&mut tx, id).await? else {
        tx.rollback().await?;
        return Ok(());
    };
    // One of another version of the program is of no use to anybody.
    match serde_json::from_str(&what) {
        Ok(Errand::Reset(request)) => forgot_password::send(&mut tx, node, &snapshot, &request).await?,
        Ok(Errand::Again(request)) => forgot_password::send_again(&mut tx, node, &snapshot, &request).await?,
        Ok(Errand::Invite(request)) => invite::send_later(&mut tx, node, &snapshot, &request).await?,
        Ok(Errand::AdminReset(request)) => forgot_password::send_for_admin(&mut tx, node, &snapshot, &request).await?,
        Err(error) => tracing::error!(errand = %id, %error, "an errand cannot be read"),
    }
    Ok(tx.commit().await?)
}
