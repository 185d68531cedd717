//! Whether the password that was just verified is to be changed first: one that an administrator handed out (inventory
//! K17), or one that a company would not take any more (domain.md 5, "later stricter customer").

use crate::{
    authn::{
        password::PasswordInput,
        password_due::PasswordDue,
        password_policy::{PasswordPolicy, PolicyFailure, check_new_password},
    },
    flow::{error::FlowError, new_password::policy, node::Node, snapshot::Snapshot, verify_password::Verified},
    store,
};

/// Decides, for whoever typed it right. Where no company has rules of its own it takes no statement.
pub(super) async fn password_due(
    node: &Node,
    snapshot: &Snapshot,
    verified: &Verified,
    typed: &str,
) -> Result<Option<PasswordDue>, FlowError> {
    if verified.temporary {
        return Ok(Some(PasswordDue::Temporary));
    }
    if !snapshot.settings.knows_customers() {
        return Ok(None);
    }
    let Ok(input) = PasswordInput::parse(typed) else { return Ok(None) };
    let candidates = store::reference::candidates_for_user(&mut node.db.read().await?, verified.user).await?;
    let everywhere = policy(&snapshot.settings, &[]);
    let stricter = candidates.into_iter().filter(|it| it.usable).map(|it| it.customer).filter(|customer| {
        let own = policy(&snapshot.settings, &[*customer]);
        own != everywhere && is_too_weak(&input, &own)
    });
    let customers: Vec<_> = stricter.collect();
    Ok((!customers.is_empty()).then_some(PasswordDue::Rules(customers)))
}

/// Whether a password breaks what a company can make stricter. Lists of common and personal words are for new ones.
fn is_too_weak(input: &PasswordInput, policy: &PasswordPolicy) -> bool {
    let stricter = |failure: &PolicyFailure| {
        matches!(failure, PolicyFailure::TooShort { .. } | PolicyFailure::TooWeak { .. } | PolicyFailure::Pattern)
    };
    check_new_password(input, policy, &[], false).is_err_and(|failures| failures.iter().any(stricter))
}
