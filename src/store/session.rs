//! Sign-in sessions: one browser, one user (domain.md 1).

use serde::{Deserialize, Serialize};

use super::{
    error::{StoreError, json, parsed, to_json},
    joined::{Joined, Key},
    reference::CandidateRow,
    tx::Tx,
};
use crate::{
    authn::{
        acr::Acr,
        password_due::PasswordDue,
        session::{SessionLife, SessionTimes},
    },
    base::{
        bearer::Presented,
        id::{ReferenceId, SessionId, UserId},
        moment::Moment,
    },
    identity::selection::Candidate,
};

/// A session as stored.
#[derive(Clone, Debug)]
pub struct Session {
    /// `sid` in ID tokens.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// The user's epoch when it was opened; "sign out everywhere" moves the user's on.
    pub user_epoch: i64,
    /// "Keep me signed in" was ticked.
    pub remember: bool,
    /// When the user last proved who they are.
    pub auth_time: Moment,
    /// How well.
    pub acr: Acr,
    /// With what (RFC 8176).
    pub amr: Vec<String>,
    /// The known browser it was opened in, if it was one.
    pub known_browser_id: Option<String>,
    /// The company last chosen in it, for any client.
    pub last_reference_id: Option<ReferenceId>,
    /// Why its password is to be changed first.
    pub password_due: Option<PasswordDue>,
    /// When it was opened.
    pub created_at: Moment,
    /// Last activity, at most a minute old.
    pub last_seen_at: Moment,
    /// When it ends whatever happens.
    pub expires_at: Moment,
}

impl Session {
    /// Whether it is alive under these settings.
    pub fn is_alive(&self, life: &SessionLife, now: Moment) -> bool {
        let Self { auth_time, last_seen_at, expires_at, remember, .. } = *self;
        life.is_alive(SessionTimes { auth_time, last_seen_at, expires_at, remember }, now)
    }
}

/// What is known of the browser when a session opens or rises.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Browser {
    /// Address of the caller.
    pub ip: Option<String>,
    /// `User-Agent`, cut to a sane length.
    pub user_agent: Option<String>,
}

/// Columns of `session` under names that no other table uses.
#[derive(sqlx::FromRow)]
pub(super) struct SessionRow {
    session_id: String,
    session_user_id: String,
    session_user_epoch: i64,
    session_remember: bool,
    session_auth_time: i64,
    session_acr: String,
    session_amr: String,
    session_known_browser_id: Option<String>,
    session_last_reference_id: Option<String>,
    session_password_due: Option<String>,
    session_created_at: i64,
    session_last_seen_at: i64,
    session_expires_at: i64,
}

impl Key for SessionRow {
    const COLUMN: &'static str = "session_id";
}

/// What a session knows of one client: nothing yet, or the company chosen for it, if any.
pub type Choice = Option<Option<ReferenceId>>;

#[derive(sqlx::FromRow)]
struct ForClient {
    #[sqlx(flatten)]
    session: SessionRow,
    met: Option<String>,
    chosen: Option<String>,
    #[sqlx(flatten)]
    candidate: Joined<CandidateRow>,
    has_factor: bool,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let id = &row.session_id;
        let reference = row.session_last_reference_id;
        Ok(Self {
            id: parsed(id, "session", "id", id)?,
            user_id: parsed(&row.session_user_id, "session", "user_id", id)?,
            user_epoch: row.session_user_epoch,
            remember: row.session_remember,
            auth_time: Moment::from_micros(row.session_auth_time),
            acr: parsed(&row.session_acr, "session", "acr", id)?,
            amr: json(&row.session_amr, "session", "amr", id)?,
            known_browser_id: row.session_known_browser_id,
            last_reference_id: reference.map(|text| parsed(&text, "session", "last_reference_id", id)).transpose()?,
            password_due: row
                .session_password_due
                .map(|text| json(&text, "session", "password_due", id))
                .transpose()?,
            created_at: Moment::from_micros(row.session_created_at),
            last_seen_at: Moment::from_micros(row.session_last_seen_at),
            expires_at: Moment::from_micros(row.session_expires_at),
        })
    }
}

/// What a browser's session knows of a client.
pub struct ForThisClient {
    /// The live session.
    pub session: Session,
    /// What it chose for the client (D7).
    pub choice: Choice,
    /// The membership that it chose, as it stands now.
    pub candidate: Option<Candidate>,
    /// The user has an app or a passkey.
    pub has_factor: bool,
}

/// The live session of a presented cookie, with what it chose for a client, in one statement.
pub async fn find_for_client(
    tx: &mut Tx,
    presented: &Presented,
    client_id: &str,
    now: Moment,
) -> Result<Option<ForThisClient>, StoreError> {
    let row = fetch_optional!(
        tx,
        ForClient,
        "SELECT s.id AS session_id, s.user_id AS session_user_id, s.user_epoch AS session_user_epoch, \
                s.remember AS session_remember, s.auth_time AS session_auth_time, s.acr AS session_acr, \
                s.amr AS session_amr, s.known_browser_id AS session_known_browser_id, \
                s.last_reference_id AS session_last_reference_id, s.password_due AS session_password_due, s.created_at AS session_created_at, \
                s.last_seen_at AS session_last_seen_at, s.expires_at AS session_expires_at, \
                m.client_id AS met, m.reference_id AS chosen, \
                r.id AS reference_id, c.id AS customer_id, c.code AS customer_code, c.display_name AS customer_name, \
                c.attributes AS customer_attributes, r.display_name AS reference_name, r.roles AS reference_roles, \
                r.contact_role AS reference_contact_role, r.is_default AS reference_is_default, \
                r.last_used_at AS reference_last_used_at, \
                r.active AND r.internet_user AND r.accepted_at IS NOT NULL AND c.active AS usable, \
                EXISTS (SELECT 1 FROM totp t WHERE t.user_id = s.user_id AND t.confirmed_at IS NOT NULL) \
                OR EXISTS (SELECT 1 FROM passkey p WHERE p.user_id = s.user_id) AS has_factor \
         FROM session s JOIN user_account u ON u.id = s.user_id \
         LEFT JOIN client_session m ON m.session_id = s.id AND m.client_id = $4 \
         LEFT JOIN reference r ON r.id = m.reference_id AND r.user_id = s.user_id \
         LEFT JOIN customer c ON c.id = r.customer_id \
         WHERE s.id = $1 AND s.hash = $2 AND s.ended_at IS NULL AND s.expires_at > $3 \
           AND u.active AND NOT u.blocked AND u.epoch = s.user_epoch",
        presented.id.to_string(),
        presented.hash.text(),
        now.as_micros(),
        client_id,
    )?;
    let read = |row: ForClient| {
        let session: Session = row.session.try_into()?;
        let chosen = row.chosen.map(|id| parsed(&id, "client_session", "reference_id", &session.id.text()));
        let chosen = chosen.transpose()?;
        let candidate = row.candidate.0.map(|it| it.candidate(session.user_id)).transpose()?;
        Ok(ForThisClient { session, choice: row.met.map(|_| chosen), candidate, has_factor: row.has_factor })
    };
    row.map(read).transpose()
}

/// The live session of a presented cookie. Whether it is idle for too long is `authn::session`'s to say.
pub async fn find(tx: &mut Tx, presented: &Presented, now: Moment) -> Result<Option<Session>, StoreError> {
    let row = fetch_optional!(
        tx,
        SessionRow,
        "SELECT s.id AS session_id, s.user_id AS session_user_id, s.user_epoch AS session_user_epoch, \
                s.remember AS session_remember, s.auth_time AS session_auth_time, s.acr AS session_acr, \
                s.amr AS session_amr, s.known_browser_id AS session_known_browser_id, \
                s.last_reference_id AS session_last_reference_id, s.password_due AS session_password_due, s.created_at AS session_created_at, \
                s.last_seen_at AS session_last_seen_at, s.expires_at AS session_expires_at \
         FROM session s JOIN user_account u ON u.id = s.user_id \
         WHERE s.id = $1 AND s.hash = $2 AND s.ended_at IS NULL AND s.expires_at > $3 \
           AND u.active AND NOT u.blocked AND u.epoch = s.user_epoch",
        presented.id.to_string(),
        presented.hash.text(),
        now.as_micros(),
    )?;
    row.map(Session::try_from).transpose()
}

/// Holds a live session for this transaction, so that nothing else raises it meanwhile.
pub async fn hold(tx: &mut Tx, id: SessionId, now: Moment) -> Result<Option<Session>, StoreError> {
    let row = fetch_optional!(
        tx,
        SessionRow,
        "UPDATE session SET ended_at = NULL WHERE id = $1 AND ended_at IS NULL AND expires_at > $2 \
         RETURNING id AS session_id, user_id AS session_user_id, user_epoch AS session_user_epoch, \
                   remember AS session_remember, auth_time AS session_auth_time, acr AS session_acr, \
                   amr AS session_amr, known_browser_id AS session_known_browser_id, \
                   last_reference_id AS session_last_reference_id, password_due AS session_password_due, created_at AS session_created_at, \
                   last_seen_at AS session_last_seen_at, expires_at AS session_expires_at",
        id.text(),
        now.as_micros(),
    )?;
    row.map(Session::try_from).transpose()
}

/// The live sessions of a user that have reached more than a password.
pub async fn raised(tx: &mut Tx, user: UserId, now: Moment) -> Result<Vec<Session>, StoreError> {
    let rows = fetch_all!(
        tx,
        SessionRow,
        "SELECT id AS session_id, user_id AS session_user_id, user_epoch AS session_user_epoch, \
                remember AS session_remember, auth_time AS session_auth_time, acr AS session_acr, \
                amr AS session_amr, known_browser_id AS session_known_browser_id, \
                last_reference_id AS session_last_reference_id, password_due AS session_password_due, created_at AS session_created_at, \
                last_seen_at AS session_last_seen_at, expires_at AS session_expires_at \
         FROM session WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 AND acr <> $3 ORDER BY id",
        user.text(),
        now.as_micros(),
        Acr::Pwd.as_str(),
    )?;
    rows.into_iter().map(Session::try_from).collect()
}

/// Takes back what a session was raised with: only the password is left of it (domain.md 5, "MFA reset").
pub async fn lower(tx: &mut Tx, id: SessionId) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE session SET acr = $2, amr = '[\"pwd\"]' WHERE id = $1 AND ended_at IS NULL",
        id.text(),
        Acr::Pwd.as_str()
    )?;
    Ok(())
}

/// Stores a new session under the hash of its cookie.
pub async fn insert(tx: &mut Tx, session: &Session, hash: &str, browser: &Browser) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO session (id, hash, user_id, user_epoch, remember, auth_time, acr, amr, known_browser_id, \
                              last_reference_id, ip, user_agent, created_at, last_seen_at, expires_at, password_due) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        session.id.text(),
        hash,
        session.user_id.text(),
        session.user_epoch,
        session.remember,
        session.auth_time.as_micros(),
        session.acr.as_str(),
        to_json(&session.amr),
        session.known_browser_id.as_deref(),
        session.last_reference_id.map(ReferenceId::text),
        browser.ip.as_deref(),
        browser.user_agent.as_deref(),
        session.created_at.as_micros(),
        session.last_seen_at.as_micros(),
        session.expires_at.as_micros(),
        session.password_due.as_ref().map(to_json),
    )?;
    Ok(())
}

/// Writes a new proof into a session that goes on, under a new cookie (security.md S2: rotated at every rise).
pub async fn renew(tx: &mut Tx, session: &Session, hash: &str) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE session SET hash = $2, auth_time = $3, acr = $4, amr = $5, known_browser_id = $6, remember = $7, \
                            last_seen_at = $8, expires_at = $9, user_epoch = $10, password_due = $11 \
         WHERE id = $1 AND ended_at IS NULL",
        session.id.text(),
        hash,
        session.auth_time.as_micros(),
        session.acr.as_str(),
        to_json(&session.amr),
        session.known_browser_id.as_deref(),
        session.remember,
        session.last_seen_at.as_micros(),
        session.expires_at.as_micros(),
        session.user_epoch,
        session.password_due.as_ref().map(to_json),
    )?;
    Ok(touched == 1)
}

/// Puts a session under a new cookie (B30).
pub async fn change_secret(tx: &mut Tx, id: SessionId, hash: &str) -> Result<(), StoreError> {
    execute!(tx, "UPDATE session SET hash = $2 WHERE id = $1 AND ended_at IS NULL", id.text(), hash)?;
    Ok(())
}

/// Notes activity.
pub async fn touch(tx: &mut Tx, id: SessionId, now: Moment) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2",
        id.text(),
        now.as_micros()
    )?;
    Ok(())
}

/// Keeps the company chosen for a client in this session (D7), and as the last one of the session.
pub async fn choose(
    tx: &mut Tx,
    id: SessionId,
    client_id: &str,
    reference: Option<ReferenceId>,
    now: Moment,
) -> Result<(), StoreError> {
    let reference = reference.map(ReferenceId::text);
    execute!(
        tx,
        "INSERT INTO client_session (session_id, client_id, reference_id, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (session_id, client_id) DO UPDATE SET reference_id = COALESCE(excluded.reference_id, client_session.reference_id)",
        id.text(),
        client_id,
        reference.as_deref(),
        now.as_micros(),
    )?;
    if let Some(reference) = reference {
        execute!(tx, "UPDATE session SET last_reference_id = $2 WHERE id = $1", id.text(), reference.as_str())?;
        execute!(tx, "UPDATE reference SET last_used_at = $2 WHERE id = $1", reference, now.as_micros())?;
    }
    Ok(())
}

/// The clients that were signed in to in this session.
pub async fn clients(tx: &mut Tx, id: SessionId) -> Result<Vec<String>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT client_id FROM client_session WHERE session_id = $1 ORDER BY client_id",
        id.text()
    )?;
    Ok(rows.into_iter().map(|(client,)| client).collect())
}

/// Ends one session and the online grants that live in it; offline ones survive (claims.md 2).
pub async fn end(tx: &mut Tx, id: SessionId, now: Moment) -> Result<(), StoreError> {
    // Grants first: a refresh takes them in this order, too.
    super::grant::revoke_online(tx, id, now).await?;
    execute!(tx, "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", id.text(), now.as_micros())?;
    Ok(())
}

/// Ends every session of a user but this one.
pub async fn end_others(tx: &mut Tx, user: UserId, keep: SessionId, now: Moment) -> Result<u64, StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE session SET ended_at = $3 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL",
        user.text(),
        keep.text(),
        now.as_micros()
    )
}

/// Ends every session of a user.
pub async fn end_for_user(tx: &mut Tx, user: UserId, now: Moment) -> Result<u64, StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL",
        user.text(),
        now.as_micros()
    )
}

/// Deletes at most `limit` sessions that expired before `before`, with the choices made in them.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM client_session WHERE session_id IN \
         (SELECT id FROM session WHERE expires_at < $1 ORDER BY expires_at, id LIMIT $2)",
        before.as_micros(),
        limit
    )?;
    // Another node may be at it too, and these be others than those above: no session goes before its choices.
    execute!(
        tx,
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at < $1 ORDER BY expires_at, id LIMIT $2) \
         AND NOT EXISTS (SELECT 1 FROM client_session c WHERE c.session_id = session.id)",
        before.as_micros(),
        limit
    )
}
