//! Links that do one thing after one click: clear an automatic lock, say "this was not me" (inventory X5, K27), prove an
//! e-mail address, or take its change back (security.md S9).

use std::time::Duration;

use crate::{
    base::{
        bearer::{Presented, mint},
        id::{LinkId, UserId},
        moment::Moment,
        secret::Secret,
    },
    flow::{
        account::email::{self, Verified},
        caller::Caller,
        error::FlowError,
        node::Node,
    },
    identity::audit::{Actor, AuditEvent},
    store::{self, Tx, link::LinkPurpose},
};

/// How long a new password can be set after "this was not me".
const PASSWORD_LIFE: Duration = Duration::from_secs(30 * 60);

/// What a link does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkAction {
    /// Clears the lock that too many wrong passwords brought; one that an administrator set stays.
    Unlock,
    /// Ends every session and every grant, and leads to a new password.
    NotMe,
    /// Gives an e-mail address to the account that asked for it.
    VerifyEmail,
    /// Takes the change of an e-mail address back, closes everything, and leads to a new password.
    UndoEmail,
}

impl LinkAction {
    /// The purpose of its links.
    pub const fn purpose(self) -> LinkPurpose {
        match self {
            Self::Unlock => LinkPurpose::Unlock,
            Self::NotMe => LinkPurpose::NotMe,
            Self::VerifyEmail => LinkPurpose::VerifyEmail,
            Self::UndoEmail => LinkPurpose::UndoEmail,
        }
    }
}

/// What became of it.
pub enum LinkActionOutcome {
    /// What the link is for is done, and there is nothing more to do.
    Done,
    /// Everything is closed; the token sets a new password, once.
    Secured(Secret<String>),
    /// The link was used or is too old.
    LinkGone,
}

/// The name of the account that a link is about, without using the link (D24).
pub async fn account(node: &Node, presented: &Presented, action: LinkAction) -> Result<Option<String>, FlowError> {
    let mut tx = node.db.read().await?;
    let peeked = store::link::peek(&mut tx, presented, action.purpose(), node.now()).await?;
    let Some(Some(user)) = peeked else { return Ok(None) };
    Ok(store::user::find(&mut tx, user).await?.map(|user| user.user_name))
}

/// Does it, once.
pub async fn act(
    node: &Node,
    presented: &Presented,
    action: LinkAction,
    caller: &Caller,
) -> Result<LinkActionOutcome, FlowError> {
    let (now, snapshot) = (node.now(), node.snapshot().await?);
    let mut tx = node.db.write().await?;
    let taken = store::link::take(&mut tx, presented, action.purpose(), now).await?;
    let Some((user, link)) = taken.and_then(|link| Some((link.user?, link))) else {
        tx.rollback().await?;
        return Ok(LinkActionOutcome::LinkGone);
    };
    let (word, secures) = match action {
        LinkAction::Unlock => {
            store::lockout::unlock(&mut tx, user).await?;
            ("user.unlocked", false)
        }
        LinkAction::NotMe => ("account.not_me", true),
        LinkAction::VerifyEmail => match email::verify(&mut tx, node, &snapshot, &link, caller, now).await? {
            Verified::Done => ("email.changed", false),
            Verified::Gone => {
                tx.rollback().await?;
                return Ok(LinkActionOutcome::LinkGone);
            }
        },
        LinkAction::UndoEmail => match email::undo(&mut tx, &link, now).await? {
            true => ("email.change_undone", true),
            false => {
                tx.rollback().await?;
                return Ok(LinkActionOutcome::LinkGone);
            }
        },
    };
    let outcome = match secures {
        true => {
            close(&mut tx, user, now).await?;
            LinkActionOutcome::Secured(password_link(&mut tx, node, user, now).await?)
        }
        false => LinkActionOutcome::Done,
    };
    let event = AuditEvent::new(&*node.entropy, now, word, Actor::User(user))
        .target("user", user.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone())
        .detail("via", "link");
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Ends what a thief may hold: sessions, grants, known browsers, and links that lead in.
async fn close(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), FlowError> {
    store::session::end_for_user(tx, user, now).await?;
    store::grant::revoke_for_user(tx, user, "not me", now).await?;
    store::known_browser::forget_for_user(tx, user, None).await?;
    store::link::end_for_user(tx, user, now).await?;
    Ok(())
}

/// Whoever holds the notice holds a mailbox of the account: a link to a new password goes straight into that browser, and
/// not to an address that a thief may have changed.
async fn password_link(tx: &mut Tx, node: &Node, user: UserId, now: Moment) -> Result<Secret<String>, FlowError> {
    let id = LinkId::new(&*node.entropy, now);
    let minted = mint(LinkPurpose::Password.kind(), id.uuid(), &*node.entropy);
    let ends = now.plus(PASSWORD_LIFE);
    store::link::insert(tx, id, &minted.hash, LinkPurpose::Password, Some(user), now, ends).await?;
    Ok(minted.value)
}
