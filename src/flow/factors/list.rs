//! The factors of a person as they see them: listed, renamed, removed (screens.md 2, "Sign-in methods").

use uuid::Uuid;

use crate::{
    authn::{
        factor::{MfaMethod, factor_name},
        mask,
        mfa_policy::{Held, MfaRules, may_remove},
        one_time_code::Channel,
    },
    base::{id::UserId, phone},
    flow::{
        error::FlowError,
        factors::{CHANNELS, Enrolling, Refusal, assess, event, permit_change},
        node::Node,
        outbox::{Desk, notices},
        snapshot::Snapshot,
    },
    store::{self, Tx, factor::Enrolled, trusted_browser::TrustedBrowser},
};

/// What a person has to prove who they are, besides the password.
pub struct Factors {
    /// Apps and passkeys, the oldest first.
    pub enrolled: Vec<Enrolled>,
    /// Recovery codes that are left.
    pub recovery_left: u32,
    /// Where a code by mail would go, masked.
    pub email: Option<String>,
    /// Where a code by SMS would go, masked.
    pub phone: Option<String>,
    /// Browsers that are not asked for a factor, where that is allowed.
    pub trusted: Vec<TrustedBrowser>,
}

/// Lists them.
pub async fn list_factors(node: &Node, user: UserId) -> Result<Factors, FlowError> {
    let mut tx = node.db.read().await?;
    let person = store::user::find(&mut tx, user).await?.ok_or(FlowError::Corrupt("user_account"))?;
    Ok(Factors {
        enrolled: store::factor::enrolled(&mut tx, user).await?,
        recovery_left: store::recovery_code::left(&mut tx, user).await?,
        email: assess::target(&person, Channel::Email).map(mask::email),
        phone: assess::target(&person, Channel::Sms).map(phone::mask),
        trusted: store::trusted_browser::of_user(&mut tx, user).await?,
    })
}

/// Where a code of `channel` goes, masked, for the page that offers it; `None` if there is nowhere.
pub async fn masked_target(tx: &mut Tx, user: UserId, channel: Channel) -> Result<Option<String>, FlowError> {
    let person = store::user::find(tx, user).await?;
    Ok(person.as_ref().and_then(|person| assess::target(person, channel)).map(|target| match channel {
        Channel::Email => mask::email(target),
        Channel::Sms => phone::mask(target),
    }))
}

/// Gives a factor another name; `false` if the person has no such factor, or the name is empty.
pub async fn rename_factor(node: &Node, enrolling: &Enrolling<'_>, id: Uuid, typed: &str) -> Result<bool, FlowError> {
    let Some(name) = factor_name(typed) else { return Ok(false) };
    let (now, user) = (node.now(), enrolling.session.user_id);
    let mut tx = node.db.write().await?;
    let renamed = store::totp::rename(&mut tx, user, id, &name).await?
        || store::passkey::rename(&mut tx, user, id, &name).await?;
    if !renamed {
        tx.rollback().await?;
        return Ok(false);
    }
    let event = event(node, now, "factor.renamed", user, enrolling.caller).detail("factor", id.to_string());
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}

/// What became of the wish to remove a factor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RemoveFactor {
    /// It is gone, and its owner is told (Q62). "Sign out everywhere else" is to be offered (Q83).
    Removed {
        /// What it was.
        method: MfaMethod,
        /// No factor is left: recovery codes and trusted browsers went with it.
        last: bool,
    },
    /// A factor is required, and this is the only one that will do.
    Required,
    /// There is no password: without it nobody could sign in.
    OnlyCredential,
    /// The person has no such factor.
    NotFound,
    /// Not now.
    Refused(Refusal),
}

/// Removes a factor.
pub async fn remove_factor(
    node: &Node,
    snapshot: &Snapshot,
    enrolling: &Enrolling<'_>,
    id: Uuid,
) -> Result<RemoveFactor, FlowError> {
    let (now, user) = (node.now(), enrolling.session.user_id);
    let mut tx = node.db.write().await?;
    let outcome = match enrolling.hold(&mut tx, now).await? {
        None => RemoveFactor::Refused(Refusal::SignInAgain),
        Some(holding) => match permit_change(&mut tx, &holding.session, now).await? {
            Err(refusal) => RemoveFactor::Refused(refusal),
            Ok(()) => remove(&mut tx, node, snapshot, enrolling, id).await?,
        },
    };
    let RemoveFactor::Removed { method, .. } = &outcome else {
        tx.rollback().await?;
        return Ok(outcome);
    };
    let event = event(node, now, "factor.removed", user, enrolling.caller).detail("method", method.text());
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(outcome)
}

async fn remove(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    enrolling: &Enrolling<'_>,
    id: Uuid,
) -> Result<RemoveFactor, FlowError> {
    let user = enrolling.session.user_id;
    let factors = store::factor::enrolled(tx, user).await?;
    let Some(factor) = factors.iter().find(|factor| factor.id == id) else { return Ok(RemoveFactor::NotFound) };
    let before = assess::held(tx, user, &CHANNELS).await?;
    let kept =
        |method: &MfaMethod| *method != factor.method || factors.iter().any(|it| it.id != id && it.method == *method);
    let after = Held { enrolled: before.enrolled.iter().copied().filter(kept).collect(), ..before.clone() };
    let passkeys_left = factors.iter().any(|it| it.id != id && it.method == MfaMethod::Passkey);
    if factor.method == MfaMethod::Passkey && !passkeys_left && store::password::find(tx, user).await?.is_none() {
        return Ok(RemoveFactor::OnlyCredential);
    }
    let rules = rules_of(tx, node, snapshot, enrolling).await?;
    if !rules.iter().all(|rules| may_remove(rules, &before, &after)) {
        return Ok(RemoveFactor::Required);
    }
    match factor.method {
        MfaMethod::Passkey => store::passkey::remove(tx, user, id).await?,
        _ => store::totp::remove(tx, user, id).await?,
    };
    tell(tx, Desk::of(node, snapshot, node.now()), user, factor, enrolling).await?;
    let last = !after.has_factor();
    if last {
        store::recovery_code::remove_for_user(tx, user).await?;
        store::trusted_browser::forget_for_user(tx, user, None).await?;
    }
    Ok(RemoveFactor::Removed { method: factor.method, last })
}

/// Tells the owner (Q62).
async fn tell(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: UserId,
    factor: &Enrolled,
    enrolling: &Enrolling<'_>,
) -> Result<(), FlowError> {
    let Some(person) = store::user::find(tx, user).await? else { return Ok(()) };
    let browser = &enrolling.caller.browser;
    match factor.method {
        MfaMethod::Passkey => notices::passkey_removed(tx, desk, &person, &factor.name, browser).await?,
        method => notices::factor_removed(tx, desk, &person, method, browser).await?,
    }
    Ok(())
}

/// Every rule that a person lives under: where they are now, the instance's, and those of their companies.
async fn rules_of(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    enrolling: &Enrolling<'_>,
) -> Result<Vec<MfaRules>, FlowError> {
    let user = enrolling.session.user_id;
    let own = assess::rules(tx, node, snapshot, user, None, None).await?;
    let mut all = vec![enrolling.rules.clone(), own];
    for candidate in store::reference::candidates_for_user(tx, user).await? {
        if candidate.usable {
            all.push(assess::rules(tx, node, snapshot, user, None, Some(candidate.customer)).await?);
        }
    }
    Ok(all)
}
