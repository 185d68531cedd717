//! Connectors of customers, and the hashes of their tokens.

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::{
    base::{
        bearer::BearerHash,
        id::{ConnectorId, CustomerId},
        moment::Moment,
    },
    identity::connector::Connector,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    customer_id: String,
    name: String,
    strict: bool,
    on_delete: String,
    allow_create: bool,
    created_at: i64,
    updated_at: i64,
}

/// The customer's connector of that name, in any case.
pub async fn find_by_name(tx: &mut Tx, customer: CustomerId, name: &str) -> Result<Option<Connector>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, customer_id, name, strict, on_delete, allow_create, created_at, updated_at FROM connector \
         WHERE customer_id = $1 AND name_key = $2",
        customer.text(),
        name.to_lowercase()
    )?;
    let Some(row) = row else { return Ok(None) };
    let id = &row.id;
    Ok(Some(Connector {
        id: parsed(id, "connector", "id", id)?,
        customer: parsed(&row.customer_id, "connector", "customer_id", id)?,
        on_delete: parsed(&row.on_delete, "connector", "on_delete", id)?,
        name: row.name,
        strict: row.strict,
        allow_create: row.allow_create,
        created_at: Moment::from_micros(row.created_at),
        updated_at: Moment::from_micros(row.updated_at),
    }))
}

/// Stores a new connector without tokens.
///
/// # Errors
/// [`StoreError::Conflict`] if its name is taken.
pub async fn insert(tx: &mut Tx, connector: &Connector) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO connector (id, customer_id, name, name_key, strict, on_delete, allow_create, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        connector.id.text(),
        connector.customer.text(),
        connector.name.as_str(),
        connector.name.to_lowercase(),
        connector.strict,
        connector.on_delete.as_str(),
        connector.allow_create,
        connector.created_at.as_micros(),
        connector.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes a changed connector. Its customer and name never change.
pub async fn update(tx: &mut Tx, connector: &Connector) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE connector SET strict = $3, on_delete = $4, allow_create = $5, updated_at = $6 WHERE id = $1 AND customer_id = $2",
        connector.id.text(),
        connector.customer.text(),
        connector.strict,
        connector.on_delete.as_str(),
        connector.allow_create,
        connector.updated_at.as_micros(),
    )?;
    Ok(())
}

/// The hashes of a connector's tokens that are live at `now`, oldest first.
pub async fn tokens(tx: &mut Tx, connector: ConnectorId, now: Moment) -> Result<Vec<String>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT hash FROM connector_token WHERE connector_id = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY id",
        connector.text(),
        now.as_micros()
    )?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// Makes `hash` the connector's only token.
pub async fn set_token(
    tx: &mut Tx,
    connector: ConnectorId,
    id: &str,
    hash: &BearerHash,
    now: Moment,
) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(tx, "DELETE FROM connector_token WHERE connector_id = $1", connector.text())?;
    execute!(
        tx,
        "INSERT INTO connector_token (id, connector_id, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, NULL)",
        id,
        connector.text(),
        hash.text(),
        now.as_micros()
    )?;
    Ok(())
}
