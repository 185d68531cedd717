//! What a person agreed to, and what the company chooser was asked to remember (domain.md 1).

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::base::{
    id::{ReferenceId, UserId},
    moment::Moment,
};

/// A consent.
#[derive(Clone, Debug)]
pub struct Consent {
    /// To whom.
    pub client_id: String,
    /// What.
    pub scopes: Vec<String>,
    /// When.
    pub granted_at: Moment,
}

/// What the user granted this client, for each company.
pub async fn all(
    tx: &mut Tx,
    user: UserId,
    client_id: &str,
) -> Result<Vec<(Option<ReferenceId>, Vec<String>)>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String, String),
        "SELECT reference_id, scopes FROM consent WHERE user_id = $1 AND client_id = $2",
        user.text(),
        client_id,
    )?;
    let read = |(reference, scopes): (String, String)| {
        let company = match reference.as_str() {
            "" => None,
            id => Some(parsed(id, "consent", "reference_id", &user.text())?),
        };
        Ok((company, json(&scopes, "consent", "scopes", &user.text())?))
    };
    rows.into_iter().map(read).collect()
}

/// Stores a consent; what was granted before is replaced (the page shows everything that is asked).
pub async fn grant(
    tx: &mut Tx,
    user: UserId,
    client_id: &str,
    reference: Option<ReferenceId>,
    scopes: &[String],
    now: Moment,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO consent (user_id, client_id, reference_id, scopes, granted_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (user_id, client_id, reference_id) DO UPDATE SET scopes = excluded.scopes, granted_at = excluded.granted_at",
        user.text(),
        client_id,
        key(reference),
        to_json(scopes),
        now.as_micros(),
    )?;
    Ok(())
}

/// Everything that the user granted any client.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Consent>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String, String, i64),
        "SELECT client_id, scopes, granted_at FROM consent WHERE user_id = $1 ORDER BY client_id, reference_id",
        user.text(),
    )?;
    let read = |(client_id, scopes, granted_at): (String, String, i64)| {
        let scopes = json(&scopes, "consent", "scopes", &user.text())?;
        Ok(Consent { client_id, scopes, granted_at: Moment::from_micros(granted_at) })
    };
    rows.into_iter().map(read).collect()
}

/// Takes back everything that the user granted this client; how many consents that were.
pub async fn revoke(tx: &mut Tx, user: UserId, client_id: &str) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM consent WHERE user_id = $1 AND client_id = $2", user.text(), client_id)
}

/// The company that the chooser was asked to remember for this client.
pub async fn remembered(tx: &mut Tx, user: UserId, client_id: &str) -> Result<Option<ReferenceId>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT reference_id FROM remembered_choice WHERE user_id = $1 AND client_id = $2",
        user.text(),
        client_id,
    )?;
    row.map(|(id,)| parsed(&id, "remembered_choice", "reference_id", &user.text())).transpose()
}

/// Remembers a company for this client.
pub async fn remember(
    tx: &mut Tx,
    user: UserId,
    client_id: &str,
    reference: ReferenceId,
    now: Moment,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO remembered_choice (user_id, client_id, reference_id, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id, client_id) DO UPDATE SET reference_id = excluded.reference_id, created_at = excluded.created_at",
        user.text(),
        client_id,
        reference.text(),
        now.as_micros(),
    )?;
    Ok(())
}

/// Forgets what was remembered for this client.
pub async fn forget(tx: &mut Tx, user: UserId, client_id: &str) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM remembered_choice WHERE user_id = $1 AND client_id = $2", user.text(), client_id)?;
    Ok(())
}

fn key(reference: Option<ReferenceId>) -> String {
    reference.map(ReferenceId::text).unwrap_or_default()
}
