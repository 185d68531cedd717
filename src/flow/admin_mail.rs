//! `usher admin invite` and `usher admin reset-link`: an administrator starts what somebody finishes with a link, and never
//! knows a secret (S10, Q63). The mail is written by the node that serves, or the link is printed.

use std::time::Duration;

use crate::{
    base::{
        bearer::mint,
        entropy::Entropy,
        id::{ErrandId, LinkId, ReferenceId},
        login_name::LoginName,
        moment::Moment,
    },
    flow::{
        admin_link::Link,
        errands::{AdminRequest, Errand},
        error::FlowError,
        invite::{INVITE_LIFE, detail},
        outbox::Recipient,
    },
    identity::{
        audit::{Actor, AuditEvent},
        customer::CustomerCode,
        user::User,
    },
    store::{
        self, Db, Tx,
        link::{LinkPurpose, NewLink},
    },
};

/// Whom, and how.
#[derive(Clone, Copy)]
pub struct Inviting<'a> {
    /// User name or verified e-mail address.
    pub name: &'a str,
    /// Code of the company to join; none: the one whose invitation waits, if there is one.
    pub customer: Option<&'a str>,
    /// The link is to be printed, and not mailed.
    pub print: bool,
}

/// What became of it.
pub enum AdminMailOutcome {
    /// A mail goes to this address as soon as a server runs.
    Mailed(String),
    /// The link, to be handed over.
    Printed(Link),
    /// The login has no address that may be written to.
    NoAddress,
    /// There is a password, and no membership that waits.
    NothingToAccept,
    /// Too many mails wait.
    Full,
    /// Nobody has this name.
    NoSuchUser,
    /// There is no company of this code, or the person is nobody there.
    NotThere(String),
    /// The login is disabled, or locked by an administrator.
    Disabled,
}

/// Invites somebody: to a first password, to a company, or both.
///
/// # Errors
/// If the database fails.
pub async fn admin_invite(
    db: &Db,
    entropy: &dyn Entropy,
    now: Moment,
    inviting: &Inviting<'_>,
) -> Result<AdminMailOutcome, FlowError> {
    let mut tx = db.write().await?;
    let outcome = invite(&mut tx, entropy, now, inviting).await?;
    finish(tx, outcome).await
}

/// Sends somebody a link to a new password, also where people may not ask for one themselves (inventory K18).
///
/// # Errors
/// If the database fails.
pub async fn admin_reset_link(
    db: &Db,
    entropy: &dyn Entropy,
    now: Moment,
    name: &str,
) -> Result<AdminMailOutcome, FlowError> {
    let mut tx = db.write().await?;
    let outcome = reset(&mut tx, entropy, now, name).await?;
    finish(tx, outcome).await
}

async fn finish(tx: Tx, outcome: AdminMailOutcome) -> Result<AdminMailOutcome, FlowError> {
    match outcome {
        AdminMailOutcome::Mailed(_) | AdminMailOutcome::Printed(_) => tx.commit().await?,
        _ => tx.rollback().await?,
    }
    Ok(outcome)
}

async fn invite(
    tx: &mut Tx,
    entropy: &dyn Entropy,
    now: Moment,
    inviting: &Inviting<'_>,
) -> Result<AdminMailOutcome, FlowError> {
    let user = match find(tx, inviting.name).await? {
        Ok(user) => user,
        Err(outcome) => return Ok(outcome),
    };
    let reference = match inviting.customer {
        Some(code) => match waits_at(tx, &user, code).await? {
            Some(reference) => Some(reference),
            None => return Ok(AdminMailOutcome::NotThere(code.to_owned())),
        },
        None => store::invitation::waiting(tx, user.id).await?,
    };
    if reference.is_none() && store::password::find(tx, user.id).await?.is_some() {
        return Ok(AdminMailOutcome::NothingToAccept);
    }
    let event = AuditEvent::new(entropy, now, "invitation.sent", Actor::Operator("admin invite"))
        .target("user", user.id.text())
        .detail("printed", inviting.print);
    store::audit::record(tx, &event).await?;
    if inviting.print {
        return print(tx, entropy, now, &user, reference).await.map(AdminMailOutcome::Printed);
    }
    let Some(to) = Recipient::preferred(&user) else { return Ok(AdminMailOutcome::NoAddress) };
    let errand = Errand::Invite(AdminRequest { user: user.id, reference });
    leave(tx, entropy, now, &errand, to.address).await
}

async fn reset(tx: &mut Tx, entropy: &dyn Entropy, now: Moment, name: &str) -> Result<AdminMailOutcome, FlowError> {
    let user = match find(tx, name).await? {
        Ok(user) => user,
        Err(outcome) => return Ok(outcome),
    };
    let first = store::password::find(tx, user.id).await?.is_none();
    let to = Recipient::verified(&user).or_else(|| Recipient::preferred(&user).filter(|_| first));
    let Some(to) = to else { return Ok(AdminMailOutcome::NoAddress) };
    let event = AuditEvent::new(entropy, now, "password.link_sent", Actor::Operator("admin reset-link"))
        .target("user", user.id.text());
    store::audit::record(tx, &event).await?;
    leave(tx, entropy, now, &Errand::AdminReset(AdminRequest { user: user.id, reference: None }), to.address).await
}

async fn leave(
    tx: &mut Tx,
    entropy: &dyn Entropy,
    now: Moment,
    errand: &Errand,
    address: String,
) -> Result<AdminMailOutcome, FlowError> {
    let what = serde_json::to_string(errand).map_err(|_| FlowError::Corrupt("errand"))?;
    let left = store::errand::insert(tx, ErrandId::new(entropy, now), &what, now).await?;
    Ok(if left { AdminMailOutcome::Mailed(address) } else { AdminMailOutcome::Full })
}

async fn print(
    tx: &mut Tx,
    entropy: &dyn Entropy,
    now: Moment,
    user: &User,
    reference: Option<ReferenceId>,
) -> Result<Link, FlowError> {
    let id = LinkId::new(entropy, now);
    let minted = mint(LinkPurpose::Invite.kind(), id.uuid(), entropy);
    let life: Duration = INVITE_LIFE;
    let link = NewLink {
        id,
        hash: &minted.hash,
        purpose: LinkPurpose::Invite,
        user: Some(user.id),
        detail: &detail(user, reference),
        now,
        expires_at: now.plus(life),
    };
    store::link::store(tx, &link).await?;
    Ok(Link { token: minted.value, expires_at: link.expires_at })
}

async fn find(tx: &mut Tx, name: &str) -> Result<Result<User, AdminMailOutcome>, FlowError> {
    let Ok(name) = LoginName::parse(name) else { return Ok(Err(AdminMailOutcome::NoSuchUser)) };
    Ok(match store::user::find_by_login_name(tx, &name).await? {
        Some(user) if user.is_usable() => Ok(user),
        Some(_) => Err(AdminMailOutcome::Disabled),
        None => Err(AdminMailOutcome::NoSuchUser),
    })
}

/// The membership at the company of this code, if it waits to be accepted.
async fn waits_at(tx: &mut Tx, user: &User, code: &str) -> Result<Option<ReferenceId>, FlowError> {
    let Ok(code) = code.parse::<CustomerCode>() else { return Ok(None) };
    let Some(customer) = store::customer::find_by_code(tx, &code).await? else { return Ok(None) };
    let Some(reference) = store::reference::find_by_user(tx, customer.id, user.id).await? else { return Ok(None) };
    Ok(store::invitation::find(tx, reference.id, user.id).await?.map(|it| it.reference))
}
