//! What a running node does by itself.

use crate::{
    flow::{error::FlowError, keys, node::Node, verify_password::hash_cost},
    oidc::client::SigningAlg,
    store,
};

/// Sees what other processes changed: their counters move this node's (D22: within a second).
pub async fn follow(node: &Node) -> Result<(), FlowError> {
    store::version::refresh(&node.db, node.now()).await?;
    let snapshot = node.snapshot().await?;
    node.hashing.set_cost(hash_cost(&snapshot.settings));
    Ok(())
}

/// Makes the signing keys that are due and retires those that have served. Making an RSA key takes a tenth of a second
/// and more: never on a thread that serves requests.
pub async fn tend_keys(node: &Node) -> Result<(), FlowError> {
    let algs = [SigningAlg::ES256, SigningAlg::EdDSA, SigningAlg::RS256];
    keys::tend_signing_keys(&node.db, &node.kek, &*node.entropy, &algs, node.now()).await
}
