//! scrypt (RFC 7914) in the spellings of passlib, Django and Werkzeug.

use ::scrypt::Params;

use super::{HashError, ab64, base64, equal, hex, number};

pub(super) const SCHEME: &str = "scrypt";

/// A parsed scrypt hash.
#[derive(Debug)]
pub struct ScryptHash {
    /// N, the power of two.
    log_n: u8,
    r: u32,
    p: u32,
    salt: Vec<u8>,
    derived: Vec<u8>,
}

impl ScryptHash {
    pub(super) fn parse(text: &str) -> Result<Self, HashError> {
        let hash = if text.starts_with('$') {
            Self::read_passlib(text)
        } else if text.starts_with("scrypt$") {
            Self::read_django(text)
        } else {
            Self::read_werkzeug(text)
        };
        hash.ok_or(HashError::Malformed(SCHEME))
    }

    fn from_parts(log_n: u8, r: u32, p: u32, salt: Vec<u8>, derived: Vec<u8>) -> Option<Self> {
        let in_range = (1..=256).contains(&salt.len()) && (16..=128).contains(&derived.len());
        Params::new(log_n, r, p).ok()?;
        in_range.then_some(Self { log_n, r, p, salt, derived })
    }

    /// `$scrypt$ln=10,r=8,p=1$<base64 salt>$<base64 hash>`.
    fn read_passlib(text: &str) -> Option<Self> {
        let (cost, rest) = text.strip_prefix("$scrypt$ln=")?.split_once('$')?;
        let (log_n, cost) = cost.split_once(",r=")?;
        let (r, p) = cost.split_once(",p=")?;
        let (salt, derived) = rest.split_once('$')?;
        Self::from_parts(number(log_n)?, number(r)?, number(p)?, ab64(salt)?, ab64(derived)?)
    }

    /// `scrypt$<N>$<salt as text>$<r>$<p>$<base64 hash>`.
    fn read_django(text: &str) -> Option<Self> {
        let (n, rest) = text.strip_prefix("scrypt$")?.split_once('$')?;
        let (salt, rest) = rest.split_once('$')?;
        let (r, rest) = rest.split_once('$')?;
        let (p, derived) = rest.split_once('$')?;
        Self::from_parts(logarithm(n)?, number(r)?, number(p)?, salt.into(), base64(derived)?)
    }

    /// `scrypt:<N>:<r>:<p>$<salt as text>$<hex hash>`.
    fn read_werkzeug(text: &str) -> Option<Self> {
        let (cost, rest) = text.strip_prefix("scrypt:")?.split_once('$')?;
        let (n, cost) = cost.split_once(':')?;
        let (r, p) = cost.split_once(':')?;
        let (salt, derived) = rest.split_once('$')?;
        Self::from_parts(logarithm(n)?, number(r)?, number(p)?, salt.into(), hex(derived)?)
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        let mut out = vec![0; self.derived.len()];
        let derived = Params::new(self.log_n, self.r, self.p)
            .is_ok_and(|params| ::scrypt::scrypt(password, &self.salt, &params, &mut out).is_ok());
        derived && equal(&out, &self.derived)
    }

    /// N · r: blocks of 128 bytes.
    fn blocks(&self) -> u64 {
        1_u64.checked_shl(self.log_n.into()).unwrap_or(u64::MAX).saturating_mul(self.r.into())
    }

    pub(super) fn work(&self) -> u64 {
        self.blocks().saturating_mul(self.p.into())
    }

    pub(super) fn memory_kib(&self) -> u64 {
        let lanes = u64::from(self.r) * u64::from(self.p);
        self.blocks().saturating_add(lanes) / 8
    }
}

/// The power of a decimal power of two.
fn logarithm(n: &str) -> Option<u8> {
    let n: u64 = number(n)?;
    if n.is_power_of_two() { u8::try_from(n.trailing_zeros()).ok() } else { None }
}
