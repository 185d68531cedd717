//! The one function that verifies a password, for every path there is (D4, D13, security.md S6).
//!
//! The attempt first takes a slot in the failure bucket of the account, in a transaction of its own; the password is
//! verified outside of any transaction; the outcome gives the slot back. Unknown, wrong, password-less, disabled and
//! locked accounts cause the same work and get the same answer (D31).

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use uuid::Uuid;

use super::{
    gate::Gate,
    outbox::{Desk, notices},
    slots::{self, Limit, Reserved, TURN_WAIT},
};
use crate::{
    authn::{
        known_browser,
        lockout::{self, BucketKey, Consequence, LockoutSettings, SLOT_WAIT},
        password::PasswordInput,
        stored_password::HashCost,
        throttle::LoginThrottle,
    },
    base::{
        bearer::Presented, clock::SharedClock, duration::IsoDuration, entropy::SharedEntropy, id::UserId,
        login_name::LoginName, moment::Moment, secret::Secret,
    },
    config::settings::{self, Settings},
    hashing::{self, HashPool, HashingError, Lane},
    identity::audit::{Actor, AuditEvent},
    keys::secret_keys::HmacKey,
    store::{self, Db, StoreError, Tx, lockout::Decided, user::SignIn},
};

/// A name, a password, and where they come from.
pub struct Proof<'a> {
    /// User name or verified e-mail address, as typed.
    pub username: &'a str,
    /// The password; `None` if it is too long to be one ([`PasswordInput::parse`]).
    pub password: Option<PasswordInput>,
    /// The caller's device cookie, if it brought one. Whether it is this user's is looked up here.
    pub known_browser: Option<&'a Presented>,
    /// The path: [`Lane::PasswordGrant`], or [`Lane::Untrusted`] for a browser, which becomes a trusted one here.
    pub lane: Lane,
    /// The caller's address.
    pub ip: Option<IpAddr>,
    /// The client on whose behalf the user signs in.
    pub client_id: Option<&'a str>,
    /// The request, for the audit log.
    pub request_id: Option<&'a str>,
}

/// Somebody who proved to know the password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    /// Who.
    pub user: UserId,
    /// The user's epoch when the password was looked up: a session of this epoch dies if the password changed meanwhile.
    pub epoch: i64,
    /// An administrator handed the password out: it opens nothing but the page that changes it (inventory K17).
    pub temporary: bool,
}

/// The outcome. Only [`Verdict::Rejected`] was counted as a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The password is right.
    Verified(Verified),
    /// Unknown, wrong, password-less, disabled or locked: nobody is told which (D31).
    Rejected,
    /// This address failed too often (security.md S5 L2); nothing was looked at.
    Throttled(Duration),
    /// Too much to do; worth another try after this long.
    Overloaded(Duration),
}

/// What verifying needs of a node.
pub struct Verifier {
    db: Db,
    clock: SharedClock,
    entropy: SharedEntropy,
    hashing: Arc<HashPool>,
    throttle: Mutex<LoginThrottle>,
    gate: Gate,
}

/// Settings and key of the moment.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The settings `lockout.*`.
    pub lockout: &'a LockoutSettings,
    /// The key under which names of nobody are counted.
    pub names: &'a HmacKey,
    /// The key that links in messages are derived from.
    pub links: &'a HmacKey,
    /// Tell the owner of an account that was locked (`lockout.notify_user`).
    pub notify_user: bool,
}

/// The settings `lockout.*` as the rules take them.
pub fn lockout_settings(settings: &Settings) -> LockoutSettings {
    LockoutSettings {
        max_attempts: settings.instance(&settings::LOCKOUT_MAX_ATTEMPTS),
        duration: settings.instance(&settings::LOCKOUT_DURATION).get(),
        window: settings.instance(&settings::LOCKOUT_WINDOW).get(),
        escalation: settings.instance(&settings::LOCKOUT_ESCALATION).into_iter().map(IsoDuration::get).collect(),
        ..LockoutSettings::default()
    }
}

/// The settings `password.hash_*` as the pool takes them; their bounds keep them within what one hash may cost.
pub fn hash_cost(settings: &Settings) -> HashCost {
    let memory = settings.instance(&settings::PASSWORD_HASH_MEMORY_KIB);
    HashCost::new(memory, settings.instance(&settings::PASSWORD_HASH_PASSES)).unwrap_or(HashCost::DEFAULT)
}

impl Verifier {
    /// Puts the parts together.
    pub fn new(
        db: Db,
        clock: SharedClock,
        entropy: SharedEntropy,
        hashing: Arc<HashPool>,
        throttle: LoginThrottle,
    ) -> Self {
        Self { db, clock, entropy, hashing, throttle: Mutex::new(throttle), gate: Gate::default() }
    }

    /// Verifies.
    ///
    /// # Errors
    /// When the database fails. A slot that was taken then counts as a failure after thirty seconds.
    pub async fn verify(&self, mut proof: Proof<'_>, rules: Rules<'_>) -> Result<Verdict, StoreError> {
        let lane = if proof.known_browser.is_some() { Lane::TrustedBrowser } else { proof.lane };
        if let Err(HashingError::Overloaded { retry_after }) = self.hashing.has_room(lane) {
            return Ok(Verdict::Overloaded(retry_after));
        }
        let account = Account::find(&self.db, &proof, rules, self.clock.now()).await?;
        // Any cookie of the right shape got as far as this.
        if let (true, Err(HashingError::Overloaded { retry_after })) =
            (lane != account.lane(&proof), self.hashing.has_room(proof.lane))
        {
            return Ok(Verdict::Overloaded(retry_after));
        }
        // A browser that is known here is not made to pay for its neighbours behind the same address.
        let address = proof.ip.filter(|_| account.known_browser.is_none());
        let blocked = address.and_then(|address| self.throttle().blocked_for(address, self.clock.now()));
        if let Some(retry_after) = blocked {
            return Ok(Verdict::Throttled(retry_after));
        }
        let password = proof.password.take();
        let pair = account.pair(password.as_ref(), rules);
        let mut guess = Guess { verifier: self, address, pair, counts: false };
        let verdict = self.in_turn(&account, password, &proof, rules, &mut guess).await;
        guess.counts = matches!(verdict, Ok(Verdict::Rejected));
        verdict
    }

    /// One verification per bucket at a time: a flood against one account waits for itself and for nobody else.
    async fn in_turn(
        &self,
        account: &Account,
        password: Option<PasswordInput>,
        proof: &Proof<'_>,
        rules: Rules<'_>,
        guess: &mut Guess<'_>,
    ) -> Result<Verdict, StoreError> {
        let Some(_turn) = self.gate.enter(account.key.as_str(), TURN_WAIT).await else {
            return Ok(Verdict::Overloaded(SLOT_WAIT));
        };
        let limit = Limit { key: &account.key, settings: rules.lockout };
        let witness = Watch { verifier: self, account, rules };
        let slots = match slots::reserve(&self.db, &*self.clock, &*self.entropy, &[limit], &witness).await? {
            Reserved::Slots(slots) => slots,
            Reserved::Locked => Vec::new(),
            Reserved::Busy => return Ok(Verdict::Overloaded(SLOT_WAIT)),
        };
        guess.counts = true;
        let stored = account.hash.as_ref().filter(|_| !slots.is_empty() && password.is_some());
        match self.compare(account, stored, password, proof).await {
            Err(error) => {
                slots::release(&self.db, &slots).await?;
                let retry_after = match error {
                    HashingError::Overloaded { retry_after } => retry_after,
                    HashingError::Stopped => SLOT_WAIT,
                };
                Ok(Verdict::Overloaded(retry_after))
            }
            Ok(hashing::Verdict::Match { replacement }) => self.succeed(account, replacement).await,
            Ok(hashing::Verdict::Mismatch) => {
                self.fail(account, slots.first().copied(), proof, rules).await?;
                Ok(Verdict::Rejected)
            }
        }
    }

    async fn compare(
        &self,
        account: &Account,
        stored: Option<&Secret<String>>,
        password: Option<PasswordInput>,
        proof: &Proof<'_>,
    ) -> Result<hashing::Verdict, HashingError> {
        let lane = account.lane(proof);
        let password = password.unwrap_or_default();
        self.hashing.verify(lane, account.key.as_str(), stored.map(|hash| hash.expose().as_str()), password).await
    }

    async fn succeed(&self, account: &Account, replacement: Option<String>) -> Result<Verdict, StoreError> {
        let (Some(verified), Some(hash)) = (account.user, &account.hash) else { return Ok(Verdict::Rejected) };
        let mut tx = self.db.write().await?;
        store::lockout::clear(&mut tx, &account.key).await?;
        if account.known_browser.is_some() {
            store::lockout::lift_switch_off(&mut tx, verified.user).await?;
        }
        if let Some(replacement) = replacement {
            store::password::upgrade(&mut tx, verified.user, hash, &Secret::new(replacement)).await?;
        }
        tx.commit().await?;
        Ok(Verdict::Verified(verified))
    }

    /// Counts a failure, if a slot was reserved for it; a locked account stays as it is. Audited in either case.
    async fn fail(
        &self,
        account: &Account,
        slot: Option<Uuid>,
        proof: &Proof<'_>,
        rules: Rules<'_>,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let mut reason = "locked";
        if let Some(slot) = slot {
            let (consequence, bucket) = store::lockout::fail(&mut tx, &account.key, slot, rules.lockout, now).await?;
            reason = account.reason;
            if let Consequence::LockedUntil(until) = consequence {
                store::audit::record(&mut tx, &self.event("signin.locked", account, proof, now)).await?;
                self.tell(&mut tx, account, rules, until, now).await?;
            }
            if let (Some(browser), Some(verified)) = (account.known_browser, account.user)
                && !known_browser::keeps_trust(&bucket)
            {
                store::known_browser::forget(&mut tx, &browser.to_string(), verified.user).await?;
                store::lockout::clear(&mut tx, &account.key).await?;
            }
        }
        let event = self.event("signin.failed", account, proof, now).failed(reason);
        store::audit::record(&mut tx, &event).await?;
        tx.commit().await
    }

    /// Tells the owner of an account that it is locked.
    async fn tell(
        &self,
        tx: &mut Tx,
        account: &Account,
        rules: Rules<'_>,
        until: Moment,
        now: Moment,
    ) -> Result<(), StoreError> {
        let Some(verified) = account.user.filter(|_| rules.notify_user) else { return Ok(()) };
        let desk = Desk { entropy: &*self.entropy, key: rules.links, now };
        let lock = if until == Moment::MAX { Duration::ZERO } else { until.since(now) };
        notices::account_locked(tx, desk, verified.user, lock).await
    }

    /// What people typed is not written down: it may be a password in the wrong field.
    fn event(&self, action: &'static str, account: &Account, proof: &Proof<'_>, now: Moment) -> AuditEvent {
        let event = AuditEvent::new(&*self.entropy, now, action, Actor::Anonymous)
            .caller(proof.ip.map(|ip| ip.to_string()), proof.request_id.map(str::to_owned));
        let event = account.target(event);
        match proof.client_id {
            Some(client_id) => event.client(client_id),
            None => event,
        }
    }

    fn throttle(&self) -> MutexGuard<'_, LoginThrottle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A guess from an address. One whose request was given up while it was looked at counts like a wrong one: whoever
/// closes the connection early learns nothing and saves nothing (security.md S5 L2).
struct Guess<'a> {
    verifier: &'a Verifier,
    address: Option<IpAddr>,
    pair: u64,
    counts: bool,
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        if let Some(address) = self.address.filter(|_| self.counts) {
            self.verifier.throttle().fail(address, self.pair, self.verifier.clock.now());
        }
    }
}

/// Writes down what became of attempts that were given up.
struct Watch<'a> {
    verifier: &'a Verifier,
    account: &'a Account,
    rules: Rules<'a>,
}

impl slots::Witness for Watch<'_> {
    async fn given_up(&self, tx: &mut Tx, _: &BucketKey, decided: Decided) -> Result<(), StoreError> {
        let (verifier, now) = (self.verifier, self.verifier.clock.now());
        // Where they came from went with them; it is not where this one comes from.
        let event = |action| self.account.target(AuditEvent::new(&*verifier.entropy, now, action, Actor::Anonymous));
        let failed = event("signin.failed").failed("given_up").detail("times", decided.given_up.to_string());
        store::audit::record(tx, &failed).await?;
        let Some(until) = decided.locked_until else { return Ok(()) };
        store::audit::record(tx, &event("signin.locked")).await?;
        verifier.tell(tx, self.account, self.rules, until, now).await
    }
}

/// What the name stands for.
struct Account {
    user: Option<Verified>,
    /// The hash to compare with; none unless the account may sign in.
    hash: Option<Secret<String>>,
    /// The caller's browser, if it is known to this user.
    known_browser: Option<Uuid>,
    key: BucketKey,
    /// Why a failure is one, for the audit log.
    reason: &'static str,
}

impl Account {
    /// Looks the name up. A name of nobody costs the same queries.
    async fn find(db: &Db, proof: &Proof<'_>, rules: Rules<'_>, now: Moment) -> Result<Self, StoreError> {
        let mut tx = db.read().await?;
        let found = match LoginName::parse(proof.username) {
            Ok(name) => store::user::for_sign_in(&mut tx, &name).await?.map(|found| without_stale(found, now)),
            Err(_) => None,
        };
        let id = found.as_ref().map(|found| found.user.id);
        let known_browser = match proof.known_browser {
            Some(presented) => {
                let asked = id.unwrap_or_else(|| UserId::from(Uuid::nil()));
                store::known_browser::is_known(&mut tx, presented, asked).await?.then_some(presented.id)
            }
            None => None,
        };
        let key = match (id, known_browser) {
            (Some(user), Some(browser)) => BucketKey::known_browser(user, browser),
            (Some(user), None) => BucketKey::untrusted(user),
            (None, _) => BucketKey::nobody(&rules.names.mac(&[lockout::folded(proof.username).as_bytes()])),
        };
        let Some(found) = found else {
            return Ok(Self { user: None, hash: None, known_browser: None, key, reason: "unknown" });
        };
        let usable = found.user.is_usable();
        let reason = match (&found.password_hash, usable) {
            (_, false) => "disabled",
            (None, true) => "no_password",
            (Some(_), true) => "wrong_password",
        };
        Ok(Self {
            user: Some(Verified {
                user: found.user.id,
                epoch: found.user.epoch,
                temporary: found.temporary_until.is_some(),
            }),
            hash: found.password_hash.filter(|_| usable),
            known_browser,
            key,
            reason,
        })
    }

    /// The lane of its hashes.
    fn lane(&self, proof: &Proof<'_>) -> Lane {
        if self.known_browser.is_some() { Lane::TrustedBrowser } else { proof.lane }
    }

    /// Names the account in an entry of the audit log.
    fn target(&self, event: AuditEvent) -> AuditEvent {
        match self.user {
            Some(verified) => event.target("user", verified.user.text()),
            None => event.target("login_name", self.key.as_str()),
        }
    }

    /// Tells guesses apart without keeping them (security.md S5 L2).
    fn pair(&self, password: Option<&PasswordInput>, rules: Rules<'_>) -> u64 {
        let password = password.map_or(&[][..], PasswordInput::as_bytes);
        let mac = rules.names.mac(&[b"pair", self.key.as_str().as_bytes(), password]);
        mac.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

/// A temporary password whose time is over is none.
fn without_stale(found: SignIn, now: Moment) -> SignIn {
    let stale = found.temporary_until.is_some_and(|until| until <= now);
    SignIn { password_hash: found.password_hash.filter(|_| !stale), ..found }
}

#[cfg(test)]
#[path = "verify_password_tests.rs"]
mod tests;
