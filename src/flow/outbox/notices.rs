//! One function per notice: what happened to an account, told to its owner in the transaction that did it (security.md
//! Q62). Notices use up no other budget (D32). Each goes to every verified address, and most carry a link that says "this
//! was not me".

use std::time::Duration;

use serde_json::Value;

use super::{
    letter::{Desk, Letter, Recipient, enqueue},
    render::moment,
};
use crate::{
    authn::factor::MfaMethod,
    base::{device, email::masked, id::UserId, moment::Moment},
    identity::user::User,
    store::{self, StoreError, Tx, link::LinkPurpose, session::Browser},
    theme::mails::{
        AccountDeletionScheduled, AccountLocked, Circumstance, EmailChanged, Mail, MfaAdded, MfaRemoved, MfaReset,
        NewDevice, PasskeyAdded, PasskeyRemoved, PasswordChanged, PhoneChanged, RecoveryUsed, ReferenceAdded,
        ReferenceRemoved,
    },
};

/// How often the owner of a locked account is told (security.md S6).
const LOCK_NOTICE_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long "this was not me" works.
pub const NOT_ME_LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a change of the e-mail address can be taken back (security.md S9).
pub const UNDO_LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a locked account can be unlocked by mail.
pub const UNLOCK_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// When and where it happened, as a mail tells it.
pub fn circumstance(browser: &Browser, now: Moment) -> Circumstance {
    Circumstance {
        time: moment(now),
        device: browser.user_agent.as_deref().map(device::described).unwrap_or_default(),
        request_ip: browser.ip.clone().unwrap_or_default(),
        place: String::new(),
    }
}

/// Tells somebody at every verified address, with a link that says "this was not me".
async fn tell<M: Mail>(tx: &mut Tx, desk: Desk<'_>, user: &User, mail: &M) -> Result<(), StoreError> {
    for to in Recipient::all_verified(user) {
        enqueue(tx, desk, Letter::new(&to, mail).with_link(LinkPurpose::NotMe, NOT_ME_LIFE)).await?;
    }
    Ok(())
}

/// An account was locked after too many wrong passwords; told at most once an hour. `lock` is how long it stands; zero:
/// until somebody unlocks it.
pub async fn account_locked(tx: &mut Tx, desk: Desk<'_>, user: UserId, lock: Duration) -> Result<(), StoreError> {
    if store::message::sent_since(tx, user, AccountLocked::KEY, desk.now.minus(LOCK_NOTICE_EVERY)).await? {
        return Ok(());
    }
    let Some(user) = store::user::find(tx, user).await? else { return Ok(()) };
    let Some(to) = Recipient::verified(&user) else { return Ok(()) };
    let lock_minutes = i64::try_from(lock.as_secs().div_ceil(60)).unwrap_or_default();
    let letter = Letter::new(&to, &AccountLocked { lock_minutes }).with_link(LinkPurpose::Unlock, UNLOCK_LIFE);
    enqueue(tx, desk, letter).await.map(drop)
}

/// The password was changed, by its owner or by an administrator.
pub async fn password_changed(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    by_admin: bool,
    browser: &Browser,
) -> Result<(), StoreError> {
    tell(tx, desk, user, &PasswordChanged { by_admin, at: circumstance(browser, desk.now) }).await
}

/// The e-mail address was changed: `old`, which was verified, is told and can take it back for seven days. The link
/// carries `old_email` and `new_email` in full.
pub async fn email_changed(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    old: &str,
    new: &str,
    browser: &Browser,
) -> Result<(), StoreError> {
    undoable(tx, desk, user, old, [new, new], browser).await
}

/// An e-mail address was taken off: `old`, which was verified, is told and can take it back for seven days. `left` is
/// what is written to now; the link names `old` alone.
pub async fn email_removed(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    old: &str,
    left: &str,
    browser: &Browser,
) -> Result<(), StoreError> {
    undoable(tx, desk, user, old, [left, old], browser).await
}

/// What the mail shows, and what its link takes away again.
async fn undoable(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    old: &str,
    [shown, new]: [&str; 2],
    browser: &Browser,
) -> Result<(), StoreError> {
    let to = Recipient::at(user, old);
    let mail = EmailChanged { new_email: masked(shown), at: circumstance(browser, desk.now) };
    let letter = Letter::new(&to, &mail)
        .with_link(LinkPurpose::UndoEmail, UNDO_LIFE)
        .with_detail("old_email", Value::from(old))
        .with_detail("new_email", Value::from(new));
    enqueue(tx, desk, letter).await.map(drop)
}

/// A telephone number was added or changed (`masked`: as it may be shown), or removed (`None`).
pub async fn phone_changed(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    masked: Option<&str>,
    browser: &Browser,
) -> Result<(), StoreError> {
    let phone = masked.unwrap_or_default().to_owned();
    tell(tx, desk, user, &PhoneChanged { phone, at: circumstance(browser, desk.now) }).await
}

/// A second factor was enrolled.
pub async fn factor_added(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    method: MfaMethod,
    browser: &Browser,
) -> Result<(), StoreError> {
    let method = method.text().to_owned();
    tell(tx, desk, user, &MfaAdded { method, at: circumstance(browser, desk.now) }).await
}

/// A second factor was removed.
pub async fn factor_removed(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    method: MfaMethod,
    browser: &Browser,
) -> Result<(), StoreError> {
    let method = method.text().to_owned();
    tell(tx, desk, user, &MfaRemoved { method, at: circumstance(browser, desk.now) }).await
}

/// An administrator removed every second factor.
pub async fn factors_reset(tx: &mut Tx, desk: Desk<'_>, user: &User) -> Result<(), StoreError> {
    tell(tx, desk, user, &MfaReset { time: moment(desk.now) }).await
}

/// A passkey was added.
pub async fn passkey_added(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    name: &str,
    browser: &Browser,
) -> Result<(), StoreError> {
    let mail = PasskeyAdded { passkey_name: name.to_owned(), at: circumstance(browser, desk.now) };
    tell(tx, desk, user, &mail).await
}

/// A passkey was removed.
pub async fn passkey_removed(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    name: &str,
    browser: &Browser,
) -> Result<(), StoreError> {
    let mail = PasskeyRemoved { passkey_name: name.to_owned(), at: circumstance(browser, desk.now) };
    tell(tx, desk, user, &mail).await
}

/// A recovery code was used.
pub async fn recovery_code_used(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    codes_left: u32,
    browser: &Browser,
) -> Result<(), StoreError> {
    let mail = RecoveryUsed { codes_left: codes_left.into(), at: circumstance(browser, desk.now) };
    tell(tx, desk, user, &mail).await
}

/// A browser signed in that this person never used before.
pub async fn new_browser(tx: &mut Tx, desk: Desk<'_>, user: &User, browser: &Browser) -> Result<(), StoreError> {
    tell(tx, desk, user, &NewDevice { at: circumstance(browser, desk.now) }).await
}

/// Somebody with a login was given access to a company (inventory O13). `role` is empty where nothing was said.
pub async fn membership_added(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    customer: &str,
    role: &str,
    sign_in_url: &str,
) -> Result<(), StoreError> {
    let mail = ReferenceAdded { role: role.to_owned(), sign_in_url: sign_in_url.to_owned() };
    plain(tx, desk, user, &mail, Some(customer)).await
}

/// Somebody's access to a company ended.
pub async fn membership_removed(tx: &mut Tx, desk: Desk<'_>, user: &User, customer: &str) -> Result<(), StoreError> {
    plain(tx, desk, user, &ReferenceRemoved { time: moment(desk.now) }, Some(customer)).await
}

/// The deletion of an account was asked for. `cancel_url` is where it is called off, after signing in.
pub async fn deletion_scheduled(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    delete_at: Moment,
    cancel_url: &str,
) -> Result<(), StoreError> {
    let day = moment(delete_at).split(' ').next().unwrap_or_default().to_owned();
    let mail = AccountDeletionScheduled { delete_at: day, cancel_url: cancel_url.to_owned() };
    plain(tx, desk, user, &mail, None).await
}

/// Tells somebody at every verified address, without a link of its own.
async fn plain<M: Mail>(
    tx: &mut Tx,
    desk: Desk<'_>,
    user: &User,
    mail: &M,
    customer: Option<&str>,
) -> Result<(), StoreError> {
    for to in Recipient::all_verified(user) {
        enqueue(tx, desk, Letter::new(&to, mail).about(customer, None)).await?;
    }
    Ok(())
}
