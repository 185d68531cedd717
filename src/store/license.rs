//! Licences and who may use them.

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::{
    base::{
        id::{CustomerId, LicenseId, ReferenceId, UserId},
        moment::Moment,
    },
    identity::license::{Assignee, License},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    external_id: Option<String>,
    customer_id: String,
    product: String,
    edition: String,
    kind: String,
    seats: Option<i64>,
    seats_used: Option<i64>,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
    active: bool,
    actions: String,
    visibility: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for License {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = &row.id;
        Ok(Self {
            id: parsed(id, "license", "id", id)?,
            customer: parsed(&row.customer_id, "license", "customer_id", id)?,
            kind: parsed(&row.kind, "license", "kind", id)?,
            actions: json(&row.actions, "license", "actions", id)?,
            visibility: parsed(&row.visibility, "license", "visibility", id)?,
            external_id: row.external_id,
            product: row.product,
            edition: row.edition,
            seats: row.seats,
            seats_used: row.seats_used,
            valid_from: row.valid_from.map(Moment::from_micros),
            valid_to: row.valid_to.map(Moment::from_micros),
            active: row.active,
            created_at: Moment::from_micros(row.created_at),
            updated_at: Moment::from_micros(row.updated_at),
        })
    }
}

/// The licences that a membership may use: assigned to its customer, to itself, or to a group of its user that is
/// global or of that customer. Licences of a customer that is switched off are suspended (domain.md 5).
pub async fn for_membership(
    tx: &mut Tx,
    customer: CustomerId,
    reference: ReferenceId,
    user: UserId,
) -> Result<Vec<License>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "WITH RECURSIVE belongs (group_id) AS (SELECT group_id FROM group_member WHERE member_id = $3 \
             UNION SELECT m.group_id FROM group_member m JOIN belongs b ON m.member_id = b.group_id), \
         holder (id) AS (SELECT g.id FROM user_group g JOIN belongs b ON b.group_id = g.id WHERE g.scope IN ('', $1) \
             UNION SELECT c.id FROM customer c WHERE c.id = $1 UNION SELECT r.id FROM reference r WHERE r.id = $2) \
         SELECT l.id, l.external_id, l.customer_id, l.product, l.edition, l.kind, l.seats, l.seats_used, l.valid_from, \
                l.valid_to, l.active, l.actions, l.visibility, l.created_at, l.updated_at \
         FROM license l JOIN customer owner ON owner.id = l.customer_id AND owner.active \
         WHERE l.id IN (SELECT a.license_id FROM license_assignment a JOIN holder h ON h.id = a.target_id) ORDER BY l.id",
        customer.text(),
        reference.text(),
        user.text()
    )?;
    rows.into_iter().map(License::try_from).collect()
}

/// The licence that the licence server knows by this id.
pub async fn find_by_external_id(tx: &mut Tx, external_id: &str) -> Result<Option<License>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, external_id, customer_id, product, edition, kind, seats, seats_used, valid_from, valid_to, active, \
                actions, visibility, created_at, updated_at FROM license WHERE external_id = $1",
        external_id
    )?;
    row.map(License::try_from).transpose()
}

/// The customer's licence for an edition of a product; the oldest, if there are several.
pub async fn find_by_product(
    tx: &mut Tx,
    customer: CustomerId,
    product: &str,
    edition: &str,
) -> Result<Option<License>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, external_id, customer_id, product, edition, kind, seats, seats_used, valid_from, valid_to, active, \
                actions, visibility, created_at, updated_at FROM license \
         WHERE customer_id = $1 AND product = $2 AND edition = $3 ORDER BY id LIMIT 1",
        customer.text(),
        product,
        edition
    )?;
    row.map(License::try_from).transpose()
}

/// Stores a new licence without assignments.
///
/// # Errors
/// [`StoreError::Conflict`] if its external id is taken.
pub async fn insert(tx: &mut Tx, license: &License) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO license (id, external_id, customer_id, product, edition, kind, seats, seats_used, valid_from, valid_to, \
                              active, actions, visibility, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        license.id.text(),
        license.external_id.as_deref(),
        license.customer.text(),
        license.product.as_str(),
        license.edition.as_str(),
        license.kind.as_str(),
        license.seats,
        license.seats_used,
        license.valid_from.map(Moment::as_micros),
        license.valid_to.map(Moment::as_micros),
        license.active,
        to_json(&license.actions),
        license.visibility.as_str(),
        license.created_at.as_micros(),
        license.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes a changed licence. Its customer never changes.
///
/// # Errors
/// [`StoreError::Conflict`] if its external id is another's.
pub async fn update(tx: &mut Tx, license: &License) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE license SET external_id = $3, product = $4, edition = $5, kind = $6, seats = $7, valid_from = $8, \
                            valid_to = $9, active = $10, actions = $11, visibility = $12, updated_at = $13 \
         WHERE id = $1 AND customer_id = $2",
        license.id.text(),
        license.customer.text(),
        license.external_id.as_deref(),
        license.product.as_str(),
        license.edition.as_str(),
        license.kind.as_str(),
        license.seats,
        license.valid_from.map(Moment::as_micros),
        license.valid_to.map(Moment::as_micros),
        license.active,
        to_json(&license.actions),
        license.visibility.as_str(),
        license.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Who may use a licence, in order.
pub async fn assignments(tx: &mut Tx, license: LicenseId) -> Result<Vec<Assignee>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String, String),
        "SELECT target_type, target_id FROM license_assignment WHERE license_id = $1 ORDER BY target_type, target_id",
        license.text()
    )?;
    let id = license.text();
    let mut assignees = rows
        .into_iter()
        .map(|(kind, target)| match kind.as_str() {
            "Customer" => parsed(&target, "license_assignment", "target_id", &id).map(Assignee::Customer),
            "Reference" => parsed(&target, "license_assignment", "target_id", &id).map(Assignee::Reference),
            _ => parsed(&target, "license_assignment", "target_id", &id).map(Assignee::Group),
        })
        .collect::<Result<Vec<_>, _>>()?;
    assignees.sort_unstable();
    Ok(assignees)
}

/// Says anew who may use a licence.
pub async fn assign(tx: &mut Tx, license: LicenseId, assignees: &[Assignee]) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(tx, "DELETE FROM license_assignment WHERE license_id = $1", license.text())?;
    for assignee in assignees {
        execute!(
            tx,
            "INSERT INTO license_assignment (license_id, target_type, target_id) VALUES ($1, $2, $3) \
             ON CONFLICT (license_id, target_type, target_id) DO NOTHING",
            license.text(),
            assignee.kind(),
            assignee.id()
        )?;
    }
    Ok(())
}
