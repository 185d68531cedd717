//! Memberships. Finders take the customer, or the user whose memberships they are.

use super::{
    error::{StoreError, json, parsed, to_json},
    joined::Key,
    tx::Tx,
};
use crate::{
    base::{
        id::{CustomerId, ReferenceId, UserId},
        moment::Moment,
    },
    identity::{attributes::preferred, customer::CustomerAttributes, reference::Reference, selection::Candidate},
};

/// Columns of `reference` under names that no other table uses.
#[derive(sqlx::FromRow)]
pub(super) struct ReferenceRow {
    reference_id: String,
    reference_customer_id: String,
    reference_user_id: Option<String>,
    reference_connector_key: String,
    reference_external_id: Option<String>,
    reference_name: String,
    reference_internet_user: bool,
    reference_active: bool,
    reference_accepted_at: Option<i64>,
    reference_is_default: bool,
    reference_contact_role: String,
    reference_permissions: String,
    reference_roles: String,
    reference_source: String,
    reference_attributes: String,
    reference_last_used_at: Option<i64>,
    reference_created_at: i64,
    reference_updated_at: i64,
}

impl TryFrom<ReferenceRow> for Reference {
    type Error = StoreError;

    fn try_from(row: ReferenceRow) -> Result<Self, StoreError> {
        let id = &row.reference_id;
        Ok(Self {
            id: parsed(id, "reference", "id", id)?,
            customer: parsed(&row.reference_customer_id, "reference", "customer_id", id)?,
            user: row.reference_user_id.map(|text| parsed(&text, "reference", "user_id", id)).transpose()?,
            contact_role: parsed(&row.reference_contact_role, "reference", "contact_role", id)?,
            permissions: json(&row.reference_permissions, "reference", "permissions", id)?,
            roles: json(&row.reference_roles, "reference", "roles", id)?,
            attributes: json(&row.reference_attributes, "reference", "attributes", id)?,
            connector_key: row.reference_connector_key,
            external_id: row.reference_external_id,
            display_name: row.reference_name,
            internet_user: row.reference_internet_user,
            active: row.reference_active,
            accepted_at: row.reference_accepted_at.map(Moment::from_micros),
            is_default: row.reference_is_default,
            source: row.reference_source,
            last_used_at: row.reference_last_used_at.map(Moment::from_micros),
            created_at: Moment::from_micros(row.reference_created_at),
            updated_at: Moment::from_micros(row.reference_updated_at),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct CandidateRow {
    reference_id: String,
    customer_id: String,
    customer_code: String,
    customer_name: String,
    customer_attributes: String,
    reference_name: String,
    reference_roles: String,
    reference_contact_role: String,
    reference_is_default: bool,
    reference_last_used_at: Option<i64>,
    usable: bool,
}

impl Key for CandidateRow {
    const COLUMN: &'static str = "reference_id";
}

impl CandidateRow {
    pub(super) fn candidate(self, user: UserId) -> Result<Candidate, StoreError> {
        let id = &self.reference_id;
        let attributes: CustomerAttributes =
            json(&self.customer_attributes, "customer", "attributes", &self.customer_id)?;
        Ok(Candidate {
            reference: parsed(id, "reference", "id", id)?,
            user,
            customer: parsed(&self.customer_id, "reference", "customer_id", id)?,
            code: self.customer_code,
            customer_name: self.customer_name,
            city: preferred(&attributes.addresses).and_then(|address| address.locality.clone()),
            reference_name: self.reference_name,
            roles: json(&self.reference_roles, "reference", "roles", id)?,
            contact_role: parsed(&self.reference_contact_role, "reference", "contact_role", id)?,
            is_default: self.reference_is_default,
            last_used_at: self.reference_last_used_at.map(Moment::from_micros),
            usable: self.usable,
        })
    }
}

/// Every membership of a user with what the choice among them depends on, in one statement.
pub async fn candidates_for_user(tx: &mut Tx, user: UserId) -> Result<Vec<Candidate>, StoreError> {
    let rows = fetch_all!(
        tx,
        CandidateRow,
        "SELECT r.id AS reference_id, c.id AS customer_id, c.code AS customer_code, c.display_name AS customer_name, \
                c.attributes AS customer_attributes, r.display_name AS reference_name, r.roles AS reference_roles, \
                r.contact_role AS reference_contact_role, r.is_default AS reference_is_default, \
                r.last_used_at AS reference_last_used_at, \
                r.active AND r.internet_user AND r.accepted_at IS NOT NULL AND c.active AS usable \
         FROM reference r JOIN customer c ON c.id = r.customer_id WHERE r.user_id = $1 ORDER BY r.id",
        user.text()
    )?;
    rows.into_iter().map(|row| row.candidate(user)).collect()
}

/// What the user is at this customer.
pub async fn find_by_user(tx: &mut Tx, customer: CustomerId, user: UserId) -> Result<Option<Reference>, StoreError> {
    let row = fetch_optional!(
        tx,
        ReferenceRow,
        "SELECT id AS reference_id, customer_id AS reference_customer_id, user_id AS reference_user_id, \
                connector_key AS reference_connector_key, external_id AS reference_external_id, \
                display_name AS reference_name, internet_user AS reference_internet_user, active AS reference_active, \
                accepted_at AS reference_accepted_at, is_default AS reference_is_default, \
                contact_role AS reference_contact_role, permissions AS reference_permissions, roles AS reference_roles, \
                source AS reference_source, attributes AS reference_attributes, last_used_at AS reference_last_used_at, \
                created_at AS reference_created_at, updated_at AS reference_updated_at \
         FROM reference WHERE customer_id = $1 AND user_id = $2",
        customer.text(),
        user.text()
    )?;
    row.map(Reference::try_from).transpose()
}

/// What another system knows by this id at this customer; `connector_key` is empty for ids that no connector gave.
pub async fn find_by_external_id(
    tx: &mut Tx,
    customer: CustomerId,
    connector_key: &str,
    external_id: &str,
) -> Result<Option<Reference>, StoreError> {
    let row = fetch_optional!(
        tx,
        ReferenceRow,
        "SELECT id AS reference_id, customer_id AS reference_customer_id, user_id AS reference_user_id, \
                connector_key AS reference_connector_key, external_id AS reference_external_id, \
                display_name AS reference_name, internet_user AS reference_internet_user, active AS reference_active, \
                accepted_at AS reference_accepted_at, is_default AS reference_is_default, \
                contact_role AS reference_contact_role, permissions AS reference_permissions, roles AS reference_roles, \
                source AS reference_source, attributes AS reference_attributes, last_used_at AS reference_last_used_at, \
                created_at AS reference_created_at, updated_at AS reference_updated_at \
         FROM reference WHERE customer_id = $1 AND connector_key = $2 AND external_id = $3",
        customer.text(),
        connector_key,
        external_id
    )?;
    row.map(Reference::try_from).transpose()
}

/// Stores a new membership.
///
/// # Errors
/// [`StoreError::Conflict`] if the user is a reference there, or the external id is another's.
pub async fn insert(tx: &mut Tx, reference: &Reference) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO reference (id, customer_id, user_id, connector_key, external_id, display_name, internet_user, active, \
                                accepted_at, is_default, contact_role, permissions, roles, source, attributes, \
                                last_used_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        reference.id.text(),
        reference.customer.text(),
        reference.user.map(UserId::text),
        reference.connector_key.as_str(),
        reference.external_id.as_deref(),
        reference.display_name.as_str(),
        reference.internet_user,
        reference.active,
        reference.accepted_at.map(Moment::as_micros),
        reference.is_default,
        reference.contact_role.as_str(),
        to_json(&reference.permissions),
        to_json(&reference.roles),
        reference.source.as_str(),
        to_json(&reference.attributes),
        reference.last_used_at.map(Moment::as_micros),
        reference.created_at.as_micros(),
        reference.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes a changed membership. Its customer never changes, nor does its login once it has one. When it can be used no
/// longer its epoch moves on: what was granted for it before is dead for good (domain.md 5).
///
/// # Errors
/// [`StoreError::Conflict`] as for [`insert`].
pub async fn update(tx: &mut Tx, reference: &Reference) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE reference SET user_id = $3, connector_key = $4, external_id = $5, display_name = $6, internet_user = $7, \
                              epoch = CASE WHEN active AND internet_user AND accepted_at IS NOT NULL \
                                                AND NOT ($8 AND $7 AND CAST($9 AS BIGINT) IS NOT NULL) \
                                      THEN epoch + 1 ELSE epoch END, \
                              active = $8, accepted_at = $9, is_default = $10, contact_role = $11, permissions = $12, \
                              roles = $13, attributes = $14, updated_at = $15 \
         WHERE id = $1 AND customer_id = $2",
        reference.id.text(),
        reference.customer.text(),
        reference.user.map(UserId::text),
        reference.connector_key.as_str(),
        reference.external_id.as_deref(),
        reference.display_name.as_str(),
        reference.internet_user,
        reference.active,
        reference.accepted_at.map(Moment::as_micros),
        reference.is_default,
        reference.contact_role.as_str(),
        to_json(&reference.permissions),
        to_json(&reference.roles),
        to_json(&reference.attributes),
        reference.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Takes the mark "proposed by the chooser" from the user's other memberships.
pub async fn clear_other_defaults(tx: &mut Tx, user: UserId, keep: ReferenceId, now: Moment) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE reference SET is_default = FALSE, updated_at = $3 WHERE user_id = $1 AND id <> $2 AND is_default",
        user.text(),
        keep.text(),
        now.as_micros()
    )?;
    Ok(())
}
