//! Password hashes as the database holds them: our own, and those of the systems people come from.
//!
//! Ours is Argon2id over an HMAC of the password with a key outside the database (security.md S7, Q56). The others are
//! verified once and replaced at the first sign-in (inventory.md O21). A hash can come from a file somebody else wrote:
//! [`StoredPassword::parse`] bounds the work and the memory it may ask for before anything is computed.

mod argon2;
mod bcrypt;
mod crypt;
mod keycloak;
mod pbkdf2;
mod pepper;
mod salted_sha;
mod scrypt;

pub use self::{
    argon2::{HashCost, HashMemory, hash, spend},
    pepper::{Pepper, Peppers},
};

use super::password::PasswordInput;

/// Longest text that is read as a hash; the longest real one, a Keycloak export, has about 400 bytes.
const MAX_TEXT: usize = 2048;
/// Most work one hash may ask for. The unit is one pass over one KiB of Argon2, about a third of a microsecond;
/// one round of HMAC or SHA-2 is near enough to it. Django's million iterations are a third of this.
pub const MAX_WORK: u64 = 3_000_000;
/// Most memory one hash may ask for, in KiB: scrypt as OWASP recommends it.
pub const MAX_MEMORY_KIB: u64 = 128 * 1024;

/// Why a text is not a password hash that Usher verifies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Nothing there. An empty hash verifies nothing (X3).
    #[error("the password hash is empty")]
    Empty,
    /// No known prefix or form.
    #[error("not a password hash of a known scheme")]
    Unrecognised,
    /// The scheme is known, the rest is wrong.
    #[error("malformed {0} hash")]
    Malformed(&'static str),
    /// Beyond [`MAX_WORK`] or [`MAX_MEMORY_KIB`].
    #[error("the {0} hash asks for more work or memory than one sign-in may cost")]
    TooCostly(&'static str),
    /// Hashed with a pepper that this instance does not have.
    #[error("the password was hashed with pepper {0:?}, which is not in the key ring")]
    UnknownPepper(String),
}

/// A password hash that was read and found bounded.
#[derive(Debug)]
pub enum StoredPassword {
    /// Argon2 in any variant; ours, if it names a pepper.
    Argon2(argon2::Argon2Hash),
    /// bcrypt `$2a$`, `$2b$`, `$2y$`.
    Bcrypt(bcrypt::BcryptHash),
    /// PBKDF2 of passlib, Django, Werkzeug, Keycloak, ASP.NET Identity 2 and 3.
    Pbkdf2(pbkdf2::Pbkdf2Hash),
    /// scrypt of passlib, Django, Werkzeug.
    Scrypt(scrypt::ScryptHash),
    /// `crypt(3)` with SHA-256 or SHA-512.
    ShaCrypt(crypt::ShaCryptHash),
    /// phpass, of WordPress and phpBB.
    Phpass(crypt::PhpassHash),
    /// Salted SHA of LDAP directories.
    SaltedSha(salted_sha::SaltedShaHash),
}

impl StoredPassword {
    /// Reads a stored hash.
    ///
    /// # Errors
    /// [`HashError`] when the text is empty, of no known scheme, malformed or too costly. Takes microseconds.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        if text.is_empty() {
            return Err(HashError::Empty);
        }
        if text.len() > MAX_TEXT {
            return Err(HashError::Unrecognised);
        }
        let stored = Self::parse_scheme(text)?;
        if stored.work() > MAX_WORK || stored.memory_kib() > MAX_MEMORY_KIB {
            return Err(HashError::TooCostly(stored.scheme()));
        }
        Ok(stored)
    }

    fn parse_scheme(text: &str) -> Result<Self, HashError> {
        // Django and OpenLDAP put a name of their own in front of other people's formats.
        let text = ["{ARGON2}", "{CRYPT}", "argon2", "bcrypt$"]
            .iter()
            .find_map(|wrapper| text.strip_prefix(wrapper))
            .unwrap_or(text);
        let is = |prefix: &str| text.starts_with(prefix);
        if is("$argon2") {
            argon2::Argon2Hash::parse(text).map(Self::Argon2)
        } else if is("$2a$") || is("$2b$") || is("$2y$") {
            bcrypt::BcryptHash::parse(text).map(Self::Bcrypt)
        } else if is("$pbkdf2") || is("pbkdf2_") || is("pbkdf2:") {
            pbkdf2::Pbkdf2Hash::parse(text).map(Self::Pbkdf2)
        } else if is("$scrypt$") || is("scrypt$") || is("scrypt:") {
            scrypt::ScryptHash::parse(text).map(Self::Scrypt)
        } else if is("$5$") || is("$6$") {
            crypt::ShaCryptHash::parse(text).map(Self::ShaCrypt)
        } else if is("$P$") || is("$H$") {
            crypt::PhpassHash::parse(text).map(Self::Phpass)
        } else if is("{SSHA") {
            salted_sha::SaltedShaHash::parse(text).map(Self::SaltedSha)
        } else if is("{") {
            keycloak::parse(text)
        } else {
            pbkdf2::Pbkdf2Hash::parse_aspnet_identity(text).map(Self::Pbkdf2)
        }
    }

    /// Whether `input` is the password. An empty input never is (X3). Runs as long for a wrong password as for the right one.
    ///
    /// # Errors
    /// [`HashError::UnknownPepper`]; otherwise a parsed hash always gives an answer.
    pub fn verify(&self, input: &PasswordInput, peppers: &Peppers, memory: &mut HashMemory) -> Result<bool, HashError> {
        let matches = match self {
            Self::Argon2(hash) => hash.verify(input, peppers, memory)?,
            Self::Bcrypt(hash) => hash.verify(input.as_bytes()),
            Self::Pbkdf2(hash) => hash.verify(input.as_bytes()),
            Self::Scrypt(hash) => hash.verify(input.as_bytes()),
            Self::ShaCrypt(hash) => hash.verify(input.as_bytes()),
            Self::Phpass(hash) => hash.verify(input.as_bytes()),
            Self::SaltedSha(hash) => hash.verify(input.as_bytes()),
        };
        Ok(matches && !input.is_empty())
    }

    /// Whether a new hash of the same password would differ in scheme, cost or pepper.
    pub fn needs_upgrade(&self, cost: HashCost, peppers: &Peppers) -> bool {
        match self {
            Self::Argon2(hash) => !hash.is_current(cost, peppers),
            _ => true,
        }
    }

    /// Whether verifying this costs exactly what [`spend`] costs, so that time tells nothing.
    pub fn costs(&self, cost: HashCost) -> bool {
        matches!(self, Self::Argon2(hash) if hash.costs(cost))
    }

    /// Rough work of one verification, in the unit of [`MAX_WORK`].
    pub fn work(&self) -> u64 {
        match self {
            Self::Argon2(hash) => hash.work(),
            Self::Bcrypt(hash) => hash.work(),
            Self::Pbkdf2(hash) => hash.work(),
            Self::Scrypt(hash) => hash.work(),
            Self::ShaCrypt(hash) => hash.work(),
            Self::Phpass(hash) => hash.work(),
            Self::SaltedSha(_) => 1,
        }
    }

    fn memory_kib(&self) -> u64 {
        match self {
            Self::Argon2(hash) => hash.memory_kib(),
            Self::Scrypt(hash) => hash.memory_kib(),
            _ => 0,
        }
    }

    /// Name of the scheme, for logs and import reports.
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Argon2(_) => argon2::SCHEME,
            Self::Bcrypt(_) => bcrypt::SCHEME,
            Self::Pbkdf2(_) => pbkdf2::SCHEME,
            Self::Scrypt(_) => scrypt::SCHEME,
            Self::ShaCrypt(_) => crypt::SHA_CRYPT,
            Self::Phpass(_) => crypt::PHPASS,
            Self::SaltedSha(_) => salted_sha::SCHEME,
        }
    }
}

/// Base64 with or without padding: other systems do either.
fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::{
        Engine, alphabet,
        engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    };
    const INDIFFERENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    INDIFFERENT.decode(text).ok()
}

/// passlib's base64: no padding, `.` instead of `+`.
fn ab64(text: &str) -> Option<Vec<u8>> {
    base64(&text.replace('.', "+"))
}

/// Lower-case hexadecimal.
fn hex(text: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|&[high, low]| Some(nibble(high)? << 4 | nibble(low)?)).collect()
}

/// A decimal number without sign or leading zeros; `str::parse` would take `+1`.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let canonical = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

/// Compares digests in constant time.
fn equal(left: &[u8], right: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(left, right).into()
}

#[cfg(test)]
mod tests;
