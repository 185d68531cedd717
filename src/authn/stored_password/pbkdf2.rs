//! PBKDF2 (RFC 8018 §5.2) in the spellings of passlib, Django, Werkzeug, Keycloak and ASP.NET Identity.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;

use super::{HashError, ab64, base64, number};

pub(super) const SCHEME: &str = "PBKDF2";

/// The pseudo-random function of PBKDF2.
#[derive(Clone, Copy, Debug)]
pub(super) enum Prf {
    /// HMAC-SHA-1.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Prf {
    fn named(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn algorithm(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }

    const fn output(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// A parsed PBKDF2 hash.
#[derive(Debug)]
pub struct Pbkdf2Hash {
    prf: Prf,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    derived: Vec<u8>,
}

impl Pbkdf2Hash {
    pub(super) fn parse(text: &str) -> Result<Self, HashError> {
        let hash = if text.starts_with('$') {
            Self::read_passlib(text)
        } else if text.starts_with("pbkdf2_") {
            Self::read_django(text)
        } else {
            Self::read_werkzeug(text)
        };
        hash.ok_or(HashError::Malformed(SCHEME))
    }

    /// Puts the parts together; `None` if one of them is out of range.
    pub(super) fn from_parts(prf: Prf, iterations: u32, salt: Vec<u8>, derived: Vec<u8>) -> Option<Self> {
        let in_range = (1..=256).contains(&salt.len()) && (16..=128).contains(&derived.len());
        let iterations = NonZeroU32::new(iterations)?;
        in_range.then_some(Self { prf, iterations, salt, derived })
    }

    /// `$pbkdf2-sha256$1000$<ab64 salt>$<ab64 hash>`; plain `$pbkdf2$` is SHA-1.
    fn read_passlib(text: &str) -> Option<Self> {
        let (name, rest) = text.strip_prefix("$pbkdf2")?.split_once('$')?;
        let prf = if name.is_empty() { Prf::Sha1 } else { Prf::named(name.strip_prefix('-')?)? };
        let (iterations, rest) = rest.split_once('$')?;
        let (salt, derived) = rest.split_once('$')?;
        Self::from_parts(prf, number(iterations)?, ab64(salt)?, ab64(derived)?)
    }

    /// `pbkdf2_sha256$1000000$<salt as text>$<base64 hash>`.
    fn read_django(text: &str) -> Option<Self> {
        let (name, rest) = text.strip_prefix("pbkdf2_")?.split_once('$')?;
        let (iterations, rest) = rest.split_once('$')?;
        let (salt, derived) = rest.split_once('$')?;
        Self::from_parts(Prf::named(name)?, number(iterations)?, salt.into(), base64(derived)?)
    }

    /// `pbkdf2:sha256:2000$<salt as text>$<hex hash>`.
    fn read_werkzeug(text: &str) -> Option<Self> {
        let (method, rest) = text.strip_prefix("pbkdf2:")?.split_once('$')?;
        let (name, iterations) = method.split_once(':')?;
        let (salt, derived) = rest.split_once('$')?;
        Self::from_parts(Prf::named(name)?, number(iterations)?, salt.into(), super::hex(derived)?)
    }

    /// ASP.NET Identity: base64 of a marker, then for version 2 (`0x00`) a salt of 16 bytes and 32 bytes of PBKDF2-SHA-1
    /// with 1,000 iterations; for version 3 (`0x01`) big-endian PRF, iterations and length of the salt, salt, hash.
    pub(super) fn parse_aspnet_identity(text: &str) -> Result<Self, HashError> {
        let bytes = base64(text).ok_or(HashError::Unrecognised)?;
        let hash = match bytes.split_first() {
            Some((0, body)) => Self::read_aspnet_v2(body),
            Some((1, body)) => Self::read_aspnet_v3(body),
            _ => return Err(HashError::Unrecognised),
        };
        hash.ok_or(HashError::Malformed("ASP.NET Identity"))
    }

    fn read_aspnet_v2(body: &[u8]) -> Option<Self> {
        let (salt, derived) = body.split_at_checked(16)?;
        if derived.len() != 32 {
            return None;
        }
        Self::from_parts(Prf::Sha1, 1000, salt.into(), derived.into())
    }

    fn read_aspnet_v3(body: &[u8]) -> Option<Self> {
        let (prf, rest) = big_endian(body)?;
        let (iterations, rest) = big_endian(rest)?;
        let (salt_length, rest) = big_endian(rest)?;
        let (salt, derived) = rest.split_at_checked(usize::try_from(salt_length).ok()?)?;
        let prf = match prf {
            0 => Prf::Sha1,
            1 => Prf::Sha256,
            2 => Prf::Sha512,
            _ => return None,
        };
        Self::from_parts(prf, iterations, salt.into(), derived.into())
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        pbkdf2::verify(self.prf.algorithm(), self.iterations, &self.salt, password, &self.derived).is_ok()
    }

    pub(super) fn work(&self) -> u64 {
        let blocks = u64::try_from(self.derived.len().div_ceil(self.prf.output())).unwrap_or(u64::MAX);
        u64::from(self.iterations.get()).saturating_mul(blocks)
    }
}

fn big_endian(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (word, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*word), rest))
}
