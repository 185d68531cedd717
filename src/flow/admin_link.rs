//! `usher admin link`: a way in for whoever has the machine, when nobody else can give one (security.md S10).

use std::time::Duration;

use crate::{
    base::{
        bearer::{BearerKind, mint},
        entropy::Entropy,
        id::LinkId,
        login_name::LoginName,
        moment::Moment,
        secret::Secret,
    },
    identity::audit::{Actor, AuditEvent},
    store::{Db, StoreError, admin_role, audit, link, link::LinkPurpose, user},
};

/// How long the set-up page can be opened.
const SETUP_LIFE: Duration = Duration::from_secs(30 * 60);
/// How long a password can be set.
const PASSWORD_LIFE: Duration = Duration::from_secs(15 * 60);

/// What became of the request for a link.
pub enum AdminLinkOutcome {
    /// A link to `/setup`, which makes the first administrator.
    Setup(Link),
    /// A link to `/password/reset`, which sets a password and signs nobody in.
    Password(Link),
    /// There is an administrator: a link needs a name.
    AlreadySetUp,
    /// Nobody has this name.
    NoSuchUser,
    /// The user is disabled, or locked by an administrator; a password would not let them in.
    Disabled,
}

/// A single-use link. Links made before for the same purpose are dead.
pub struct Link {
    /// The parameter `t`.
    pub token: Secret<String>,
    /// It works until then.
    pub expires_at: Moment,
}

/// Makes a link that sets the password of `user`, or without one the link to the set-up page.
///
/// # Errors
/// If the database fails.
pub async fn admin_link(
    db: &Db,
    entropy: &dyn Entropy,
    now: Moment,
    user: Option<&str>,
) -> Result<AdminLinkOutcome, StoreError> {
    match user {
        Some(name) => password_link(db, entropy, now, name).await,
        None => setup_link(db, entropy, now).await,
    }
}

async fn setup_link(db: &Db, entropy: &dyn Entropy, now: Moment) -> Result<AdminLinkOutcome, StoreError> {
    let mut tx = db.write().await?;
    if admin_role::system_admins(&mut tx).await? > 0 {
        tx.rollback().await?;
        return Ok(AdminLinkOutcome::AlreadySetUp);
    }
    let id = LinkId::new(entropy, now);
    let minted = mint(BearerKind::SetupLink, id.uuid(), entropy);
    let expires_at = now.plus(SETUP_LIFE);
    link::insert(&mut tx, id, &minted.hash, LinkPurpose::Setup, None, now, expires_at).await?;
    audit::record(&mut tx, &AuditEvent::new(entropy, now, "setup.link_created", Actor::Operator("admin link"))).await?;
    tx.commit().await?;
    Ok(AdminLinkOutcome::Setup(Link { token: minted.value, expires_at }))
}

async fn password_link(
    db: &Db,
    entropy: &dyn Entropy,
    now: Moment,
    name: &str,
) -> Result<AdminLinkOutcome, StoreError> {
    let Ok(name) = LoginName::parse(name) else { return Ok(AdminLinkOutcome::NoSuchUser) };
    let mut tx = db.write().await?;
    let user = match user::find_by_login_name(&mut tx, &name).await? {
        Some(user) if user.is_usable() => user,
        found => {
            tx.rollback().await?;
            return Ok(found.map_or(AdminLinkOutcome::NoSuchUser, |_| AdminLinkOutcome::Disabled));
        }
    };
    let id = LinkId::new(entropy, now);
    let minted = mint(BearerKind::PasswordLink, id.uuid(), entropy);
    let expires_at = now.plus(PASSWORD_LIFE);
    link::insert(&mut tx, id, &minted.hash, LinkPurpose::Password, Some(user.id), now, expires_at).await?;
    let event = AuditEvent::new(entropy, now, "password.link_created", Actor::Operator("admin link"))
        .target("user", user.id.text());
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(AdminLinkOutcome::Password(Link { token: minted.value, expires_at }))
}
