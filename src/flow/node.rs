//! Everything a use case needs, in one place: a running node without its listener.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::sync::Mutex;

use crate::{
    authn::{passkey::Passkeys, throttle::LoginThrottle},
    base::{clock::SharedClock, entropy::SharedEntropy, moment::Moment, rate::LimitPolicy},
    config::settings::{LOCKOUT_NOTIFY_USER, Site, StoredSetting},
    flow::{
        error::{FlowError, chain},
        gate::Gate,
        known_tokens::KnownTokens,
        snapshot::{Snapshot, SnapshotCell},
        starts::{Caps, Starts},
        verify_password::{Proof, Rules, Verdict, Verifier, lockout_settings},
    },
    hashing::HashPool,
    keys::{kek::Kek, secret_keys::Purpose, sign::SigningKey},
    oidc::client::SigningAlg,
    outbound::Outbound,
    store::{self, Db},
};

/// How long signing with RS256 waits for the very first RSA key (performance.md 13).
const FIRST_KEY_PATIENCE: Duration = Duration::from_secs(10);

/// How long nobody looks again after the database could not be reached. The job that follows it does.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A node: the database, time, randomness, keys, the hash pool, and what is kept in memory.
pub struct Node {
    /// `public_url`, exactly: the issuer.
    pub issuer: String,
    /// The database.
    pub db: Db,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Key-encryption key.
    pub kek: Kek,
    /// Where passwords are hashed.
    pub hashing: Arc<HashPool>,
    /// What is fetched and called.
    pub outbound: Arc<Outbound>,
    /// `[limits]`, for the counters in the database.
    pub limits: LimitPolicy,
    /// What the bounds of settings depend on.
    pub site: Site,
    /// The vendor's name, once the theme is loaded.
    vendor: OnceLock<String>,
    pinned: Vec<StoredSetting>,
    verifier: Verifier,
    /// One verification per factor at a time.
    pub(super) factor_turns: Gate,
    /// Passkeys of this site; `None` if its host is an address.
    pub(super) passkeys: Option<Passkeys>,
    /// Tokens that were looked at lately.
    pub(super) known_tokens: KnownTokens,
    /// What strangers have left here.
    pub(super) starts: Starts,
    snapshot: SnapshotCell,
    /// When a look at the database failed last; held while somebody looks.
    failed_look: Mutex<Option<Moment>>,
}

/// The parts of a [`Node`].
pub struct Parts {
    /// `public_url`, exactly.
    pub issuer: String,
    /// The database, migrated.
    pub db: Db,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Key-encryption key.
    pub kek: Kek,
    /// Where passwords are hashed.
    pub hashing: Arc<HashPool>,
    /// What is fetched and called.
    pub outbound: Arc<Outbound>,
    /// `[limits]`.
    pub limits: LimitPolicy,
    /// What the bounds of settings depend on.
    pub site: Site,
    /// Settings that the file or the environment decides.
    pub pinned: Vec<StoredSetting>,
    /// Failures per address (security.md S5, L2).
    pub throttle: LoginThrottle,
    /// How much strangers may leave here (L9).
    pub caps: Caps,
}

impl Node {
    /// Puts a node together.
    pub fn new(parts: Parts) -> Self {
        let Parts { issuer, db, clock, entropy, kek, hashing, outbound, limits, site, pinned, throttle, caps } = parts;
        let verifier = Verifier::new(db.clone(), clock.clone(), entropy.clone(), Arc::clone(&hashing), throttle);
        Self {
            passkeys: Passkeys::new(&issuer),
            factor_turns: Gate::default(),
            issuer,
            db,
            clock,
            entropy,
            kek,
            hashing,
            outbound,
            limits,
            site,
            vendor: OnceLock::new(),
            pinned,
            verifier,
            known_tokens: KnownTokens::default(),
            starts: Starts::new(caps),
            snapshot: SnapshotCell::default(),
            failed_look: Mutex::default(),
        }
    }

    /// The present.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Tells the vendor's name, which no password may be made of.
    pub fn set_vendor(&self, name: &str) {
        drop(self.vendor.set(name.to_owned()));
    }

    /// What everybody knows about this house: its host, its name, its product.
    pub fn house_words(&self) -> impl Iterator<Item = &str> {
        let host = self.issuer.split_once("://").map_or(&*self.issuer, |(_, host)| host);
        ["Usher", host].into_iter().chain(self.vendor.get().map(String::as_str))
    }

    /// Settings that the file or the environment decides: they win over the database's.
    pub fn pinned(&self) -> &[StoredSetting] {
        &self.pinned
    }

    /// Clients, settings, keys, permissions: from memory unless they changed.
    ///
    /// # Errors
    /// [`FlowError::OutOfTouch`] like [`Node::stay_in_touch`].
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>, FlowError> {
        let now = self.now();
        self.stay_in_touch(now).await?;
        self.snapshot.get(self, now).await
    }

    /// Makes sure that what is in memory may be answered from: a job looks for changes twice a second, and if that has
    /// not worked for [`store::version::MAX_AGE`], the request looks itself.
    ///
    /// # Errors
    /// [`FlowError::OutOfTouch`] if the database cannot be reached: what was revoked must not be served (Q99).
    pub async fn stay_in_touch(&self, now: Moment) -> Result<(), FlowError> {
        let versions = self.db.versions();
        if versions.is_current(now) {
            return Ok(());
        }
        // One request looks, the others wait for it.
        let mut failed = self.failed_look.lock().await;
        if versions.is_current(now) {
            return Ok(());
        }
        if failed.is_some_and(|at| self.now().since(at) < LOOK_AGAIN) {
            return Err(FlowError::OutOfTouch);
        }
        if let Err(error) = store::version::refresh(&self.db, now).await {
            tracing::warn!(error = chain(&error), "the database cannot be reached; nothing is answered from memory");
            *failed = Some(self.now());
            return Err(FlowError::OutOfTouch);
        }
        *failed = None;
        Ok(())
    }

    /// The one function that verifies a password, for every path there is (D4).
    pub async fn verify_password(&self, snapshot: &Snapshot, proof: Proof<'_>) -> Result<Verdict, FlowError> {
        let lockout = lockout_settings(&snapshot.settings);
        let rules = Rules {
            lockout: &lockout,
            names: snapshot.secrets.current(Purpose::LoginName),
            links: snapshot.secrets.current(Purpose::Link),
            notify_user: snapshot.settings.instance(&LOCKOUT_NOTIFY_USER),
        };
        Ok(self.verifier.verify(proof, rules).await?)
    }

    /// Whether an active client registered this origin for its scripts (A18), as far as the catalog is in memory.
    pub fn allows_cors_origin(&self, origin: &str) -> bool {
        self.snapshot.known().is_some_and(|snapshot| {
            snapshot.clients.values().any(|client| client.is_active() && client.allows_cors_origin(origin))
        })
    }

    /// The key that signs with `alg`. Waits for the first one of a new installation, which is being made.
    pub async fn signer(&self, alg: SigningAlg) -> Result<Arc<SigningKey>, FlowError> {
        let look = async {
            loop {
                if let Some(key) = self.snapshot().await?.ring.signer(alg) {
                    return Ok(key);
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(FIRST_KEY_PATIENCE, look).await.unwrap_or(Err(FlowError::NoKey(alg.as_str())))
    }
}
