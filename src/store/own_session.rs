//! The sessions of a user, as their owner sees and ends them (Q83).

use std::collections::HashMap;

use super::{
    error::StoreError,
    session::{Browser, Session, SessionRow},
    tx::Tx,
};
use crate::base::{
    id::{SessionId, UserId},
    moment::Moment,
};

/// Sessions that are listed; nobody uses more browsers at once.
const MOST: i64 = 200;

/// A session and where it was opened.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// The session.
    pub session: Session,
    /// The browser as it was when it was opened.
    pub browser: Browser,
    /// The clients that were signed in to in it.
    pub clients: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    session: SessionRow,
    ip: Option<String>,
    user_agent: Option<String>,
}

/// The sessions of a user that have not ended, the one used last first. Which of them are idle is not asked here.
pub async fn of_user(tx: &mut Tx, user: UserId, now: Moment) -> Result<Vec<OwnSession>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT s.id AS session_id, s.user_id AS session_user_id, s.user_epoch AS session_user_epoch, \
                s.remember AS session_remember, s.auth_time AS session_auth_time, s.acr AS session_acr, \
                s.amr AS session_amr, s.known_browser_id AS session_known_browser_id, \
                s.last_reference_id AS session_last_reference_id, \
                s.password_due AS session_password_due, s.created_at AS session_created_at, \
                s.last_seen_at AS session_last_seen_at, s.expires_at AS session_expires_at, s.ip, s.user_agent \
         FROM session s JOIN user_account u ON u.id = s.user_id AND u.epoch = s.user_epoch \
         WHERE s.user_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 ORDER BY s.last_seen_at DESC, s.id LIMIT $3",
        user.text(),
        now.as_micros(),
        MOST,
    )?;
    let met = fetch_all!(
        tx,
        (String, String),
        "SELECT m.session_id, m.client_id FROM session s JOIN client_session m ON m.session_id = s.id \
         WHERE s.user_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 ORDER BY m.created_at, m.client_id",
        user.text(),
        now.as_micros(),
    )?;
    let mut clients: HashMap<String, Vec<String>> = HashMap::new();
    for (session, client) in met {
        clients.entry(session).or_default().push(client);
    }
    let read = |row: Row| {
        let session: Session = row.session.try_into()?;
        let clients = clients.remove(&session.id.text()).unwrap_or_default();
        Ok(OwnSession { session, browser: Browser { ip: row.ip, user_agent: row.user_agent }, clients })
    };
    rows.into_iter().map(read).collect()
}

/// Whether a user has this session, and it has not ended.
pub async fn is_of_user(tx: &mut Tx, id: SessionId, user: UserId, now: Moment) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT id FROM session WHERE id = $1 AND user_id = $2 AND ended_at IS NULL AND expires_at > $3",
        id.text(),
        user.text(),
        now.as_micros(),
    )?;
    Ok(row.is_some())
}

/// Ends every session of a user but `keep`; how many there were.
pub async fn end_others(tx: &mut Tx, user: UserId, keep: SessionId, now: Moment) -> Result<u64, StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE session SET ended_at = $3 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL AND expires_at > $3",
        user.text(),
        keep.text(),
        now.as_micros()
    )
}
