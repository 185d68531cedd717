//! Deletes what nobody will ask for again. Every table that grows with use has its line here (security.md S13).

use std::time::Duration;

use crate::{
    flow::{error::FlowError, node::Node},
    store::{StoreError, Tx, attempt, grant, known_browser, link, lockout, message, session, token},
};

/// Attempts are kept past their end so that "Start again" knows what was asked.
const ATTEMPTS: Duration = Duration::from_secs(24 * 60 * 60);
/// Grants are kept past their end so that an old code or refresh token is told apart from an unknown one.
const GRANTS: Duration = Duration::from_secs(24 * 60 * 60);
/// The life of a device cookie (security.md S2).
const KNOWN_BROWSERS: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// Captured messages and used links stay to be looked at.
const KEPT_TO_LOOK_AT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// One round. Small transactions, so that nobody waits long behind it.
pub async fn clean_up(node: &Node) -> Result<u64, FlowError> {
    let now = node.now();
    let settings = &node.snapshot().await?.settings;
    let lockout_memory = settings.instance(&crate::config::settings::LOCKOUT_WINDOW).get()
        + settings.instance(&crate::config::settings::LOCKOUT_DURATION).get();
    let mut deleted = 0;
    macro_rules! collect {
        ($collect:path, $age:expr) => {{
            // One table that cannot be tidied keeps no other from it.
            match round(node, async |tx: &mut Tx| $collect(tx, now.minus($age)).await).await {
                Ok(rows) => deleted += rows,
                Err(error) => tracing::warn!(table = stringify!($collect), %error, "a clean-up failed"),
            }
        }};
    }
    collect!(token::collect, Duration::ZERO);
    collect!(attempt::collect, ATTEMPTS);
    collect!(grant::collect, GRANTS);
    collect!(session::collect, Duration::ZERO);
    collect!(link::collect, KEPT_TO_LOOK_AT);
    collect!(message::collect, KEPT_TO_LOOK_AT);
    collect!(known_browser::collect, KNOWN_BROWSERS);
    collect!(lockout::collect, lockout_memory);
    Ok(deleted)
}

async fn round(node: &Node, collect: impl AsyncFnOnce(&mut Tx) -> Result<u64, StoreError>) -> Result<u64, FlowError> {
    let mut tx = node.db.write().await?;
    let rows = collect(&mut tx).await?;
    tx.commit().await?;
    Ok(rows)
}
