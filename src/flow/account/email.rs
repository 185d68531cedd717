//! A person's e-mail addresses: changed after the new one is proved, with the old one told and able to take it back for
//! seven days (security.md S9; domain.md 2 and 5; decision D24).

use std::time::Duration;

use serde_json::Value;

use crate::{
    authn::send_limits::{SendPurpose, SendRefusal},
    base::{email::EmailAddress, login_name::LoginName, moment::Moment},
    flow::{
        account::{
            event,
            fresh::{Freshness, require_fresh},
            profile::is_managed,
        },
        caller::Caller,
        error::FlowError,
        interaction::Confirm,
        may_send::{Destination, Sending, may_send},
        node::Node,
        outbox::{Desk, Letter, Recipient, enqueue, notices},
        snapshot::Snapshot,
    },
    identity::{own_email::is_same, user::User},
    store::{
        self, Tx,
        link::{LinkPurpose, LiveLink},
        session::Session,
    },
    theme::mails::{AccountExists, EmailChange, EmailVerify},
};

/// How long a link that proves an address works (Q69).
pub const VERIFY_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Addresses that a person may have.
const MOST: usize = 10;

/// What somebody wants of their addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmailWish<'a> {
    /// This one instead of the one that is written to now.
    Change(&'a str),
    /// Prove that this one, which is on the list, is theirs.
    Verify(&'a str),
    /// Write to this one from now on.
    MakePrimary(&'a str),
    /// Take this one off the list.
    Remove(&'a str),
}

/// What became of it.
#[derive(Clone, PartialEq, Debug)]
pub enum EmailOutcome {
    /// A link is on its way, unless the address is somebody else's: then its owner is told that they have an account.
    Sent,
    /// Done.
    Done,
    /// This is to be proved first.
    Prove(Confirm),
    /// It is no address that mail could be sent to.
    Malformed,
    /// It is the address that is written to now, or it cannot be taken off.
    InUse,
    /// Too many were asked for: again after this long.
    Wait(Duration),
    /// A directory owns this login.
    Managed,
    /// The person has no such address.
    NotFound,
}

/// Does what somebody wants of their addresses, if they have just proved who they are (Q84).
pub async fn change_email(
    node: &Node,
    snapshot: &Snapshot,
    session: &Session,
    wish: EmailWish<'_>,
    caller: &Caller,
) -> Result<EmailOutcome, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    store::user::hold(&mut tx, session.user_id).await?;
    let held = store::session::hold(&mut tx, session.id, now).await?;
    let found = store::user::find(&mut tx, session.user_id).await?;
    let (Some(user), Some(held)) = (found, held) else {
        tx.rollback().await?;
        return Ok(EmailOutcome::Prove(Confirm { since: now, methods: Vec::new() }));
    };
    if is_managed(&user) {
        tx.rollback().await?;
        return Ok(EmailOutcome::Managed);
    }
    if let Freshness::Prove(confirm) = require_fresh(&mut tx, &held, now).await? {
        tx.rollback().await?;
        return Ok(EmailOutcome::Prove(confirm));
    }
    let asking = Asking { node, snapshot, user, caller, now };
    let outcome = match wish {
        EmailWish::Change(typed) => asking.send(&mut tx, typed.trim(), true).await?,
        EmailWish::Verify(typed) => asking.send(&mut tx, typed, false).await?,
        EmailWish::MakePrimary(address) => asking.make_primary(&mut tx, address).await?,
        EmailWish::Remove(address) => asking.remove(&mut tx, address).await?,
    };
    match outcome {
        // A refusal of `may_send` is committed, too: it says what was counted.
        EmailOutcome::Sent | EmailOutcome::Done | EmailOutcome::Wait(_) => tx.commit().await?,
        _ => tx.rollback().await?,
    }
    Ok(outcome)
}

struct Asking<'a> {
    node: &'a Node,
    snapshot: &'a Snapshot,
    user: User,
    caller: &'a Caller,
    now: Moment,
}

impl Asking<'_> {
    fn desk(&self) -> Desk<'_> {
        Desk::of(self.node, self.snapshot, self.now)
    }

    /// Sends a link to an address that is to be proved. Whether it is somebody else's is not told here.
    async fn send(&self, tx: &mut Tx, typed: &str, replaces: bool) -> Result<EmailOutcome, FlowError> {
        let Ok(address) = EmailAddress::parse(typed) else { return Ok(EmailOutcome::Malformed) };
        let Ok(name) = LoginName::parse(typed) else { return Ok(EmailOutcome::Malformed) };
        let (user, there) = (&self.user, self.user.email_entry(typed));
        let current = user.email().filter(|email| email.verified && is_same(&email.value, typed));
        match replaces {
            true if current.is_some() => return Ok(EmailOutcome::InUse),
            true if there.is_none() && user.attributes.emails.len() >= MOST => return Ok(EmailOutcome::InUse),
            false if there.is_none_or(|email| email.verified) => return Ok(EmailOutcome::NotFound),
            _ => {}
        }
        let from = self.caller.browser.ip.as_deref().and_then(|ip| ip.parse().ok());
        let to = Destination::Email(&address);
        let sending = Sending { purpose: SendPurpose::VerifyEmail, to, user: Some(user.id), from };
        if let Err(refusal) = may_send(tx, self.node, self.snapshot, &sending).await? {
            return Ok(match refusal {
                SendRefusal::Wait(wait) | SendRefusal::Budget(wait) => EmailOutcome::Wait(wait),
                SendRefusal::Country | SendRefusal::Range => EmailOutcome::Malformed,
            });
        }
        let owner = store::user::find_by_login_name(tx, &name).await?;
        if owner.is_some_and(|owner| owner.id != user.id) {
            self.tell_owner(tx, &address).await?;
        } else {
            self.send_link(tx, &address, replaces).await?;
        }
        let event = event(self.node, self.now, "email.change_requested", user.id, self.caller);
        store::audit::record(tx, &event).await?;
        Ok(EmailOutcome::Sent)
    }

    async fn send_link(&self, tx: &mut Tx, address: &EmailAddress, replaces: bool) -> Result<(), FlowError> {
        let to = Recipient::at(&self.user, address.as_str());
        let old = self.user.email().filter(|_| replaces).map(|email| email.value.clone());
        let new_email = address.as_str().to_owned();
        let letter = match replaces {
            true => Letter::new(&to, &EmailChange { new_email }),
            false => Letter::new(&to, &EmailVerify { new_account: false }),
        };
        let letter = letter
            .with_link(LinkPurpose::VerifyEmail, VERIFY_LIFE)
            .with_detail("email", address.as_str())
            .with_detail("replaces", old.map_or(Value::Null, Value::from));
        enqueue(tx, self.desk(), letter).await?;
        Ok(())
    }

    /// The address is somebody else's, and only they are told.
    async fn tell_owner(&self, tx: &mut Tx, address: &EmailAddress) -> Result<(), FlowError> {
        let issuer = &self.node.issuer;
        let to = Recipient::stranger(address.as_str(), self.user.locale.as_deref());
        let mail = AccountExists {
            sign_in_url: format!("{issuer}{}", super::entry::HOME),
            forgot_url: format!("{issuer}/password/forgot"),
        };
        enqueue(tx, self.desk(), Letter::new(&to, &mail)).await?;
        Ok(())
    }

    async fn make_primary(&self, tx: &mut Tx, address: &str) -> Result<EmailOutcome, FlowError> {
        let Some(changed) = self.user.clone().with_primary_email(address) else { return Ok(EmailOutcome::NotFound) };
        let old = self.user.email().filter(|email| email.verified).map(|email| email.value.clone());
        match old {
            Some(old) if is_same(&old, address) => return Ok(EmailOutcome::InUse),
            Some(old) => {
                notices::email_changed(tx, self.desk(), &self.user, &old, address, &self.caller.browser).await?;
            }
            None => {}
        }
        self.save(tx, changed).await
    }

    async fn remove(&self, tx: &mut Tx, address: &str) -> Result<EmailOutcome, FlowError> {
        let Some(entry) = self.user.email_entry(address).cloned() else { return Ok(EmailOutcome::NotFound) };
        let Some(changed) = self.user.clone().without_email(address) else { return Ok(EmailOutcome::InUse) };
        if entry.verified {
            let now_at = changed.email().map(|email| email.value.clone()).unwrap_or_default();
            let (desk, browser) = (self.desk(), &self.caller.browser);
            notices::email_removed(tx, desk, &self.user, &entry.value, &now_at, browser).await?;
        }
        self.save(tx, changed).await
    }

    async fn save(&self, tx: &mut Tx, mut changed: User) -> Result<EmailOutcome, FlowError> {
        changed.updated_at = self.now;
        store::user::update(tx, &changed).await?;
        store::link::end_for_user(tx, changed.id, self.now).await?;
        let event = event(self.node, self.now, "email.changed", changed.id, self.caller);
        store::audit::record(tx, &event).await?;
        Ok(EmailOutcome::Done)
    }
}

/// What became of a link that proves an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verified {
    /// The address is the account's.
    Done,
    /// It became somebody else's meanwhile, or there is nobody any more to give it to.
    Gone,
}

/// Gives an address to its account, in the transaction that used the link up. Sessions go on; links that were sent to the
/// addresses before do not work any more (domain.md 5).
pub(in crate::flow) async fn verify(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    link: &LiveLink,
    caller: &Caller,
    now: Moment,
) -> Result<Verified, FlowError> {
    let text = |name: &str| link.detail.get(name).and_then(Value::as_str);
    let (Some(id), Some(new)) = (link.user, text("email")) else { return Ok(Verified::Gone) };
    if store::user::hold(tx, id).await?.is_none() {
        return Ok(Verified::Gone);
    }
    let Some(user) = store::user::find(tx, id).await?.filter(|user| !is_managed(user)) else {
        return Ok(Verified::Gone);
    };
    let Ok(name) = LoginName::parse(new) else { return Ok(Verified::Gone) };
    let owner = store::user::find_by_login_name(tx, &name).await?;
    if owner.is_some_and(|owner| owner.id != id) {
        return Ok(Verified::Gone);
    }
    let old = text("replaces").and_then(|old| user.email_entry(old)).cloned();
    let old_value = old.as_ref().map(|email| email.value.as_str());
    let changed = User { updated_at: now, ..user.clone().with_verified_email(new, old_value) };
    store::user::update(tx, &changed).await?;
    store::link::end_for_user(tx, id, now).await?;
    if let Some(old) = old.filter(|email| email.verified) {
        let desk = Desk::of(node, snapshot, now);
        notices::email_changed(tx, desk, &user, &old.value, new, &caller.browser).await?;
    }
    Ok(Verified::Done)
}

/// Takes a change back, in the transaction that used the link up (S9): the old address is written to again. What was
/// enrolled since is not the owner's, and the password may be a thief's: both are gone, so that nobody changes a factor
/// before the owner has set a new one. `false` if the old address became somebody else's meanwhile.
pub(in crate::flow) async fn undo(tx: &mut Tx, link: &LiveLink, now: Moment) -> Result<bool, FlowError> {
    let text = |name: &str| link.detail.get(name).and_then(Value::as_str);
    let (Some(id), Some(old), Some(new)) = (link.user, text("old_email"), text("new_email")) else {
        return Ok(false);
    };
    store::user::hold(tx, id).await?;
    let Some(user) = store::user::find(tx, id).await? else { return Ok(false) };
    let Ok(name) = LoginName::parse(old) else { return Ok(false) };
    let owner = store::user::find_by_login_name(tx, &name).await?;
    if owner.is_some_and(|owner| owner.id != id) {
        return Ok(false);
    }
    let restored = User { updated_at: now, ..user.with_email_restored(old, new) };
    store::user::update(tx, &restored).await?;
    store::password::remove(tx, id).await?;
    for factor in store::factor::enrolled(tx, id).await? {
        if factor.created_at >= link.created_at {
            store::passkey::remove(tx, id, factor.id).await?;
            store::totp::remove(tx, id, factor.id).await?;
        }
    }
    store::recovery_code::remove_since(tx, id, link.created_at).await?;
    store::trusted_browser::forget_for_user(tx, id, None).await?;
    store::factor::end_begun(tx, id, now).await?;
    Ok(true)
}
