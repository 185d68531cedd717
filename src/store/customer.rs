//! Companies.

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::{
    base::{
        id::{CustomerId, ProfileId},
        moment::Moment,
    },
    identity::customer::{Customer, CustomerCode},
};

/// Columns of `customer` under names that no other table uses.
#[derive(sqlx::FromRow)]
pub(super) struct CustomerRow {
    customer_id: String,
    customer_code: String,
    customer_name: String,
    customer_ledger_number: Option<String>,
    customer_parent_id: Option<String>,
    customer_profile_id: Option<String>,
    customer_active: bool,
    customer_attributes: String,
    customer_created_at: i64,
    customer_updated_at: i64,
}

impl TryFrom<CustomerRow> for Customer {
    type Error = StoreError;

    fn try_from(row: CustomerRow) -> Result<Self, StoreError> {
        let id = &row.customer_id;
        Ok(Self {
            id: parsed(id, "customer", "id", id)?,
            code: parsed(&row.customer_code, "customer", "code", id)?,
            parent: row.customer_parent_id.map(|text| parsed(&text, "customer", "parent_id", id)).transpose()?,
            profile: row.customer_profile_id.map(|text| parsed(&text, "customer", "profile_id", id)).transpose()?,
            attributes: json(&row.customer_attributes, "customer", "attributes", id)?,
            display_name: row.customer_name,
            ledger_number: row.customer_ledger_number,
            active: row.customer_active,
            created_at: Moment::from_micros(row.customer_created_at),
            updated_at: Moment::from_micros(row.customer_updated_at),
        })
    }
}

/// The company with this id.
pub async fn find(tx: &mut Tx, id: CustomerId) -> Result<Option<Customer>, StoreError> {
    let row = fetch_optional!(
        tx,
        CustomerRow,
        "SELECT id AS customer_id, code AS customer_code, display_name AS customer_name, \
                ledger_number AS customer_ledger_number, parent_id AS customer_parent_id, \
                profile_id AS customer_profile_id, active AS customer_active, attributes AS customer_attributes, \
                created_at AS customer_created_at, updated_at AS customer_updated_at \
         FROM customer WHERE id = $1",
        id.text()
    )?;
    row.map(Customer::try_from).transpose()
}

/// The company with this code, in any case.
pub async fn find_by_code(tx: &mut Tx, code: &CustomerCode) -> Result<Option<Customer>, StoreError> {
    let row = fetch_optional!(
        tx,
        CustomerRow,
        "SELECT id AS customer_id, code AS customer_code, display_name AS customer_name, \
                ledger_number AS customer_ledger_number, parent_id AS customer_parent_id, \
                profile_id AS customer_profile_id, active AS customer_active, attributes AS customer_attributes, \
                created_at AS customer_created_at, updated_at AS customer_updated_at \
         FROM customer WHERE code_key = $1",
        code.key()
    )?;
    row.map(Customer::try_from).transpose()
}

/// The company with this number in the sales ledger, in any case.
pub async fn find_by_ledger_number(tx: &mut Tx, number: &str) -> Result<Option<CustomerId>, StoreError> {
    let row =
        fetch_optional!(tx, (String,), "SELECT id FROM customer WHERE ledger_number_key = $1", number.to_lowercase())?;
    row.map(|(id,)| parsed(&id, "customer", "id", &id)).transpose()
}

/// Whether `ancestor` is `customer` itself or a company that it belongs to, by way of any number of others.
pub async fn belongs_to(tx: &mut Tx, customer: CustomerId, ancestor: CustomerId) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "WITH RECURSIVE above (id) AS (SELECT id FROM customer WHERE id = $1 \
             UNION SELECT c.parent_id FROM customer c JOIN above a ON a.id = c.id WHERE c.parent_id IS NOT NULL) \
         SELECT id FROM above WHERE id = $2",
        customer.text(),
        ancestor.text()
    )?;
    Ok(row.is_some())
}

/// Stores a new company.
///
/// # Errors
/// [`StoreError::Conflict`] if its code or ledger number is taken.
pub async fn insert(tx: &mut Tx, customer: &Customer) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO customer (id, code, code_key, display_name, ledger_number, ledger_number_key, parent_id, profile_id, \
                               active, attributes, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        customer.id.text(),
        customer.code.as_str(),
        customer.code.key(),
        customer.display_name.as_str(),
        customer.ledger_number.as_deref(),
        customer.ledger_number.as_deref().map(str::to_lowercase),
        customer.parent.map(CustomerId::text),
        customer.profile.map(ProfileId::text),
        customer.active,
        to_json(&customer.attributes),
        customer.created_at.as_micros(),
        customer.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes a changed company. Switching it off moves its epoch on: what was granted for it before is dead for good
/// (domain.md 5).
///
/// # Errors
/// [`StoreError::Conflict`] if its code or ledger number is another's.
pub async fn update(tx: &mut Tx, customer: &Customer) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE customer SET code = $2, code_key = $3, display_name = $4, ledger_number = $5, ledger_number_key = $6, \
                             parent_id = $7, profile_id = $8, \
                             epoch = CASE WHEN active AND NOT $9 THEN epoch + 1 ELSE epoch END, \
                             active = $9, attributes = $10, updated_at = $11 WHERE id = $1",
        customer.id.text(),
        customer.code.as_str(),
        customer.code.key(),
        customer.display_name.as_str(),
        customer.ledger_number.as_deref(),
        customer.ledger_number.as_deref().map(str::to_lowercase),
        customer.parent.map(CustomerId::text),
        customer.profile.map(ProfileId::text),
        customer.active,
        to_json(&customer.attributes),
        customer.updated_at.as_micros(),
    )?;
    Ok(())
}
