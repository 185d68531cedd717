//! Memberships that wait for their person to accept them (domain.md 3).

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::base::{
    id::{CustomerId, ReferenceId, UserId},
    moment::Moment,
};

/// A membership as an invitation to it shows it.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The membership.
    pub reference: ReferenceId,
    /// The company.
    pub customer: CustomerId,
    /// Its name.
    pub customer_name: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    customer_id: String,
    customer_name: String,
}

/// The membership, if this person may still accept it: switched on, and so is its company.
pub async fn find(tx: &mut Tx, reference: ReferenceId, user: UserId) -> Result<Option<Invited>, StoreError> {
    let id = reference.text();
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT r.customer_id, c.display_name AS customer_name FROM reference r JOIN customer c ON c.id = r.customer_id \
         WHERE r.id = $1 AND r.user_id = $2 AND r.accepted_at IS NULL AND r.active AND c.active",
        id.as_str(),
        user.text()
    )?;
    row.map(|row| {
        let customer = parsed(&row.customer_id, "reference", "customer_id", &id)?;
        Ok(Invited { reference, customer, customer_name: row.customer_name })
    })
    .transpose()
}

/// The membership that waited last for this person, if one does.
pub async fn waiting(tx: &mut Tx, user: UserId) -> Result<Option<ReferenceId>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT r.id FROM reference r JOIN customer c ON c.id = r.customer_id \
         WHERE r.user_id = $1 AND r.accepted_at IS NULL AND r.active AND c.active ORDER BY r.id DESC LIMIT 1",
        user.text()
    )?;
    row.map(|(id,)| parsed(&id, "reference", "id", &id)).transpose()
}

/// Whether anybody has a login at a company.
pub async fn has_login(tx: &mut Tx, customer: CustomerId) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM reference WHERE customer_id = $1 AND user_id IS NOT NULL LIMIT 1",
        customer.text()
    )?;
    Ok(row.is_some())
}

/// Accepts a membership; `false` if it does not wait for that.
pub async fn accept(tx: &mut Tx, reference: ReferenceId, user: UserId, now: Moment) -> Result<bool, StoreError> {
    tx.touch_state();
    let touched = execute!(
        tx,
        "UPDATE reference SET accepted_at = $3, updated_at = $3 \
         WHERE id = $1 AND user_id = $2 AND accepted_at IS NULL AND active",
        reference.text(),
        user.text(),
        now.as_micros()
    )?;
    Ok(touched == 1)
}

/// Accepts the memberships that were made together with their login.
pub async fn accept_made_with(tx: &mut Tx, user: UserId, made: Moment, now: Moment) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE reference SET accepted_at = $3, updated_at = $3 \
         WHERE user_id = $1 AND created_at = $2 AND accepted_at IS NULL AND active",
        user.text(),
        made.as_micros(),
        now.as_micros()
    )?;
    Ok(())
}

/// Declines a membership: it is switched off. `false` if it does not wait for an answer.
pub async fn decline(tx: &mut Tx, reference: ReferenceId, user: UserId, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE reference SET active = FALSE, updated_at = $3 \
         WHERE id = $1 AND user_id = $2 AND accepted_at IS NULL AND active",
        reference.text(),
        user.text(),
        now.as_micros()
    )?;
    Ok(touched == 1)
}
