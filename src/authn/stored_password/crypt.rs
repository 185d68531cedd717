//! Schemes of `crypt(3)` kind: SHA-256 and SHA-512 crypt, and phpass.

use base64ct::{Base64ShaCrypt, Encoding};
use md5::{Digest, Md5};
use sha_crypt::{Params, PasswordVerifier, ShaCrypt};

use super::{HashError, equal};

pub(super) const SHA_CRYPT: &str = "SHA crypt";
pub(super) const PHPASS: &str = "phpass";
/// Letters of crypt's base64, by value.
const ITOA64: &[u8] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A parsed `$5$` or `$6$` hash.
#[derive(Debug)]
pub struct ShaCryptHash {
    text: String,
    rounds: u32,
}

impl ShaCryptHash {
    pub(super) fn parse(text: &str) -> Result<Self, HashError> {
        Self::read(text).ok_or(HashError::Malformed(SHA_CRYPT))
    }

    /// `$6$[rounds=<n>$]<salt>$<hash>`.
    fn read(text: &str) -> Option<Self> {
        let mut fields = text.strip_prefix('$')?.split('$').peekable();
        let length = if fields.next()? == "5" { 43 } else { 86 };
        let params: Params = match fields.next_if(|field| field.starts_with("rounds=")) {
            Some(rounds) => rounds.parse().ok()?,
            None => Params::default(),
        };
        let rounds = params.to_string().strip_prefix("rounds=")?.parse().ok()?;
        let (salt, hash) = (fields.next()?, fields.next()?);
        let letters = |part: &str| part.bytes().all(|b| ITOA64.contains(&b));
        let whole = fields.next().is_none() && salt.len() <= 16 && hash.len() == length;
        (whole && letters(salt) && letters(hash)).then(|| Self { text: text.to_owned(), rounds })
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        ShaCrypt::default().verify_password(password, self.text.as_str()).is_ok()
    }

    /// A round hashes salt and password several times over.
    pub(super) fn work(&self) -> u64 {
        u64::from(self.rounds) * 4
    }
}

/// A parsed phpass hash: iterated MD5.
#[derive(Debug)]
pub struct PhpassHash {
    log_rounds: u32,
    salt: [u8; 8],
    digest: [u8; 16],
}

impl PhpassHash {
    pub(super) fn parse(text: &str) -> Result<Self, HashError> {
        Self::read(text).ok_or(HashError::Malformed(PHPASS))
    }

    /// `$P$`, one letter for the logarithm of the rounds, eight letters of salt, 22 letters of hash.
    fn read(text: &str) -> Option<Self> {
        let (_, rest) = text.as_bytes().split_at_checked(3)?;
        let (&rounds, rest) = rest.split_first()?;
        let (&salt, hash) = rest.split_first_chunk::<8>()?;
        let log_rounds = u32::try_from(ITOA64.iter().position(|&letter| letter == rounds)?).ok()?;
        let digest = Base64ShaCrypt::decode_vec(std::str::from_utf8(hash).ok()?).ok()?.try_into().ok()?;
        (7..=30).contains(&log_rounds).then_some(Self { log_rounds, salt, digest })
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        let mut state = Md5::new_with_prefix(self.salt).chain_update(password).finalize();
        for _ in 0..1_u32 << self.log_rounds {
            state = Md5::new_with_prefix(state).chain_update(password).finalize();
        }
        equal(&state, &self.digest)
    }

    pub(super) fn work(&self) -> u64 {
        1 << self.log_rounds
    }
}
