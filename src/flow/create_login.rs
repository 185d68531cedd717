//! A login with a membership, made in one step: for a customer's contact (`accounts.auto_create_user`, inventory Q14), and
//! for whoever asks by console or program (K15). Whoever has a login already gets the membership with it, and keeps the
//! password (inventory O13). The person is invited; no password exists until they set one (D3, Q16).

use crate::{
    base::{
        id::{ErrandId, ReferenceId, UserId},
        login_name::LoginName,
    },
    flow::{
        create_user::{CreateUserError, Creation, Seats, create_user},
        errands::{AdminRequest, Errand},
        error::FlowError,
    },
    identity::{
        attributes::{Email, Name},
        customer::Customer,
        quota::QuotaExceeded,
        reference::{ContactRole, Reference, ReferenceAttributes},
        user::{User, UserAttributes, UserType},
    },
    store::{self, StoreError, Tx},
};

/// Somebody who is to act for a company.
pub struct NewLogin<'a> {
    /// The company.
    pub customer: &'a Customer,
    /// The address: the name to sign in with, and where the invitation goes.
    pub email: &'a str,
    /// What the person is called; the address where nothing is known.
    pub name: Option<&'a str>,
    /// Contact person of the company?
    pub contact_role: ContactRole,
}

/// What was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    /// The login.
    pub user: UserId,
    /// It is new.
    pub created: bool,
    /// The membership, which waits to be accepted.
    pub reference: ReferenceId,
}

/// Why nothing was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotMade {
    /// There is no address, or nobody could sign in with it.
    #[error("loginNotCreated:noEmail")]
    NoEmail,
    /// The person works there already.
    #[error("loginNotCreated:exists")]
    Exists,
    /// All seats are taken.
    #[error("loginNotCreated:quota")]
    Quota,
}

/// Makes it, in the transaction of its cause.
///
/// # Errors
/// The outer error: the database. The inner one: there is a reason, and nothing was written.
pub async fn create_login(
    tx: &mut Tx,
    creation: &Creation<'_>,
    seats: &mut Seats,
    new: &NewLogin<'_>,
) -> Result<Result<Made, NotMade>, StoreError> {
    let Ok(name) = LoginName::parse(new.email) else { return Ok(Err(NotMade::NoEmail)) };
    let known = store::user::find_by_login_name(tx, &name).await?;
    if let Some(known) = &known
        && store::reference::find_by_user(tx, new.customer.id, known.id).await?.is_some()
    {
        return Ok(Err(NotMade::Exists));
    }
    if is_full(tx, new.customer).await? {
        return Ok(Err(NotMade::Quota));
    }
    let created = known.is_none();
    let user = known.unwrap_or_else(|| user(creation, new));
    if created {
        match create_user(tx, creation, &user, seats).await {
            Ok(()) => {}
            Err(CreateUserError::Store(error)) => return Err(error),
            Err(CreateUserError::Quota(QuotaExceeded { .. })) => return Ok(Err(NotMade::Quota)),
            Err(CreateUserError::Name(_)) => return Ok(Err(NotMade::NoEmail)),
            Err(CreateUserError::NameTaken(_)) => return Ok(Err(NotMade::Exists)),
        }
    }
    match seats.take(tx, user.id).await {
        Ok(()) => {}
        Err(CreateUserError::Store(error)) => return Err(error),
        // A login that is new was counted a moment ago: only one that is known can be the one too many.
        Err(_) => return Ok(Err(NotMade::Quota)),
    }
    let reference = reference(creation, new, &user);
    store::reference::insert(tx, &reference).await?;
    Ok(Ok(Made { user: user.id, created, reference: reference.id }))
}

/// Leaves the invitation to whoever serves: the mail needs the key that links are made from.
pub async fn invite_later(tx: &mut Tx, creation: &Creation<'_>, made: Made) -> Result<(), FlowError> {
    let errand = Errand::Invite(AdminRequest { user: made.user, reference: Some(made.reference) });
    let what = serde_json::to_string(&errand).map_err(|_| FlowError::Corrupt("errand"))?;
    let id = ErrandId::new(creation.entropy, creation.now);
    if !store::errand::insert(tx, id, &what, creation.now).await? {
        tracing::warn!(user = %made.user, "too many mails wait: an invitation is not sent");
    }
    Ok(())
}

/// Whether the company's own cap is reached.
async fn is_full(tx: &mut Tx, customer: &Customer) -> Result<bool, StoreError> {
    let Some(limit) = customer.attributes.quota_limit else { return Ok(false) };
    Ok(store::package::used_by_customer(tx, customer.id).await? >= i64::from(limit))
}

fn user(creation: &Creation<'_>, new: &NewLogin<'_>) -> User {
    let email = Email { value: new.email.to_owned(), primary: true, ..Email::default() };
    let name = Name { formatted: new.name.map(str::to_owned), ..Name::default() };
    User {
        id: UserId::new(creation.entropy, creation.now),
        user_name: new.email.to_owned(),
        user_type: UserType::Customer,
        locale: None,
        managed_by: None,
        active: true,
        blocked: false,
        epoch: 0,
        attributes: UserAttributes { name, emails: vec![email], ..UserAttributes::default() },
        last_sign_in_at: None,
        created_at: creation.now,
        updated_at: creation.now,
    }
}

fn reference(creation: &Creation<'_>, new: &NewLogin<'_>, user: &User) -> Reference {
    Reference {
        id: ReferenceId::new(creation.entropy, creation.now),
        customer: new.customer.id,
        user: Some(user.id),
        connector_key: String::new(),
        external_id: None,
        display_name: new.name.map_or_else(|| user.label(), str::to_owned),
        internet_user: true,
        active: true,
        accepted_at: None,
        is_default: false,
        contact_role: new.contact_role,
        permissions: Default::default(),
        roles: Vec::new(),
        source: creation.via.to_owned(),
        attributes: ReferenceAttributes { email: Some(new.email.to_owned()), ..ReferenceAttributes::default() },
        last_used_at: None,
        created_at: creation.now,
        updated_at: creation.now,
    }
}
