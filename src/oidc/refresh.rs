//! Refresh tokens: derived, not stored, and rotated with an idempotent successor (D16, security.md S1).
//!
//! Form: `rt_<family id>.<n>.<MAC>`; the MAC is HMAC-SHA256 over family, generation and client, under the family's key. The
//! successor of a consumed token can so be told again without keeping it, and a forged one never reaches the database.

use std::{fmt, time::Duration};

use aws_lc_rs::{digest, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::error::{ErrorCode, OAuthError};
use crate::base::{bearer::BearerHash, id::GrantId, moment::Moment, secret::Secret};

/// Length of the text in which a family keeps its recent uses, in bytes: some thirty uses.
pub const MAX_RECENT_LEN: usize = 1600;

/// A token whose form is right; nothing is proved yet.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The family, which is the grant.
    pub family: GrantId,
    /// Its number in the family; the first is 1.
    pub generation: i64,
    mac: &'a str,
}

impl<'a> Presented<'a> {
    /// Reads a token; `None` if it has another form.
    pub fn parse(token: &'a str) -> Option<Self> {
        let mut parts = token.strip_prefix("rt_")?.splitn(3, '.');
        let family = parts.next()?.parse().ok()?;
        let number = parts.next()?;
        let mac = parts.next()?;
        let generation = number.parse().ok().filter(|n: &i64| *n > 0 && n.to_string() == number)?;
        Some(Self { family, generation, mac })
    }

    /// Whether this is a token that `key` made for `client_id`, compared in constant time.
    pub fn is_authentic(&self, key: &[u8], client_id: &str) -> bool {
        let Ok(mac) = URL_SAFE_NO_PAD.decode(self.mac) else { return false };
        let message = message(self.family, self.generation, client_id);
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), &message, &mac).is_ok()
    }
}

/// The refresh token of a family and generation, for its holder. The successor is derived under the key that made its predecessor:
/// a key is retired when the last family begun under it has ended.
pub fn derive(key: &[u8], family: GrantId, generation: i64, client_id: &str) -> Secret<String> {
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &message(family, generation, client_id));
    Secret::new(format!("rt_{family}.{generation}.{}", URL_SAFE_NO_PAD.encode(mac)))
}

/// What the database keeps of a token.
pub fn hash(token: &str) -> BearerHash {
    BearerHash::of("rt", token)
}

/// Family and generation have no zero byte, the client comes last: no two triples share a message.
fn message(family: GrantId, generation: i64, client_id: &str) -> Vec<u8> {
    format!("usher refresh token\0{family}\0{generation}\0{client_id}").into_bytes()
}

/// One use of a token that led to its successor: when, and what was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The generation consumed.
    pub generation: i64,
    /// Its first use.
    pub at: Moment,
    /// [`fingerprint`] of the request.
    pub request: String,
}

impl fmt::Display for Use {
    /// As kept in the family's row: the newest in front, separated by spaces, cut off at [`MAX_RECENT_LEN`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.generation, self.at.as_micros(), self.request)
    }
}

/// When a token of the family was used last, by what the family keeps.
pub fn last_use(recent: &str) -> Option<Moment> {
    let newest = recent.split(' ').next()?;
    newest.split(':').nth(1)?.parse().ok().map(Moment::from_micros)
}

impl Use {
    /// Finds the use of `generation` in what the family keeps. What was cut off is not found, and its repeat counts as reuse.
    fn find(recent: &str, generation: i64) -> Option<Self> {
        recent.split(' ').find_map(|entry| {
            let mut parts = entry.splitn(3, ':');
            let used: i64 = parts.next()?.parse().ok()?;
            let at = Moment::from_micros(parts.next()?.parse().ok()?);
            let request = parts.next()?;
            (used == generation && request.len() == FINGERPRINT_LEN).then(|| Self {
                generation,
                at,
                request: request.to_owned(),
            })
        })
    }
}

const FINGERPRINT_LEN: usize = 22;

/// Stands for the parameters `scope` and `resource` of a refresh request, so that a repeat can be told from another request.
pub fn fingerprint(scope: Option<&str>, resources: &[&str]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in [scope.unwrap_or_default()].iter().chain(resources) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let hash = context.finish();
    URL_SAFE_NO_PAD.encode(hash.as_ref().iter().copied().take(16).collect::<Vec<u8>>())
}

/// What a family's row says.
#[derive(Clone, Copy, Debug)]
pub struct Family<'a> {
    /// Whose it is.
    pub client_id: &'a str,
    /// Number of the live token.
    pub generation: i64,
    /// Recent uses, as [`Use`] writes them.
    pub recent: &'a str,
    /// When the live token dies unused.
    pub idle_expires_at: Moment,
    /// When the family ends.
    pub expires_at: Moment,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// How patient the client's families are with a repeat.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long after its first use a consumed token is answered again (`token.refresh_grace`).
    pub grace: Duration,
    /// Never (`refresh_strict`).
    pub strict: bool,
}

/// Why a refresh token buys nothing now. The client hears `invalid_grant` and one sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RefreshError {
    /// Not one of ours, or another client's: the two are not told apart.
    #[error("not a refresh token of this client")]
    Unknown,
    /// The family was revoked.
    #[error("the grant was revoked")]
    Revoked,
    /// Unused for too long, or at its end.
    #[error("the refresh token has expired")]
    Expired,
    /// A repeat that asks for something else.
    #[error("the refresh token was used for another request")]
    OtherRequest,
    /// A token used before, outside of grace.
    #[error("the refresh token was used before")]
    Reused,
}

impl From<RefreshError> for OAuthError {
    fn from(_: RefreshError) -> Self {
        Self::new(ErrorCode::InvalidGrant, "the refresh token is not valid")
    }
}

/// What becomes of an authentic token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefreshDecision {
    /// It is the live one: consume it and issue the next generation.
    Rotate,
    /// Its answer was probably lost: tell the same successor again, with a fresh access token, and change nothing.
    RepeatSuccessor,
    /// It was stolen, or its successor was: end the family (D3).
    Reuse,
    /// Refuse, and end nothing.
    Refuse(RefreshError),
}

/// Decides about generation `presented` of a family, asked for by the authenticated `client_id` with a request of `fingerprint`.
pub fn decide(
    presented: i64,
    client_id: &str,
    fingerprint: &str,
    family: &Family<'_>,
    patience: Patience,
    now: Moment,
) -> RefreshDecision {
    use RefreshDecision::{Refuse, RepeatSuccessor, Reuse, Rotate};
    if family.client_id != client_id || presented > family.generation || presented < 1 {
        return Refuse(RefreshError::Unknown);
    }
    if family.revoked {
        return Refuse(RefreshError::Revoked);
    }
    if now >= family.expires_at || now >= family.idle_expires_at {
        return Refuse(RefreshError::Expired);
    }
    if presented == family.generation {
        return Rotate;
    }
    let patient = !patience.strict && !patience.grace.is_zero();
    match Use::find(family.recent, presented).filter(|_| patient) {
        Some(first) if now.since(first.at) > patience.grace => Reuse,
        Some(first) if first.request == fingerprint => RepeatSuccessor,
        Some(_) => Refuse(RefreshError::OtherRequest),
        None => Reuse,
    }
}

#[cfg(test)]
mod tests;
