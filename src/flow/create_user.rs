//! The one way to make a login, whoever asks for it, and the one counter of logins (inventory Q4 to Q7).

use crate::{
    base::{
        entropy::Entropy,
        id::UserId,
        login_name::{InvalidLoginName, LoginName},
        moment::Moment,
    },
    config::settings::{QUOTA_BASE, QUOTA_COUNT_DISABLED, Settings},
    identity::{
        audit::{Actor, AuditEvent},
        quota::{Quota, QuotaExceeded},
        user::{User, UserType},
    },
    store::{self, StoreError, Tx},
};

/// Who makes a login, and how.
pub struct Creation<'a> {
    /// Randomness for ids.
    pub entropy: &'a dyn Entropy,
    /// When.
    pub now: Moment,
    /// Who.
    pub actor: Actor,
    /// By which path: `apply`, `setup`, `scim`, `console`, `invitation`, `self`, `import`.
    pub via: &'static str,
}

/// Why there is no new login.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// A user name or verified e-mail address is another's (inventory Q13).
    #[error("{:?} already signs somebody else in", .0.as_str())]
    NameTaken(LoginName),
    /// A user name or verified e-mail address that nobody could sign in with.
    #[error(transparent)]
    Name(#[from] InvalidLoginName),
    /// No room.
    #[error(transparent)]
    Quota(#[from] QuotaExceeded),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The one counter of customer logins. While it is held, no other transaction can take a seat.
#[derive(Clone, Copy, Debug)]
pub struct Seats {
    quota: Quota,
    count_disabled: bool,
}

impl Seats {
    /// Counts.
    pub async fn count(tx: &mut Tx, settings: &Settings, now: Moment) -> Result<Self, StoreError> {
        let count_disabled = settings.instance(&QUOTA_COUNT_DISABLED);
        let packages = store::package::all(tx).await?;
        let used = store::package::used(tx, count_disabled).await?;
        Ok(Self { quota: Quota::new(settings.instance(&QUOTA_BASE), &packages, used, now), count_disabled })
    }

    /// Takes a seat for a login that is about to become an internet user, unless it has one or needs none (inventory Q6).
    ///
    /// # Errors
    /// If all are taken.
    pub async fn take(&mut self, tx: &mut Tx, user: UserId) -> Result<(), CreateUserError> {
        if store::package::needs_seat(tx, user, self.count_disabled).await? {
            self.quota.take()?;
        }
        Ok(())
    }
}

/// Stores a new login without credential (D3) and writes `user.created`.
///
/// # Errors
/// If a name is taken, or it is a customer's login and there is no room for one. A seat is taken only when the login
/// becomes an internet user somewhere: [`Seats::take`].
pub async fn create_user(
    tx: &mut Tx,
    creation: &Creation<'_>,
    user: &User,
    seats: &Seats,
) -> Result<(), CreateUserError> {
    for name in user.login_names()? {
        if store::user::find_by_login_name(tx, &name).await?.is_some() {
            return Err(CreateUserError::NameTaken(name));
        }
    }
    if user.user_type == UserType::Customer {
        seats.quota.check()?;
    }
    store::user::insert(tx, user).await?;
    let event = AuditEvent::new(creation.entropy, creation.now, "user.created", creation.actor.clone())
        .target("user", user.id.text())
        .detail("via", creation.via);
    store::audit::record(tx, &event).await?;
    Ok(())
}
