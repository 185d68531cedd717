//! Whoever changes a credential has just proved the strongest factor that they hold (D29, Q74, Q84).

use crate::{
    authn::mfa_policy::{Change, may_change},
    base::moment::Moment,
    flow::{error::FlowError, factors::assess, interaction::Confirm, node::Node},
    store::{Tx, session::Session},
};

/// Whether a session may change credentials now.
#[derive(Clone, PartialEq, Debug)]
pub enum Freshness {
    /// Yes.
    Fresh,
    /// After this was proved.
    Prove(Confirm),
}

/// Decides, in the transaction that changes something.
pub async fn require_fresh(tx: &mut Tx, session: &Session, now: Moment) -> Result<Freshness, FlowError> {
    let held = assess::held(tx, session.user_id, &[]).await?;
    Ok(match may_change(&held, session.acr, session.auth_time, now) {
        Change::Allowed => Freshness::Fresh,
        Change::Prove(methods) => Freshness::Prove(Confirm { since: now, methods }),
        Change::SignInAgain => Freshness::Prove(Confirm { since: now, methods: Vec::new() }),
    })
}

/// The same, for a page that is about to be shown.
pub async fn freshness(node: &Node, session: &Session) -> Result<Freshness, FlowError> {
    require_fresh(&mut node.db.read().await?, session, node.now()).await
}
