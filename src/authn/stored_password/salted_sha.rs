//! Salted SHA of LDAP directories (RFC 2307 style): `{SSHA}` base64 of digest and salt.

use aws_lc_rs::digest;

use super::{HashError, base64, equal};

pub(super) const SCHEME: &str = "salted SHA";

/// A parsed LDAP hash.
#[derive(Debug)]
pub struct SaltedShaHash {
    algorithm: &'static digest::Algorithm,
    digest: Vec<u8>,
    salt: Vec<u8>,
}

impl SaltedShaHash {
    pub(super) fn parse(text: &str) -> Result<Self, HashError> {
        Self::read(text).ok_or(HashError::Malformed(SCHEME))
    }

    fn read(text: &str) -> Option<Self> {
        let (name, encoded) = text.strip_prefix('{')?.split_once('}')?;
        let algorithm = match name {
            "SSHA" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            "SSHA256" => &digest::SHA256,
            "SSHA384" => &digest::SHA384,
            "SSHA512" => &digest::SHA512,
            _ => return None,
        };
        let bytes = base64(encoded)?;
        let (digest, salt) = bytes.split_at_checked(algorithm.output_len())?;
        let salted = (1..=64).contains(&salt.len());
        salted.then(|| Self { algorithm, digest: digest.to_vec(), salt: salt.to_vec() })
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        let mut context = digest::Context::new(self.algorithm);
        context.update(password);
        context.update(&self.salt);
        equal(context.finish().as_ref(), &self.digest)
    }
}
