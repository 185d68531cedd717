//! Passkeys, and the challenges that browsers are to answer.

use uuid::Uuid;

use super::{
    error::{StoreError, parsed},
    tx::Tx,
};
use crate::{
    authn::{factor::FlowId, passkey::NewPasskey},
    base::{id::UserId, moment::Moment},
};

/// A passkey as answers are checked with it.
#[derive(Clone, Debug)]
pub struct StoredPasskey {
    /// Its row.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// The id that authenticators know, base64url.
    pub credential_id: String,
    /// Public key and the rest.
    pub credential: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    credential_id: String,
    credential: String,
}

impl TryFrom<Row> for StoredPasskey {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "passkey", "id", &row.id)?,
            user: parsed(&row.user_id, "passkey", "user_id", &row.id)?,
            credential_id: row.credential_id,
            credential: row.credential,
        })
    }
}

/// The passkeys of a user.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<StoredPasskey>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, user_id, credential_id, credential FROM passkey WHERE user_id = $1 ORDER BY id",
        user.text()
    )?;
    rows.into_iter().map(StoredPasskey::try_from).collect()
}

/// The passkey of this id, whosever it is.
pub async fn find(tx: &mut Tx, credential_id: &str) -> Result<Option<StoredPasskey>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, user_id, credential_id, credential FROM passkey WHERE credential_id = $1",
        credential_id
    )?;
    row.map(StoredPasskey::try_from).transpose()
}

/// Stores a new passkey.
///
/// # Errors
/// [`StoreError::Conflict`] if somebody has one of the same id (WebAuthn §7.1 step 26).
pub async fn insert(tx: &mut Tx, id: Uuid, user: UserId, passkey: &NewPasskey, now: Moment) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO passkey (id, user_id, credential_id, credential, name, synchronised, counter, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.to_string(),
        user.text(),
        passkey.credential_id.as_str(),
        passkey.credential.as_str(),
        passkey.name.as_deref().unwrap_or_default(),
        passkey.synchronised,
        i64::from(passkey.counter),
        now.as_micros(),
    )?;
    Ok(())
}

/// Notes a use. The count goes up with each, where the authenticator counts: of two answers with one count, one stands
/// (WebAuthn §7.2 step 22).
pub async fn used(
    tx: &mut Tx,
    id: Uuid,
    credential: &str,
    synchronised: bool,
    counter: u32,
    now: Moment,
) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE passkey SET credential = $2, synchronised = $3, counter = $4, last_used_at = $5 \
         WHERE id = $1 AND (counter < $4 OR (counter = 0 AND $4 = 0))",
        id.to_string(),
        credential,
        synchronised,
        i64::from(counter),
        now.as_micros(),
    )?;
    Ok(touched == 1)
}

/// Renames a passkey.
pub async fn rename(tx: &mut Tx, user: UserId, id: Uuid, name: &str) -> Result<bool, StoreError> {
    let touched =
        execute!(tx, "UPDATE passkey SET name = $3 WHERE id = $1 AND user_id = $2", id.to_string(), user.text(), name)?;
    Ok(touched == 1)
}

/// Removes a passkey.
pub async fn remove(tx: &mut Tx, user: UserId, id: Uuid) -> Result<bool, StoreError> {
    let touched = execute!(tx, "DELETE FROM passkey WHERE id = $1 AND user_id = $2", id.to_string(), user.text())?;
    Ok(touched == 1)
}

/// Removes every passkey of a user; how many there were.
pub async fn remove_for_user(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM passkey WHERE user_id = $1", user.text())
}

/// What a browser was asked to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChallengeKind {
    /// Make a passkey.
    Register,
    /// Sign as a second factor of a known user.
    SecondFactor,
    /// Sign as whoever holds a passkey.
    SignIn,
}

impl ChallengeKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SecondFactor => "second_factor",
            Self::SignIn => "sign_in",
        }
    }
}

/// A challenge that a flow waits for an answer to.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Its own id, so that an answer to an older one of the flow uses none up.
    pub id: Uuid,
    /// What to check the answer with.
    pub state: String,
}

/// Stores a challenge; an earlier one of the same flow and kind is gone.
pub async fn ask(
    tx: &mut Tx,
    flow: FlowId,
    kind: ChallengeKind,
    user: Option<UserId>,
    challenge: &Challenge,
    now: Moment,
    expires_at: Moment,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO passkey_challenge (flow, kind, id, user_id, state, created_at, expires_at, used_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) \
         ON CONFLICT (flow, kind) DO UPDATE SET id = excluded.id, user_id = excluded.user_id, state = excluded.state, \
             created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = NULL",
        flow.text(),
        kind.as_str(),
        challenge.id.to_string(),
        user.map(UserId::text),
        challenge.state.as_str(),
        now.as_micros(),
        expires_at.as_micros(),
    )?;
    Ok(())
}

/// The live challenge of a flow, without using it.
pub async fn asked(
    tx: &mut Tx,
    flow: FlowId,
    kind: ChallengeKind,
    user: Option<UserId>,
    now: Moment,
) -> Result<Option<Challenge>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String, String),
        "SELECT id, state FROM passkey_challenge \
         WHERE flow = $1 AND kind = $2 AND COALESCE(user_id, '') = $3 AND used_at IS NULL AND expires_at > $4",
        flow.text(),
        kind.as_str(),
        user.map(UserId::text).unwrap_or_default(),
        now.as_micros(),
    )?;
    row.map(|(id, state)| Ok(Challenge { id: parsed(&id, "passkey_challenge", "id", &id)?, state })).transpose()
}

/// Uses a challenge, once (D14, Q73), whatever its answer was worth.
pub async fn answer(tx: &mut Tx, flow: FlowId, kind: ChallengeKind, id: Uuid, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE passkey_challenge SET used_at = $4 \
         WHERE flow = $1 AND kind = $2 AND id = $3 AND used_at IS NULL AND expires_at > $4",
        flow.text(),
        kind.as_str(),
        id.to_string(),
        now.as_micros(),
    )?;
    Ok(touched == 1)
}

/// Ends the challenges that were made for a user.
pub async fn end_for_user(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE passkey_challenge SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL",
        user.text(),
        now.as_micros()
    )?;
    Ok(())
}

/// Deletes at most `limit` challenges that expired before `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        // One that is renewed right now stays: the condition on the row itself is looked at again behind its lock.
        "DELETE FROM passkey_challenge WHERE expires_at < $1 AND (flow, kind) IN \
         (SELECT flow, kind FROM passkey_challenge WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
