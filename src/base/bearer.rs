//! Bearer values: what a browser or a client carries, and what the database keeps of it (security.md S1, D15).
//!
//! Form: `<type>_<row id>.<43 characters base64url>`. The row is found by its id, the hash of the whole value is compared.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{entropy::Entropy, secret::Secret};

/// The kinds of bearer value. The kind is part of the value and of its hash, so one can never pass for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BearerKind {
    /// A browser's sign-in session.
    Session,
    /// The browser's handle on its attempts to sign in.
    Flow,
    /// An authorization code (RFC 6749 §4.1.2).
    Code,
    /// An opaque access token.
    Access,
    /// A link that sets a password.
    PasswordLink,
    /// The link that opens the set-up page.
    SetupLink,
    /// A link that accepts an invitation.
    InviteLink,
    /// A link that verifies an e-mail address.
    VerifyLink,
    /// A link that takes a change of the e-mail address back.
    UndoLink,
    /// A link that enrols a second factor.
    EnrolLink,
    /// A link that clears a lock.
    UnlockLink,
    /// A link that says "this was not me".
    NotMeLink,
    /// A browser that once signed a user in (device cookie).
    KnownBrowser,
    /// A browser that is not asked for a second factor for a while.
    TrustedBrowser,
    /// A stored authorization or logout request.
    Handle,
}

impl BearerKind {
    /// The prefix of the value; also what secret scanners look for.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "st",
            Self::Flow => "fl",
            Self::Code => "ac",
            Self::Access => "at",
            Self::PasswordLink => "pl",
            Self::SetupLink => "su",
            Self::InviteLink => "iv",
            Self::VerifyLink => "ve",
            Self::UndoLink => "ue",
            Self::EnrolLink => "el",
            Self::UnlockLink => "ul",
            Self::NotMeLink => "nm",
            Self::KnownBrowser => "kb",
            Self::TrustedBrowser => "tb",
            Self::Handle => "hd",
        }
    }
}

/// What the database keeps: base64url of `SHA-256(type ‖ 0x00 ‖ value)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BearerHash(String);

impl BearerHash {
    /// The stored text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Compares with a stored hash in constant time.
    pub fn matches(&self, stored: &str) -> bool {
        self.0.as_bytes().ct_eq(stored.as_bytes()).into()
    }

    /// The hash of `value` as a bearer of `prefix`.
    pub fn of(prefix: &str, value: &str) -> Self {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        context.update(prefix.as_bytes());
        context.update(&[0]);
        context.update(value.as_bytes());
        Self(URL_SAFE_NO_PAD.encode(context.finish()))
    }
}

/// A new bearer value: the secret for its holder, the hash for the database.
pub struct Minted {
    /// The value to hand out, once.
    pub value: Secret<String>,
    /// What to store.
    pub hash: BearerHash,
}

/// Makes a new value of `kind` for the row `id`, with 256 random bits.
pub fn mint(kind: BearerKind, id: Uuid, entropy: &dyn Entropy) -> Minted {
    form(kind, id, &entropy.bytes())
}

/// The value of `kind` for the row `id` that holds these 256 bits: random ones, or derived so that they can be made again.
pub fn form(kind: BearerKind, id: Uuid, bits: &[u8; 32]) -> Minted {
    let value = format!("{}_{}.{}", kind.prefix(), id, URL_SAFE_NO_PAD.encode(bits));
    Minted { hash: BearerHash::of(kind.prefix(), &value), value: Secret::new(value) }
}

/// A presented value whose form is right: the row to look at and the hash that row must hold.
#[derive(Clone, Debug)]
pub struct Presented {
    /// Row id.
    pub id: Uuid,
    /// Hash of the whole value.
    pub hash: BearerHash,
}

/// Reads a presented value as one of `kind`; `None` if its form is another's or nobody's.
pub fn read(kind: BearerKind, value: &str) -> Option<Presented> {
    let rest = value.strip_prefix(kind.prefix())?.strip_prefix('_')?;
    let (id, random) = rest.split_once('.')?;
    if random.len() != 43 || !random.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return None;
    }
    let uuid = Uuid::try_parse(id).ok().filter(|uuid| id.len() == 36 && uuid.to_string() == id)?;
    Some(Presented { id: uuid, hash: BearerHash::of(kind.prefix(), value) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{entropy::SystemEntropy, moment::Moment};

    #[test]
    fn a_value_reads_back_as_its_kind_only() {
        let entropy = SystemEntropy::default();
        let id = (&entropy as &dyn Entropy).uuid(Moment::from_secs(1_795_200_000));
        let minted = mint(BearerKind::Code, id, &entropy);
        let presented = read(BearerKind::Code, minted.value.expose());
        assert!(presented.is_some_and(|p| p.id == id && p.hash.matches(minted.hash.text())));
        assert!(read(BearerKind::Session, minted.value.expose()).is_none());
        assert!(read(BearerKind::Code, &format!("{}x", minted.value.expose())).is_none());
    }
}
