//! Authorization grants: the code that began one, the refresh family that came of it, and their end.
//!
//! Every single-use step is one conditional `UPDATE … RETURNING` (D14); whoever gets the row has won.

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::{
    authn::acr::Acr,
    base::{
        bearer::{BearerHash, Presented},
        id::{GrantId, ReferenceId, SessionId, UserId},
        moment::Moment,
    },
    oidc::refresh::Use,
};

/// Characters of recent uses that a row keeps (`oidc::refresh::MAX_RECENT_LEN`).
const RECENT_USES_LENGTH: i32 = crate::oidc::refresh::MAX_RECENT_LEN as i32;

/// A grant as stored.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Root of revocation; starts the `jti` of its access tokens; the refresh family's id.
    pub id: GrantId,
    /// The client it was given to.
    pub client_id: String,
    /// The user who gave it.
    pub user_id: UserId,
    /// The user's epoch then.
    pub user_epoch: i64,
    /// The client's epoch then.
    pub client_epoch: i64,
    /// The epoch of the company it was given for ([`Membership::epoch`]); 0 without one.
    ///
    /// [`Membership::epoch`]: crate::identity::membership::Membership
    pub company_epoch: i64,
    /// The session it was given in.
    pub session_id: Option<SessionId>,
    /// The company it speaks for now.
    pub reference_id: Option<ReferenceId>,
    /// Granted scopes, space separated, `customer:*` literally.
    pub scope: String,
    /// Granted resources (RFC 8707).
    pub resources: Vec<String>,
    /// The `claims` parameter (OpenID Core §5.5), as JSON.
    pub claims_request: Option<String>,
    /// `nonce` of the request.
    pub nonce: Option<String>,
    /// `redirect_uri` of the request.
    pub redirect_uri: String,
    /// `code_challenge` of the request (S256).
    pub code_challenge: Option<String>,
    /// How well the user had proved who they are.
    pub acr: Acr,
    /// With what.
    pub amr: Vec<String>,
    /// When.
    pub auth_time: Moment,
    /// A trusted browser spared the user a second factor.
    pub trusted_browser: bool,
    /// `customer:*` was granted: the family may be narrowed to any company of the user (domain.md 4).
    pub narrowable: bool,
    /// The refresh token survives the session (`offline_access`).
    pub offline: bool,
    /// Key of the refresh tokens; `None`: this grant has none.
    pub refresh_key_id: Option<String>,
    /// Number of the live refresh token; 0 before the first.
    pub generation: i64,
    /// Recent uses of refresh tokens, newest in front (`oidc::refresh::Use`).
    pub recent_uses: String,
    /// When the refresh token dies unused.
    pub idle_expires_at: Option<Moment>,
    /// When the grant began.
    pub created_at: Moment,
    /// When the grant ends whatever happens.
    pub expires_at: Moment,
    /// When its code ends.
    pub code_expires_at: Moment,
    /// When its code was redeemed.
    pub code_used_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    client_id: String,
    user_id: String,
    user_epoch: i64,
    client_epoch: i64,
    company_epoch: i64,
    session_id: Option<String>,
    reference_id: Option<String>,
    scope: String,
    resources: String,
    claims_request: Option<String>,
    nonce: Option<String>,
    redirect_uri: String,
    code_challenge: Option<String>,
    acr: String,
    amr: String,
    auth_time: i64,
    trusted_browser: bool,
    narrowable: bool,
    offline: bool,
    refresh_key_id: Option<String>,
    generation: i64,
    recent_uses: String,
    idle_expires_at: Option<i64>,
    created_at: i64,
    expires_at: i64,
    code_expires_at: i64,
    code_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<Row> for Grant {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const TABLE: &str = "authorization_grant";
        let id = &row.id;
        Ok(Self {
            id: parsed(id, TABLE, "id", id)?,
            user_id: parsed(&row.user_id, TABLE, "user_id", id)?,
            session_id: row.session_id.map(|text| parsed(&text, TABLE, "session_id", id)).transpose()?,
            reference_id: row.reference_id.map(|text| parsed(&text, TABLE, "reference_id", id)).transpose()?,
            resources: json(&row.resources, TABLE, "resources", id)?,
            acr: parsed(&row.acr, TABLE, "acr", id)?,
            amr: json(&row.amr, TABLE, "amr", id)?,
            client_id: row.client_id,
            user_epoch: row.user_epoch,
            client_epoch: row.client_epoch,
            company_epoch: row.company_epoch,
            scope: row.scope,
            claims_request: row.claims_request,
            nonce: row.nonce,
            redirect_uri: row.redirect_uri,
            code_challenge: row.code_challenge,
            auth_time: Moment::from_micros(row.auth_time),
            trusted_browser: row.trusted_browser,
            narrowable: row.narrowable,
            offline: row.offline,
            refresh_key_id: row.refresh_key_id,
            generation: row.generation,
            recent_uses: row.recent_uses,
            idle_expires_at: row.idle_expires_at.map(Moment::from_micros),
            created_at: Moment::from_micros(row.created_at),
            expires_at: Moment::from_micros(row.expires_at),
            code_expires_at: Moment::from_micros(row.code_expires_at),
            code_used_at: row.code_used_at.map(Moment::from_micros),
            revoked_at: row.revoked_at.map(Moment::from_micros),
        })
    }
}

/// Stores a new grant with its code.
pub async fn insert(tx: &mut Tx, grant: &Grant, code_hash: &BearerHash) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO authorization_grant (id, client_id, user_id, user_epoch, session_id, reference_id, scope, resources, \
            claims_request, nonce, redirect_uri, code_challenge, acr, amr, auth_time, narrowable, code_hash, \
            code_expires_at, offline, refresh_key_id, generation, recent_uses, created_at, expires_at, \
            client_epoch, company_epoch, trusted_browser) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 0, '', $21, \
            $22, $23, $24, $25)",
        grant.id.text(),
        grant.client_id.as_str(),
        grant.user_id.text(),
        grant.user_epoch,
        grant.session_id.map(SessionId::text),
        grant.reference_id.map(ReferenceId::text),
        grant.scope.as_str(),
        to_json(&grant.resources),
        grant.claims_request.as_deref(),
        grant.nonce.as_deref(),
        grant.redirect_uri.as_str(),
        grant.code_challenge.as_deref(),
        grant.acr.as_str(),
        to_json(&grant.amr),
        grant.auth_time.as_micros(),
        grant.narrowable,
        code_hash.text(),
        grant.code_expires_at.as_micros(),
        grant.offline,
        grant.refresh_key_id.as_deref(),
        grant.created_at.as_micros(),
        grant.expires_at.as_micros(),
        grant.client_epoch,
        grant.company_epoch,
        grant.trusted_browser,
    )?;
    Ok(())
}

/// What the first refresh token of a grant needs; written by the statement that consumes the code.
pub struct FirstRefresh {
    /// Hash of the token, were it to be handed out.
    pub hash: BearerHash,
    /// When it dies unused.
    pub idle_expires_at: Moment,
}

/// Consumes a code, once, for its own client. Where the grant may refresh, the first refresh token becomes live.
pub async fn redeem_code(
    tx: &mut Tx,
    presented: &Presented,
    client_id: &str,
    first: &FirstRefresh,
    now: Moment,
) -> Result<Option<Grant>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "UPDATE authorization_grant SET code_used_at = $4, \
            generation = CASE WHEN refresh_key_id IS NULL THEN 0 ELSE 1 END, \
            refresh_hash = CASE WHEN refresh_key_id IS NULL THEN NULL ELSE $5 END, \
            idle_expires_at = CASE WHEN refresh_key_id IS NULL THEN NULL ELSE CAST($6 AS BIGINT) END \
         WHERE id = $1 AND code_hash = $2 AND client_id = $3 AND code_used_at IS NULL AND code_expires_at > $4 \
           AND revoked_at IS NULL \
         RETURNING id, client_id, user_id, user_epoch, client_epoch, company_epoch, session_id, reference_id, scope, resources, \
            claims_request, nonce, redirect_uri, code_challenge, acr, amr, auth_time, trusted_browser, narrowable, offline, \
            refresh_key_id, generation, recent_uses, idle_expires_at, created_at, expires_at, code_expires_at, code_used_at, \
            revoked_at",
        presented.id.to_string(),
        presented.hash.text(),
        client_id,
        now.as_micros(),
        first.hash.text(),
        first.idle_expires_at.as_micros(),
    )?;
    row.map(Grant::try_from).transpose()
}

/// The grant of a code that buys nothing (any more).
pub async fn find_by_code(tx: &mut Tx, presented: &Presented) -> Result<Option<Grant>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, client_id, user_id, user_epoch, client_epoch, company_epoch, session_id, reference_id, scope, resources, \
            claims_request, nonce, redirect_uri, code_challenge, acr, amr, auth_time, trusted_browser, narrowable, offline, \
            refresh_key_id, generation, recent_uses, idle_expires_at, created_at, expires_at, code_expires_at, code_used_at, \
            revoked_at \
         FROM authorization_grant WHERE id = $1 AND code_hash = $2",
        presented.id.to_string(),
        presented.hash.text(),
    )?;
    row.map(Grant::try_from).transpose()
}

/// One step of a refresh family.
pub struct Rotation<'a> {
    /// The family.
    pub id: GrantId,
    /// Who presents the token.
    pub client_id: &'a str,
    /// Its number.
    pub generation: i64,
    /// Its hash.
    pub hash: &'a BearerHash,
    /// Hash of the successor.
    pub successor: &'a BearerHash,
    /// The use, for telling a repeat later.
    pub used: &'a Use,
    /// When the successor dies unused.
    pub idle_expires_at: Moment,
}

/// Replaces the live refresh token by its successor, once.
pub async fn rotate(tx: &mut Tx, rotation: &Rotation<'_>, now: Moment) -> Result<Option<Grant>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "UPDATE authorization_grant SET generation = generation + 1, refresh_hash = $5, \
            recent_uses = substr($6 || ' ' || recent_uses, 1, $9), idle_expires_at = $8 \
         WHERE id = $1 AND client_id = $2 AND generation = $3 AND refresh_hash = $4 AND revoked_at IS NULL \
           AND idle_expires_at > $7 AND expires_at > $7 \
         RETURNING id, client_id, user_id, user_epoch, client_epoch, company_epoch, session_id, reference_id, scope, resources, \
            claims_request, nonce, redirect_uri, code_challenge, acr, amr, auth_time, trusted_browser, narrowable, offline, \
            refresh_key_id, generation, recent_uses, idle_expires_at, created_at, expires_at, code_expires_at, code_used_at, \
            revoked_at",
        rotation.id.text(),
        rotation.client_id,
        rotation.generation,
        rotation.hash.text(),
        rotation.successor.text(),
        rotation.used.to_string(),
        now.as_micros(),
        rotation.idle_expires_at.as_micros(),
        RECENT_USES_LENGTH,
    )?;
    row.map(Grant::try_from).transpose()
}

/// The grant as it is.
pub async fn find(tx: &mut Tx, id: GrantId) -> Result<Option<Grant>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, client_id, user_id, user_epoch, client_epoch, company_epoch, session_id, reference_id, scope, resources, \
            claims_request, nonce, redirect_uri, code_challenge, acr, amr, auth_time, trusted_browser, narrowable, offline, \
            refresh_key_id, generation, recent_uses, idle_expires_at, created_at, expires_at, code_expires_at, code_used_at, \
            revoked_at \
         FROM authorization_grant WHERE id = $1",
        id.text()
    )?;
    row.map(Grant::try_from).transpose()
}

/// The family whose live refresh token this is.
pub async fn find_by_refresh(
    tx: &mut Tx,
    id: GrantId,
    hash: &BearerHash,
    now: Moment,
) -> Result<Option<Grant>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, client_id, user_id, user_epoch, client_epoch, company_epoch, session_id, reference_id, scope, resources, \
            claims_request, nonce, redirect_uri, code_challenge, acr, amr, auth_time, trusted_browser, narrowable, offline, \
            refresh_key_id, generation, recent_uses, idle_expires_at, created_at, expires_at, code_expires_at, code_used_at, \
            revoked_at \
         FROM authorization_grant \
         WHERE id = $1 AND refresh_hash = $2 AND revoked_at IS NULL AND idle_expires_at > $3 AND expires_at > $3",
        id.text(),
        hash.text(),
        now.as_micros(),
    )?;
    row.map(Grant::try_from).transpose()
}

/// Remembers the company that a family was narrowed to (domain.md 4).
pub async fn select_reference(tx: &mut Tx, id: GrantId, reference: ReferenceId) -> Result<(), StoreError> {
    execute!(tx, "UPDATE authorization_grant SET reference_id = $2 WHERE id = $1", id.text(), reference.text())?;
    Ok(())
}

/// Ends one grant: its code, its refresh family, its access tokens.
pub async fn revoke(tx: &mut Tx, id: GrantId, reason: &str, now: Moment) -> Result<bool, StoreError> {
    tx.touch_state();
    let touched = execute!(
        tx,
        "UPDATE authorization_grant SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL",
        id.text(),
        now.as_micros(),
        reason
    )?;
    Ok(touched == 1)
}

/// Ends the grants that live in a session; offline ones survive it, but not their unredeemed codes.
pub async fn revoke_online(tx: &mut Tx, session: SessionId, now: Moment) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE authorization_grant SET revoked_at = $2, revoked_reason = 'session ended' \
         WHERE session_id = $1 AND revoked_at IS NULL AND (NOT offline OR code_used_at IS NULL)",
        session.text(),
        now.as_micros()
    )?;
    Ok(())
}

/// Ends every grant of a user.
pub async fn revoke_for_user(tx: &mut Tx, user: UserId, reason: &str, now: Moment) -> Result<u64, StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE authorization_grant SET revoked_at = $2, revoked_reason = $3 WHERE user_id = $1 AND revoked_at IS NULL",
        user.text(),
        now.as_micros(),
        reason
    )
}

/// Deletes at most `limit` grants that ended before `before`; their access tokens are long dead by then.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM authorization_grant WHERE id IN \
         (SELECT id FROM authorization_grant WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
