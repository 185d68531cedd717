//! `usher admin grant`: administration is granted, never a default (D11).

use crate::{
    base::{
        entropy::Entropy,
        id::{AdminRoleId, CustomerId},
        login_name::LoginName,
        moment::Moment,
    },
    identity::{
        admin_role::{AdminRole, Holder, Role},
        audit::{Actor, AuditEvent},
        customer::CustomerCode,
        user::UserType,
    },
    store::{Db, StoreError, Tx, admin_role, audit, customer, user},
};

/// What became of the request for a role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AdminGrantOutcome {
    /// The user has the role now.
    Granted,
    /// The user had it for other customers; it holds for those named now.
    Changed,
    /// The user had it already, so nothing was written.
    Unchanged,
    /// Nobody has this name.
    NoSuchUser,
    /// No customer has this code.
    NoSuchCustomer(String),
    /// Only `user-admin` can be limited to customers (domain.md 7).
    CannotBeLimited,
}

/// Gives `name` a role, limited to the customers with these codes if there are any.
///
/// # Errors
/// If the database fails.
pub async fn admin_grant(
    db: &Db,
    entropy: &dyn Entropy,
    now: Moment,
    name: &str,
    role: Role,
    codes: &[String],
) -> Result<AdminGrantOutcome, StoreError> {
    if role != Role::UserAdmin && !codes.is_empty() {
        return Ok(AdminGrantOutcome::CannotBeLimited);
    }
    let Ok(name) = LoginName::parse(name) else { return Ok(AdminGrantOutcome::NoSuchUser) };
    let mut tx = db.write().await?;
    let outcome = grant(&mut tx, entropy, now, &name, role, codes).await?;
    match outcome {
        AdminGrantOutcome::Granted | AdminGrantOutcome::Changed => tx.commit().await?,
        _ => tx.rollback().await?,
    }
    Ok(outcome)
}

async fn grant(
    tx: &mut Tx,
    entropy: &dyn Entropy,
    now: Moment,
    name: &LoginName,
    role: Role,
    codes: &[String],
) -> Result<AdminGrantOutcome, StoreError> {
    let Some(user) = user::find_by_login_name(tx, name).await? else { return Ok(AdminGrantOutcome::NoSuchUser) };
    let customers = match find_customers(tx, codes).await? {
        Ok(customers) => customers,
        Err(code) => return Ok(AdminGrantOutcome::NoSuchCustomer(code)),
    };
    let holder = Holder::User(user.id);
    let outcome = match admin_role::find(tx, &holder, role).await? {
        Some(held) if held.customers == customers => return Ok(AdminGrantOutcome::Unchanged),
        Some(held) => {
            admin_role::update(tx, &AdminRole { customers, updated_at: now, ..held }).await?;
            AdminGrantOutcome::Changed
        }
        None => {
            let id = AdminRoleId::new(entropy, now);
            admin_role::insert(tx, &AdminRole { id, holder, role, customers, created_at: now, updated_at: now })
                .await?;
            AdminGrantOutcome::Granted
        }
    };
    // The label follows the role (domain.md 1).
    user::relabel(tx, user.id, UserType::Customer, UserType::Admin, now).await?;
    let event = AuditEvent::new(entropy, now, "role.granted", Actor::Operator("admin grant"))
        .target("user", user.id.text())
        .detail("role", role.as_str())
        .detail("customers", codes.to_vec());
    audit::record(tx, &event).await?;
    Ok(outcome)
}

/// The ids of the customers with these codes, in order and each once; or the code that nobody has.
async fn find_customers(tx: &mut Tx, codes: &[String]) -> Result<Result<Vec<CustomerId>, String>, StoreError> {
    let mut ids = Vec::with_capacity(codes.len());
    for code in codes {
        let Ok(parsed) = code.parse::<CustomerCode>() else { return Ok(Err(code.clone())) };
        match customer::find_by_code(tx, &parsed).await? {
            Some(customer) => ids.push(customer.id),
            None => return Ok(Err(code.clone())),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Ok(ids))
}
