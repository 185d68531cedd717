//! Clients and the hashes of their secrets. Few, read whole, kept in memory by the callers.

use uuid::Uuid;

use super::{
    error::{StoreError, json, to_json},
    tx::Tx,
};
use crate::{
    base::{bearer::BearerHash, moment::Moment},
    oidc::client::{ClientMetadata, ClientSecret},
};

/// A client as stored.
#[derive(Clone, Debug)]
pub struct StoredClient {
    /// What it registered.
    pub metadata: ClientMetadata,
    /// Whether it may be used at all.
    pub active: bool,
    /// How often it was switched off: a grant of an earlier epoch is dead.
    pub epoch: i64,
    /// Its secrets, oldest first, expired ones included.
    pub secrets: Vec<ClientSecret>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

#[derive(sqlx::FromRow)]
struct Row {
    client_id: String,
    metadata: String,
    active: bool,
    epoch: i64,
    created_at: i64,
    updated_at: i64,
    secret_hash: Option<String>,
    secret_expires_at: Option<i64>,
}

/// Every client, in the order of their ids.
pub async fn all(tx: &mut Tx) -> Result<Vec<StoredClient>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT c.client_id, c.metadata, c.active, c.epoch, c.created_at, c.updated_at, s.hash AS secret_hash, \
                s.expires_at AS secret_expires_at \
         FROM client c LEFT JOIN client_secret s ON s.client_id = c.client_id ORDER BY c.client_id, s.id"
    )?;
    fold(rows)
}

/// The client with this id, in exactly this case.
pub async fn find(tx: &mut Tx, client_id: &str) -> Result<Option<StoredClient>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT c.client_id, c.metadata, c.active, c.epoch, c.created_at, c.updated_at, s.hash AS secret_hash, \
                s.expires_at AS secret_expires_at \
         FROM client c LEFT JOIN client_secret s ON s.client_id = c.client_id WHERE c.client_id = $1 ORDER BY s.id",
        client_id
    )?;
    Ok(fold(rows)?.pop())
}

/// One client of the rows that follow each other, one per secret.
fn fold(rows: Vec<Row>) -> Result<Vec<StoredClient>, StoreError> {
    let mut clients: Vec<StoredClient> = Vec::new();
    for row in rows {
        let secret = row
            .secret_hash
            .map(|hash| ClientSecret { hash, expires_at: row.secret_expires_at.map(Moment::from_micros) });
        if let Some(last) = clients.last_mut().filter(|last| last.metadata.client_id == row.client_id) {
            last.secrets.extend(secret);
            continue;
        }
        clients.push(StoredClient {
            metadata: json(&row.metadata, "client", "metadata", &row.client_id)?,
            active: row.active,
            epoch: row.epoch,
            secrets: secret.into_iter().collect(),
            created_at: Moment::from_micros(row.created_at),
            updated_at: Moment::from_micros(row.updated_at),
        });
    }
    Ok(clients)
}

/// Stores a new client without secrets.
///
/// # Errors
/// [`StoreError::Conflict`] if its id is taken.
pub async fn insert(tx: &mut Tx, metadata: &ClientMetadata, active: bool, now: Moment) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "INSERT INTO client (client_id, metadata, active, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        metadata.client_id.as_str(),
        to_json(metadata),
        active,
        now.as_micros()
    )?;
    Ok(())
}

/// Writes a changed client. Its id never changes. Switching it off moves its epoch on: what was granted to it before is
/// dead for good (domain.md 3).
pub async fn update(tx: &mut Tx, metadata: &ClientMetadata, active: bool, now: Moment) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "UPDATE client SET metadata = $2, epoch = CASE WHEN active AND NOT $3 THEN epoch + 1 ELSE epoch END, \
                           active = $3, updated_at = $4 WHERE client_id = $1",
        metadata.client_id.as_str(),
        to_json(metadata),
        active,
        now.as_micros()
    )?;
    Ok(())
}

/// Adds a secret; the others stay until they expire.
pub async fn add_secret(
    tx: &mut Tx,
    client_id: &str,
    id: Uuid,
    hash: &BearerHash,
    expires_at: Option<Moment>,
    now: Moment,
) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(
        tx,
        "INSERT INTO client_secret (id, client_id, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        id.to_string(),
        client_id,
        hash.text(),
        now.as_micros(),
        expires_at.map(Moment::as_micros)
    )?;
    Ok(())
}

/// Removes every secret of a client.
pub async fn clear_secrets(tx: &mut Tx, client_id: &str) -> Result<(), StoreError> {
    tx.touch_catalog();
    execute!(tx, "DELETE FROM client_secret WHERE client_id = $1", client_id)?;
    Ok(())
}
