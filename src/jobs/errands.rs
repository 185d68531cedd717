//! Looks into what strangers asked for: at once when this node wrote it down, otherwise within a second.

use std::{sync::Arc, time::Duration};

use crate::flow::{errands, error::chain, node::Node};

/// How often it is looked for what other processes left, and what failed is tried again.
const POLL: Duration = Duration::from_secs(1);

/// The endless work.
pub(super) async fn run(node: Arc<Node>) {
    loop {
        if let Err(error) = errands::run(&node).await {
            tracing::warn!(job = "errands", error = chain(&error), "a job failed; it is tried again");
            tokio::time::sleep(POLL).await;
        }
        tokio::select! {
            () = node.db.versions().errand_left() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}
