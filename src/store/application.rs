//! The applications that a person let in: what lives of the grants they gave, by client.

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::{
    base::{
        id::{ReferenceId, SessionId, UserId},
        moment::Moment,
    },
    oidc::refresh::last_use,
};

/// Grants that are looked at; nobody keeps more.
const MOST: i64 = 1000;

/// A grant that lives.
#[derive(Clone, Debug)]
pub struct LiveGrant {
    /// To whom it was given.
    pub client_id: String,
    /// For which company.
    pub reference: Option<ReferenceId>,
    /// Granted scopes, separated by spaces.
    pub scope: String,
    /// It goes on after signing out.
    pub offline: bool,
    /// When it was given.
    pub created_at: Moment,
    /// When it was refreshed last.
    pub last_used_at: Option<Moment>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    client_id: String,
    reference_id: Option<String>,
    scope: String,
    offline: bool,
    recent_uses: String,
    created_at: i64,
}

/// The grants of a user that could buy a token now, the newest first: of this epoch of everything they rest on, and
/// used at least once.
pub async fn live_grants(tx: &mut Tx, user: UserId, now: Moment) -> Result<Vec<LiveGrant>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT g.id, g.client_id, g.reference_id, g.scope, g.offline, g.recent_uses, g.created_at \
         FROM authorization_grant g JOIN user_account u ON u.id = g.user_id AND u.epoch = g.user_epoch \
         JOIN client c ON c.client_id = g.client_id AND c.active AND c.epoch = g.client_epoch \
         LEFT JOIN reference r ON r.id = g.reference_id LEFT JOIN customer k ON k.id = r.customer_id \
         WHERE g.user_id = $1 AND g.revoked_at IS NULL AND g.expires_at > $2 AND g.code_used_at IS NOT NULL \
           AND (g.idle_expires_at IS NULL OR g.idle_expires_at > $2) \
           AND (g.reference_id IS NULL OR g.narrowable OR r.epoch + k.epoch = g.company_epoch) \
         ORDER BY g.id DESC LIMIT $3",
        user.text(),
        now.as_micros(),
        MOST,
    )?;
    let read = |row: Row| {
        let reference = row.reference_id.map(|id| parsed(&id, "authorization_grant", "reference_id", &row.id));
        Ok(LiveGrant {
            reference: reference.transpose()?,
            last_used_at: last_use(&row.recent_uses),
            client_id: row.client_id,
            scope: row.scope,
            offline: row.offline,
            created_at: Moment::from_micros(row.created_at),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Ends every grant that a user gave to one client; how many lived.
pub async fn revoke_for_client(
    tx: &mut Tx,
    user: UserId,
    client_id: &str,
    reason: &str,
    now: Moment,
) -> Result<u64, StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE authorization_grant SET revoked_at = $3, revoked_reason = $4 \
         WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL",
        user.text(),
        client_id,
        now.as_micros(),
        reason
    )
}

/// Ends every grant of a user that was not given in the session `keep`, offline ones included.
pub async fn revoke_elsewhere(
    tx: &mut Tx,
    user: UserId,
    keep: SessionId,
    reason: &str,
    now: Moment,
) -> Result<u64, StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE authorization_grant SET revoked_at = $3, revoked_reason = $4 \
         WHERE user_id = $1 AND revoked_at IS NULL AND (session_id IS NULL OR session_id <> $2)",
        user.text(),
        keep.text(),
        now.as_micros(),
        reason
    )
}
