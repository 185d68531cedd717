//! From a migrated database to a node: the key-encryption key, the keys under it, the hash pool.

use std::sync::Arc;

use crate::{
    authn::{
        stored_password::{Pepper, Peppers},
        throttle::LoginThrottle,
    },
    base::{clock::SharedClock, entropy::SharedEntropy, rate::LimitPolicy},
    config::settings::{Settings, Site, StoredSetting},
    flow::{
        error::FlowError,
        keys,
        node::{Node, Parts},
        starts::Caps,
        verify_password::hash_cost,
    },
    hashing::{HashPool, PoolConfig},
    keys::{
        kek::Kek,
        secret_keys::{HmacKey, Purpose, SecretKeys},
    },
    oidc::client::SigningAlg,
    outbound::Outbound,
    store::Db,
};

/// The fact that names the key-encryption key.
pub const KEK_ID: &str = "kek_id";

/// What a node is made of.
pub struct Plan {
    /// `public_url`, exactly.
    pub issuer: String,
    /// Whether it names a loopback host.
    pub site: Site,
    /// The database, migrated.
    pub db: Db,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Key-encryption key.
    pub kek: Kek,
    /// What is fetched and called.
    pub outbound: Arc<Outbound>,
    /// `[limits]`.
    pub limits: LimitPolicy,
    /// Settings that the file or the environment decides.
    pub pinned: Vec<StoredSetting>,
    /// Hashing threads.
    pub hash_threads: usize,
    /// Failures per address.
    pub throttle: LoginThrottle,
    /// How much strangers may leave in the database.
    pub caps: Caps,
}

/// Why there is no node.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What is stored, or the keys under it.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The system refuses a thread.
    #[error("no hashing threads")]
    Threads(#[source] std::io::Error),
}

/// Opens a node. The elliptic keys are made here if they are missing; the first RSA key takes longer and is made beside
/// the running server (performance.md 13).
pub async fn open(plan: Plan) -> Result<Node, OpenError> {
    let Plan { issuer, site, db, clock, entropy, kek, outbound, limits, pinned, hash_threads, throttle, caps } = plan;
    let now = clock.now();
    keys::ensure_secret_keys(&db, &kek, &*entropy, now).await?;
    keys::tend_signing_keys(&db, &kek, &*entropy, &[SigningAlg::ES256, SigningAlg::EdDSA], now).await?;
    let mut tx = db.read().await.map_err(FlowError::from)?;
    let secrets = SecretKeys::open(&keys::secret_rows(&mut tx).await?, &kek).map_err(FlowError::from)?;
    let (settings, _) = Settings::new(crate::flow::settings::stored(&mut tx, &kek).await?, site);
    drop(tx);
    let pool = PoolConfig {
        threads: hash_threads,
        cost: hash_cost(&settings),
        peppers: peppers(&secrets)?,
        entropy: Arc::clone(&entropy),
        // Requests go first; who signs in waits a little longer under load (security.md S7).
        nice: 10,
    };
    let hashing = Arc::new(HashPool::start(pool).map_err(OpenError::Threads)?);
    let parts = Parts { issuer, db, clock, entropy, kek, hashing, outbound, limits, site, pinned, throttle, caps };
    Ok(Node::new(parts))
}

/// The newest pepper hashes, older ones still verify. Our key ids fit the rules for pepper ids.
fn peppers(secrets: &SecretKeys) -> Result<Peppers, FlowError> {
    let pepper = |key: &HmacKey| {
        Pepper::new(&key.id().to_string(), key.bytes().expose()).map_err(|_| FlowError::Corrupt("secret_key.id"))
    };
    let current = pepper(secrets.current(Purpose::Pepper))?;
    let former = secrets.all(Purpose::Pepper).skip(1).map(pepper).collect::<Result<_, _>>()?;
    Ok(Peppers::new(current, former))
}
