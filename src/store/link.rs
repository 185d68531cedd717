//! Single-use links: those that an administrator hands out, and those that a message carries.

use serde_json::{Map, Value};

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::{
    base::{
        bearer::{BearerHash, BearerKind, Presented},
        id::{LinkId, UserId},
        moment::Moment,
    },
    identity::words,
};

words! {
    /// What a link is good for. Part of the condition that consumes it, and of the secret of a link that is mailed.
    LinkPurpose {
        /// Create the first administrator.
        Setup = "setup",
        /// Set a password; handed out by an administrator.
        Password = "password",
        /// Accept an invitation: set the first password, or join another company.
        Invite = "invite",
        /// Set a new password, by mail.
        Reset = "reset",
        /// Prove that an e-mail address is one's own.
        VerifyEmail = "verify-email",
        /// Take a change of the e-mail address back; mailed to the old one.
        UndoEmail = "undo-email",
        /// Enrol a second factor (D33).
        Enrol = "enrol",
        /// Clear an automatic lock.
        Unlock = "unlock",
        /// "This was not me": ends every session and starts a reset (inventory K27).
        NotMe = "not-me",
    }
}

/// What a new link does to those of its purpose and user that are still live.
enum Earlier {
    /// They die.
    Die,
    /// They die if they are for the same thing.
    DieIfSame,
    /// They stay.
    Live,
}

impl LinkPurpose {
    /// The kind of bearer value that such a link is.
    pub const fn kind(self) -> BearerKind {
        match self {
            Self::Setup => BearerKind::SetupLink,
            Self::Password | Self::Reset => BearerKind::PasswordLink,
            Self::Invite => BearerKind::InviteLink,
            Self::VerifyEmail => BearerKind::VerifyLink,
            Self::UndoEmail => BearerKind::UndoLink,
            Self::Enrol => BearerKind::EnrolLink,
            Self::Unlock => BearerKind::UnlockLink,
            Self::NotMe => BearerKind::NotMeLink,
        }
    }

    /// One live link per purpose and user, with two exceptions. Invitations are one per company. And what protects
    /// somebody against a thief of the account must not be undone by what the thief does next.
    const fn earlier(self) -> Earlier {
        match self {
            Self::Invite => Earlier::DieIfSame,
            Self::UndoEmail | Self::NotMe => Earlier::Live,
            _ => Earlier::Die,
        }
    }
}

/// A link to store.
pub struct NewLink<'a> {
    /// Its id; that of the message which carries it.
    pub id: LinkId,
    /// Hash of the bearer value.
    pub hash: &'a BearerHash,
    /// What it is good for.
    pub purpose: LinkPurpose,
    /// Whose it is.
    pub user: Option<UserId>,
    /// What else it is for: the address to verify, the membership to accept.
    pub detail: &'a Map<String, Value>,
    /// When it is made.
    pub now: Moment,
    /// It works until then.
    pub expires_at: Moment,
}

/// A link that works.
#[derive(Clone, Debug)]
pub struct LiveLink {
    /// Whose it is; none for a link of nobody's.
    pub user: Option<UserId>,
    /// What else it is for.
    pub detail: Map<String, Value>,
    /// When it was made.
    pub created_at: Moment,
    /// It works until then.
    pub expires_at: Moment,
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: Option<String>,
    detail: String,
    created_at: i64,
    expires_at: i64,
}

impl Row {
    fn live(self, presented: &Presented) -> Result<LiveLink, StoreError> {
        let id = presented.id.to_string();
        Ok(LiveLink {
            user: self.user_id.map(|text| parsed(&text, "link", "user_id", &id)).transpose()?,
            detail: json(&self.detail, "link", "detail", &id)?,
            created_at: Moment::from_micros(self.created_at),
            expires_at: Moment::from_micros(self.expires_at),
        })
    }
}

/// A link in whatever state it is.
#[derive(Clone, Debug)]
pub struct KnownLink {
    /// What it is or was good for.
    pub purpose: LinkPurpose,
    /// Whose it is; none for a link of nobody's.
    pub user: Option<UserId>,
    /// What else it is for.
    pub detail: Map<String, Value>,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    hash: String,
    purpose: String,
    user_id: Option<String>,
    detail: String,
}

/// Stores a link without detail: see [`store`].
pub async fn insert(
    tx: &mut Tx,
    id: LinkId,
    hash: &BearerHash,
    purpose: LinkPurpose,
    user: Option<UserId>,
    now: Moment,
    expires_at: Moment,
) -> Result<(), StoreError> {
    store(tx, &NewLink { id, hash, purpose, user, detail: &Map::new(), now, expires_at }).await
}

/// Stores a link; earlier live ones of the same purpose and user die, with the exceptions that the purpose makes.
pub async fn store(tx: &mut Tx, link: &NewLink<'_>) -> Result<(), StoreError> {
    let user = link.user.map(UserId::text);
    let detail = to_json(link.detail);
    let same = match link.purpose.earlier() {
        Earlier::Die => Some(None),
        Earlier::DieIfSame => Some(Some(detail.as_str())),
        Earlier::Live => None,
    };
    if let Some(same) = same {
        match user.as_deref() {
            Some(user) => execute!(
                tx,
                "UPDATE link SET used_at = $3 WHERE user_id = $1 AND purpose = $2 AND detail = COALESCE($4, detail) \
                 AND used_at IS NULL",
                user,
                link.purpose.as_str(),
                link.now.as_micros(),
                same,
            )?,
            None => execute!(
                tx,
                "UPDATE link SET used_at = $2 WHERE user_id IS NULL AND purpose = $1 AND detail = COALESCE($3, detail) \
                 AND used_at IS NULL",
                link.purpose.as_str(),
                link.now.as_micros(),
                same,
            )?,
        };
    }
    execute!(
        tx,
        "INSERT INTO link (id, hash, purpose, user_id, detail, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        link.id.text(),
        link.hash.text(),
        link.purpose.as_str(),
        user.as_deref(),
        detail,
        link.now.as_micros(),
        link.expires_at.as_micros(),
    )?;
    Ok(())
}

/// Looks at a live link without using it (D24: a GET never consumes).
pub async fn find(
    tx: &mut Tx,
    presented: &Presented,
    purpose: LinkPurpose,
    now: Moment,
) -> Result<Option<LiveLink>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT user_id, detail, created_at, expires_at FROM link \
         WHERE id = $1 AND hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $4",
        presented.id.to_string(),
        presented.hash.text(),
        purpose.as_str(),
        now.as_micros(),
    )?;
    row.map(|row| row.live(presented)).transpose()
}

/// Uses a link, once (D14).
pub async fn take(
    tx: &mut Tx,
    presented: &Presented,
    purpose: LinkPurpose,
    now: Moment,
) -> Result<Option<LiveLink>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "UPDATE link SET used_at = $4 \
         WHERE id = $1 AND hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $4 \
         RETURNING user_id, detail, created_at, expires_at",
        presented.id.to_string(),
        presented.hash.text(),
        purpose.as_str(),
        now.as_micros(),
    )?;
    row.map(|row| row.live(presented)).transpose()
}

/// The link that was presented, also one that was used or is too old. It opens nothing.
pub async fn known(tx: &mut Tx, presented: &Presented) -> Result<Option<KnownLink>, StoreError> {
    let Some(row) = row(tx, &presented.id.to_string()).await? else { return Ok(None) };
    if !presented.hash.matches(&row.hash) {
        return Ok(None);
    }
    row.known(&presented.id.to_string()).map(Some)
}

/// The link with this id, also one that was used or is too old.
pub async fn by_id(tx: &mut Tx, id: LinkId) -> Result<Option<KnownLink>, StoreError> {
    let id = id.text();
    row(tx, &id).await?.map(|row| row.known(&id)).transpose()
}

async fn row(tx: &mut Tx, id: &str) -> Result<Option<KnownRow>, StoreError> {
    fetch_optional!(tx, KnownRow, "SELECT hash, purpose, user_id, detail FROM link WHERE id = $1", id)
}

impl KnownRow {
    fn known(self, id: &str) -> Result<KnownLink, StoreError> {
        Ok(KnownLink {
            purpose: parsed(&self.purpose, "link", "purpose", id)?,
            user: self.user_id.map(|text| parsed(&text, "link", "user_id", id)).transpose()?,
            detail: json(&self.detail, "link", "detail", id)?,
        })
    }
}

/// Whose live link this is, without using it. The inner `None`: a link of nobody's.
pub async fn peek(
    tx: &mut Tx,
    presented: &Presented,
    purpose: LinkPurpose,
    now: Moment,
) -> Result<Option<Option<UserId>>, StoreError> {
    Ok(find(tx, presented, purpose, now).await?.map(|link| link.user))
}

/// Uses a link, once, and tells whose it was.
pub async fn consume(
    tx: &mut Tx,
    presented: &Presented,
    purpose: LinkPurpose,
    now: Moment,
) -> Result<Option<Option<UserId>>, StoreError> {
    Ok(take(tx, presented, purpose, now).await?.map(|link| link.user))
}

/// Ends every live link of a user but those by which the owner of an account takes it back from a thief.
pub async fn end_for_user(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL AND purpose NOT IN ('undo-email', 'not-me')",
        user.text(),
        now.as_micros()
    )?;
    Ok(())
}

/// Deletes at most `limit` links that expired before `before`.
pub async fn collect(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM link WHERE id IN (SELECT id FROM link WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.as_micros(),
        limit
    )
}
