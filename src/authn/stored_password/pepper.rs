//! The keyed step before Argon2: a copy of the database alone gives nobody passwords to guess at (Q56).

use aws_lc_rs::hmac;

/// A key that passwords are run through before they are hashed. Its id stands in the hash, so that it can be replaced.
pub struct Pepper {
    id: String,
    key: hmac::Key,
}

/// The id cannot stand in a PHC string.
#[derive(Debug, thiserror::Error)]
#[error("a pepper's id is 1 to 64 letters, digits, dots or hyphens")]
pub struct InvalidPepperId;

impl Pepper {
    /// A pepper from its id and its key (32 random bytes).
    pub fn new(id: &str, key: &[u8]) -> Result<Self, InvalidPepperId> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
        if id.is_empty() || id.len() > 64 || !id.bytes().all(fits) {
            return Err(InvalidPepperId);
        }
        Ok(Self { id: id.to_owned(), key: hmac::Key::new(hmac::HMAC_SHA256, key) })
    }

    /// The id that stands in the hash.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// HMAC-SHA-256 of the password.
    pub(super) fn apply(&self, password: &[u8]) -> hmac::Tag {
        hmac::sign(&self.key, password)
    }
}

/// The pepper for new hashes, and those that older hashes name.
pub struct Peppers {
    current: Pepper,
    former: Vec<Pepper>,
}

impl Peppers {
    /// `current` peppers new hashes; `former` ones still verify.
    pub fn new(current: Pepper, former: Vec<Pepper>) -> Self {
        Self { current, former }
    }

    /// The pepper of new hashes.
    pub fn current(&self) -> &Pepper {
        &self.current
    }

    pub(super) fn find(&self, id: &str) -> Option<&Pepper> {
        std::iter::once(&self.current).chain(&self.former).find(|pepper| pepper.id == id)
    }
}
