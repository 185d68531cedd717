//! Argon2 (RFC 9106) in PHC strings. Ours look like
//! `$argon2id$v=19$m=19456,t=2,p=1,keyid=k1$<salt>$<hash>`; without `keyid` no pepper was used.

use ::argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::{HashError, MAX_MEMORY_KIB, MAX_WORK, Peppers, base64, equal, number};
use crate::authn::password::PasswordInput;

pub(super) const SCHEME: &str = "Argon2";
const HASH_BYTES: usize = 32;

/// Cost of a new hash: Argon2id with one lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HashCost {
    memory_kib: u32,
    passes: u32,
}

impl HashCost {
    /// OWASP's minimum: 19 MiB, two passes (security.md S7).
    pub const DEFAULT: Self = Self { memory_kib: 19_456, passes: 2 };

    /// `memory_kib` KiB and `passes` passes.
    ///
    /// # Errors
    /// [`HashError::TooCostly`] beyond what a stored hash may cost, [`HashError::Malformed`] below 8 KiB or one pass.
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, HashError> {
        let cost = Self { memory_kib, passes };
        if u64::from(memory_kib) > MAX_MEMORY_KIB || cost.work() > MAX_WORK {
            return Err(HashError::TooCostly(SCHEME));
        }
        cost.params(memory_kib)?;
        Ok(cost)
    }

    /// Work of one hash, in the unit of [`MAX_WORK`].
    pub fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    fn params(self, memory_kib: u32) -> Result<Params, HashError> {
        Params::new(memory_kib, self.passes, 1, Some(HASH_BYTES)).map_err(|_| HashError::Malformed(SCHEME))
    }
}

/// The memory that Argon2 fills: allocated once per hashing thread and used again (performance.md 4).
#[derive(Default)]
pub struct HashMemory(pub(super) Vec<Block>);

impl HashMemory {
    fn blocks(&mut self, count: usize) -> &mut Vec<Block> {
        if self.0.len() < count {
            // A fresh vector: growing in place would copy memory that nobody reads again.
            self.0 = vec![Block::new(); count];
        }
        &mut self.0
    }

    /// Gives back what exceeds `cost`, after an imported hash that needed more.
    pub fn shrink_to(&mut self, cost: HashCost) {
        let count = usize::try_from(cost.memory_kib).unwrap_or(usize::MAX);
        if self.0.len() > count {
            self.0.truncate(count);
            self.0.shrink_to_fit();
        }
    }
}

/// Hashes a new password with the current pepper and 16 random bytes of `salt`; the answer is a PHC string.
pub fn hash(
    input: &PasswordInput,
    salt: [u8; 16],
    cost: HashCost,
    peppers: &Peppers,
    memory: &mut HashMemory,
) -> Result<String, HashError> {
    let pepper = peppers.current();
    let mut out = [0; HASH_BYTES];
    fill(&cost.params(cost.memory_kib)?, pepper.apply(input.as_bytes()).as_ref(), &salt, &mut out, memory)?;
    Ok(format!(
        "$argon2id$v=19$m={},t={},p=1,keyid={}${}${}",
        cost.memory_kib,
        cost.passes,
        pepper.id(),
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(out),
    ))
}

/// Does the work of a fraction of a hash and throws the result away: the whole for an account without a password, the
/// rest for an imported hash that was cheaper. `share` is in thousandths.
pub fn spend(input: &PasswordInput, share: u32, cost: HashCost, peppers: &Peppers, memory: &mut HashMemory) {
    let memory_kib = u64::from(cost.memory_kib) * u64::from(share.min(1000)) / 1000;
    let memory_kib = u32::try_from(memory_kib).unwrap_or(cost.memory_kib).max(Params::MIN_M_COST);
    let mut out = [0; HASH_BYTES];
    if let Ok(params) = cost.params(memory_kib) {
        let tag = peppers.current().apply(input.as_bytes());
        let _ = std::hint::black_box(fill(&params, tag.as_ref(), &[0; 16], &mut out, memory));
    }
}

fn fill(params: &Params, input: &[u8], salt: &[u8], out: &mut [u8], memory: &mut HashMemory) -> Result<(), HashError> {
    run(Algorithm::Argon2id, Version::V0x13, params, input, salt, out, memory)
}

fn run(
    algorithm: Algorithm,
    version: Version,
    params: &Params,
    input: &[u8],
    salt: &[u8],
    out: &mut [u8],
    memory: &mut HashMemory,
) -> Result<(), HashError> {
    let blocks = memory.blocks(params.block_count());
    Argon2::new(algorithm, version, params.clone())
        .hash_password_into_with_memory(input, salt, out, blocks)
        .map_err(|_| HashError::Malformed(SCHEME))
}

/// A parsed PHC string.
#[derive(Debug)]
pub struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    pepper_id: Option<String>,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Argon2Hash {
    pub(super) fn parse(text: &str) -> Result<Self, HashError> {
        Self::read(text).ok_or(HashError::Malformed(SCHEME))
    }

    fn read(text: &str) -> Option<Self> {
        let mut fields = text.strip_prefix('$')?.split('$').peekable();
        let algorithm = Algorithm::new(fields.next()?).ok()?;
        // Hashes from before version 1.3 of Argon2 name none.
        let version = match fields.next_if(|field| field.starts_with("v=")) {
            Some("v=19") => Version::V0x13,
            Some("v=16") | None => Version::V0x10,
            Some(_) => return None,
        };
        let cost = Cost::read(fields.next()?)?;
        let salt = base64(fields.next()?).filter(|salt| (8..=64).contains(&salt.len()))?;
        let hash = base64(fields.next()?).filter(|hash| (16..=64).contains(&hash.len()))?;
        if fields.next().is_some() {
            return None;
        }
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(hash.len())).ok()?;
        Some(Self { algorithm, version, params, pepper_id: cost.pepper_id, salt, hash })
    }

    /// From the parts that a Keycloak export names one by one.
    pub(super) fn from_parts(algorithm: Algorithm, params: Params, salt: Vec<u8>, hash: Vec<u8>) -> Self {
        Self { algorithm, version: Version::V0x13, params, pepper_id: None, salt, hash }
    }

    pub(super) fn verify(
        &self,
        input: &PasswordInput,
        peppers: &Peppers,
        memory: &mut HashMemory,
    ) -> Result<bool, HashError> {
        let mut out = vec![0; self.hash.len()];
        let mut derive =
            |password: &[u8]| run(self.algorithm, self.version, &self.params, password, &self.salt, &mut out, memory);
        match &self.pepper_id {
            None => derive(input.as_bytes())?,
            Some(id) => {
                let pepper = peppers.find(id).ok_or_else(|| HashError::UnknownPepper(id.clone()))?;
                derive(pepper.apply(input.as_bytes()).as_ref())?;
            }
        }
        Ok(equal(&out, &self.hash))
    }

    pub(super) fn is_current(&self, cost: HashCost, peppers: &Peppers) -> bool {
        self.costs(cost) && self.pepper_id.as_deref() == Some(peppers.current().id())
    }

    pub(super) fn costs(&self, cost: HashCost) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && cost.params(cost.memory_kib).is_ok_and(|params| params == self.params)
    }

    pub(super) fn work(&self) -> u64 {
        self.memory_kib() * u64::from(self.params.t_cost())
    }

    pub(super) fn memory_kib(&self) -> u64 {
        u64::from(self.params.m_cost())
    }
}

/// The parameters field of the PHC string.
#[derive(Default)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    pepper_id: Option<String>,
}

impl Cost {
    fn read(field: &str) -> Option<Self> {
        let mut cost = Self::default();
        for parameter in field.split(',') {
            match parameter.split_once('=')? {
                ("m", value) => cost.memory_kib = number(value)?,
                ("t", value) => cost.passes = number(value)?,
                ("p", value) => cost.lanes = number(value)?,
                ("keyid", value) => cost.pepper_id = Some(value.to_owned()),
                _ => return None,
            }
        }
        Some(cost)
    }
}
