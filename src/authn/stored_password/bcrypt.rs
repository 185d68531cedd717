//! bcrypt in its modular crypt form, `$2b$<cost>$<salt><hash>`.

use ::bcrypt::HashParts;

use super::HashError;

pub(super) const SCHEME: &str = "bcrypt";
/// bcrypt looks at no more than this. Beyond it a typed password could not be verified whole (Q51).
const MAX_BYTES: usize = 72;
/// Work of cost 0: cost 12 takes a quarter of a second.
const WORK_UNIT: u64 = 170;

/// A parsed bcrypt hash.
#[derive(Debug)]
pub struct BcryptHash {
    text: String,
    cost: u32,
}

impl BcryptHash {
    pub(super) fn parse(text: &str) -> Result<Self, HashError> {
        let malformed = || HashError::Malformed(SCHEME);
        let parts: HashParts = text.parse().map_err(|_| malformed())?;
        let cost = parts.get_cost();
        if !(4..=31).contains(&cost) || text.len() != 60 {
            return Err(malformed());
        }
        Ok(Self { text: text.to_owned(), cost })
    }

    /// False for a password longer than bcrypt can see, or with a NUL, at which other implementations stop reading.
    pub(super) fn verify(&self, password: &[u8]) -> bool {
        password.len() <= MAX_BYTES && !password.contains(&0) && ::bcrypt::verify(password, &self.text).unwrap_or(false)
    }

    pub(super) fn work(&self) -> u64 {
        WORK_UNIT << self.cost
    }
}
