//! Symmetric keys, one family per purpose, so that a value made for one purpose is worth nothing for another.

use std::fmt;

use aws_lc_rs::hmac;
use uuid::Uuid;

use super::{
    kek::Kek,
    seal::{Place, SealError, Sealed},
};
use crate::base::{entropy::Entropy, moment::Moment, secret::Secret};

/// Length of every key in bytes.
pub const SECRET_KEY_LEN: usize = 32;

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Refresh tokens: the MAC that makes each successor (D16).
    Refresh,
    /// The keyed step of password hashing (security.md Q56).
    Pepper,
    /// Synchroniser tokens of forms (security.md S3).
    Csrf,
    /// Short codes by mail and SMS (D14).
    Code,
    /// Links and codes in messages, made again at each attempt to send one (security.md S9).
    Link,
    /// The device cookie (D13).
    KnownBrowser,
    /// Names that were tried, counted without being kept (D13).
    LoginName,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 7] =
        [Self::Refresh, Self::Pepper, Self::Csrf, Self::Code, Self::Link, Self::KnownBrowser, Self::LoginName];

    /// As the database stores it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Pepper => "pepper",
            Self::Csrf => "csrf",
            Self::Code => "code",
            Self::Link => "link",
            Self::KnownBrowser => "known_browser",
            Self::LoginName => "login_name",
        }
    }

    /// From the stored text.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.text() == text)
    }
}

/// A row of the table `secret_key`.
#[derive(Clone, Debug)]
pub struct SecretKeyRow {
    /// Stored with what the key made, so that keys can change.
    pub id: Uuid,
    /// What it is for.
    pub purpose: Purpose,
    /// The key.
    pub sealed: Sealed,
    /// The newest key of a purpose is the one in use.
    pub created_at: Moment,
}

impl SecretKeyRow {
    /// A new key for `purpose`.
    ///
    /// # Errors
    /// [`SealError::Failed`].
    pub fn generate(purpose: Purpose, kek: &Kek, entropy: &dyn Entropy, now: Moment) -> Result<Self, SealError> {
        let id = entropy.uuid(now);
        let bytes = Secret::new(entropy.bytes::<SECRET_KEY_LEN>());
        let sealed = kek.seal(place(purpose, &id.to_string()), bytes.expose(), entropy)?;
        Ok(Self { id, purpose, sealed, created_at: now })
    }

    fn open(&self, kek: &Kek) -> Result<HmacKey, SecretKeysError> {
        let opened = kek.open(place(self.purpose, &self.id.to_string()), &self.sealed)?;
        let bytes: [u8; SECRET_KEY_LEN] =
            opened.expose().as_slice().try_into().map_err(|_| SecretKeysError::Length(self.id))?;
        Ok(HmacKey { id: self.id, key: hmac::Key::new(hmac::HMAC_SHA256, &bytes), bytes: Secret::new(bytes) })
    }
}

/// The purpose stands in for the column: a key moved to another purpose must not open.
fn place(purpose: Purpose, id: &str) -> Place<'_> {
    Place { table: "secret_key", column: purpose.text(), row: id }
}

/// A symmetric key, opened and parsed.
pub struct HmacKey {
    id: Uuid,
    key: hmac::Key,
    bytes: Secret<[u8; SECRET_KEY_LEN]>,
}

impl HmacKey {
    /// Id to store beside what this key makes.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// The key itself, for algorithms that take a secret (Argon2's `secret`).
    pub const fn bytes(&self) -> &Secret<[u8; SECRET_KEY_LEN]> {
        &self.bytes
    }

    /// HMAC-SHA-256 over `parts`. Each part goes in with its length, so that no two lists of parts give the same input.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let tag = self.over(parts).sign();
        let mut mac = [0; 32];
        mac.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        mac
    }

    /// Whether `mac` is the MAC over `parts`, in constant time.
    pub fn verify(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.mac(parts).as_slice(), mac).into()
    }

    fn over(&self, parts: &[&[u8]]) -> hmac::Context {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HmacKey({})", self.id)
    }
}

/// Why the rows do not make a usable set.
#[derive(Debug, thiserror::Error)]
pub enum SecretKeysError {
    /// A purpose has no key yet.
    #[error("no key for {}", .0.text())]
    Missing(Purpose),
    /// A key of another length.
    #[error("key {0} is not {SECRET_KEY_LEN} bytes long")]
    Length(Uuid),
    /// A row that does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Every symmetric key, opened: the newest of each purpose makes new values, older ones still check theirs.
#[derive(Debug)]
pub struct SecretKeys {
    refresh: Family,
    pepper: Family,
    csrf: Family,
    code: Family,
    link: Family,
    known_browser: Family,
    login_name: Family,
}

#[derive(Debug)]
struct Family {
    current: HmacKey,
    older: Vec<HmacKey>,
}

impl SecretKeys {
    /// Opens `rows`, in any order.
    ///
    /// # Errors
    /// [`SecretKeysError::Missing`] unless each purpose has a key: make what [`missing_purposes`] names first.
    pub fn open(rows: &[SecretKeyRow], kek: &Kek) -> Result<Self, SecretKeysError> {
        let family = |purpose| Family::open(rows, purpose, kek);
        Ok(Self {
            refresh: family(Purpose::Refresh)?,
            pepper: family(Purpose::Pepper)?,
            csrf: family(Purpose::Csrf)?,
            code: family(Purpose::Code)?,
            link: family(Purpose::Link)?,
            known_browser: family(Purpose::KnownBrowser)?,
            login_name: family(Purpose::LoginName)?,
        })
    }

    /// The key that makes new values.
    pub const fn current(&self, purpose: Purpose) -> &HmacKey {
        &self.family(purpose).current
    }

    /// The key that made an older value; `None` if it is gone.
    pub fn by_id(&self, purpose: Purpose, id: Uuid) -> Option<&HmacKey> {
        self.all(purpose).find(|key| key.id == id)
    }

    /// The keys that only check older values.
    pub fn older(&self, purpose: Purpose) -> &[HmacKey] {
        &self.family(purpose).older
    }

    /// Every key of a purpose, the current one first.
    pub fn all(&self, purpose: Purpose) -> impl Iterator<Item = &HmacKey> {
        let family = self.family(purpose);
        std::iter::once(&family.current).chain(&family.older)
    }

    const fn family(&self, purpose: Purpose) -> &Family {
        match purpose {
            Purpose::Refresh => &self.refresh,
            Purpose::Pepper => &self.pepper,
            Purpose::Csrf => &self.csrf,
            Purpose::Code => &self.code,
            Purpose::Link => &self.link,
            Purpose::KnownBrowser => &self.known_browser,
            Purpose::LoginName => &self.login_name,
        }
    }
}

impl Family {
    fn open(rows: &[SecretKeyRow], purpose: Purpose, kek: &Kek) -> Result<Self, SecretKeysError> {
        let mut rows: Vec<_> = rows.iter().filter(|row| row.purpose == purpose).collect();
        rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
        let mut keys = rows.into_iter().map(|row| row.open(kek));
        let current = keys.next().ok_or(SecretKeysError::Missing(purpose))??;
        Ok(Self { current, older: keys.collect::<Result<_, _>>()? })
    }
}

/// Purposes that have no key among `rows`.
pub fn missing_purposes(rows: &[SecretKeyRow]) -> impl Iterator<Item = Purpose> {
    Purpose::ALL.into_iter().filter(|purpose| !rows.iter().any(|row| row.purpose == *purpose))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::entropy::SystemEntropy;

    const NOW: Moment = Moment::from_secs(1_795_200_000);

    fn kek() -> Kek {
        Kek::from_bytes(&[7; 32]).unwrap()
    }

    fn rows() -> Vec<SecretKeyRow> {
        let entropy = SystemEntropy::default();
        missing_purposes(&[]).map(|purpose| SecretKeyRow::generate(purpose, &kek(), &entropy, NOW).unwrap()).collect()
    }

    #[test]
    fn every_purpose_has_its_own_key() {
        let rows = rows();
        assert_eq!(missing_purposes(&rows).count(), 0);
        let keys = SecretKeys::open(&rows, &kek()).unwrap();
        let macs: std::collections::HashSet<_> = Purpose::ALL.map(|p| keys.current(p).mac(&[b"x"])).into();
        assert_eq!(macs.len(), Purpose::ALL.len());
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_text(purpose.text()), Some(purpose));
        }
    }

    #[test]
    fn a_purpose_without_a_key_is_named() {
        let rows: Vec<_> = rows().into_iter().filter(|row| row.purpose != Purpose::Code).collect();
        assert_eq!(missing_purposes(&rows).collect::<Vec<_>>(), [Purpose::Code]);
        assert!(matches!(SecretKeys::open(&rows, &kek()), Err(SecretKeysError::Missing(Purpose::Code))));
    }

    #[test]
    fn the_newest_key_is_current_and_older_ones_are_found_by_id() {
        let mut rows = rows();
        let later = NOW.plus(std::time::Duration::from_secs(1));
        let newer = SecretKeyRow::generate(Purpose::Refresh, &kek(), &SystemEntropy::default(), later).unwrap();
        let older = rows[0].id;
        rows.insert(0, newer.clone());
        let keys = SecretKeys::open(&rows, &kek()).unwrap();
        assert_eq!(keys.current(Purpose::Refresh).id(), newer.id);
        assert!(keys.by_id(Purpose::Refresh, older).is_some());
        assert!(keys.by_id(Purpose::Pepper, older).is_none());
    }

    #[test]
    fn sec_s12_a_key_moved_to_another_purpose_does_not_open() {
        let mut rows = rows();
        rows[0].purpose = Purpose::Pepper;
        rows[1].purpose = Purpose::Refresh;
        assert!(matches!(SecretKeys::open(&rows, &kek()), Err(SecretKeysError::Seal(SealError::Tampered { .. }))));
    }

    #[test]
    fn parts_cannot_slide_into_each_other() {
        let keys = SecretKeys::open(&rows(), &kek()).unwrap();
        let key = keys.current(Purpose::Refresh);
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
        assert!(key.verify(&[b"ab", b"c"], &key.mac(&[b"ab", b"c"])));
        assert!(!key.verify(&[b"ab", b"c"], &key.mac(&[b"ab", b"c"])[..31]));
    }
}
