//! Browsers that are not asked for a second factor for a while (domain.md 1, inventory M27). What they spare is
//! `mfa.policy`, never `acr_values`, a stated `mfa.min_acr` or a step-up: `authn::mfa_policy` sees to it.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    authn::{acr::Acr, assurance::Assurance, known_browser::COOKIE_LIFE, mfa_policy::MfaRules},
    base::{
        bearer::{self, BearerKind},
        id::UserId,
        moment::Moment,
        secret::Secret,
    },
    flow::{
        caller::Caller,
        error::FlowError,
        factors::{Proved, event},
        node::Node,
    },
    store,
};

/// The longest that any setting lets a browser be trusted.
pub const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The cookie of a trusted browser, to be set.
pub struct TrustCookie {
    /// Its value.
    pub value: Secret<String>,
    /// How long the browser keeps it. How long it is trusted is looked up each time.
    pub keep: Duration,
}

/// What became of the box "trust this device".
pub enum Trust {
    /// The browser is trusted; it has its cookie.
    Trusted,
    /// The browser is trusted and gets a cookie.
    Cookie(TrustCookie),
    /// `mfa.remember_device` is zero, or no second factor was proved.
    NotAllowed,
}

/// Trusts the browser in which a second factor was just proved, in the transaction of the proof.
pub async fn trust_browser(
    proved: &mut Proved,
    node: &Node,
    rules: &MfaRules,
    caller: &Caller,
    now: Moment,
) -> Result<Trust, FlowError> {
    let second = Assurance::of(crate::authn::assurance::Proof::Password).with(proved.proof).acr > Acr::Pwd;
    if rules.remember_device.is_zero() || !second {
        return Ok(Trust::NotAllowed);
    }
    let (tx, user) = (&mut proved.tx, proved.user);
    let event = event(node, now, "browser.trusted", user, caller);
    if let Some(presented) = &caller.trusted_browser
        && store::trusted_browser::exists(tx, presented).await?
    {
        store::trusted_browser::trust(tx, presented.id, &presented.hash, user, &caller.browser, now).await?;
        store::audit::record(tx, &event).await?;
        return Ok(Trust::Trusted);
    }
    let id = node.entropy.uuid(now);
    let minted = bearer::mint(BearerKind::TrustedBrowser, id, &*node.entropy);
    store::trusted_browser::trust(tx, id, &minted.hash, user, &caller.browser, now).await?;
    store::audit::record(tx, &event).await?;
    Ok(Trust::Cookie(TrustCookie { value: minted.value, keep: COOKIE_LIFE }))
}

/// Trusts a browser no more; `false` if the person trusts no such browser.
pub async fn forget_browser(node: &Node, user: UserId, id: Uuid, caller: &Caller) -> Result<bool, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    if !store::trusted_browser::forget(&mut tx, id, user).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    store::audit::record(&mut tx, &event(node, now, "browser.forgotten", user, caller)).await?;
    tx.commit().await?;
    Ok(true)
}
