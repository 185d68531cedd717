//! Slots in failure buckets: taken before a proof is verified and given back by its outcome, for passwords and second
//! factors alike (D13, security.md S6).

use std::time::Duration;

use uuid::Uuid;

use crate::{
    authn::lockout::{Attempt, BucketKey, LockoutSettings, SLOT_WAIT},
    base::{clock::Clock, entropy::Entropy},
    store::{self, Db, StoreError, Tx, lockout::Decided},
};

/// How long an attempt waits for its turn behind others at the same bucket on this node: shorter than a request may
/// take, longer than an honest crowd needs.
pub(super) const TURN_WAIT: Duration = Duration::from_secs(10);
/// How often a full bucket is looked at again while another node's verifications are under way.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How many times: for [`SLOT_WAIT`] in all.
const LOOKS: u128 = SLOT_WAIT.as_millis() / LOOK_AGAIN.as_millis();

/// A bucket and the rules that it is counted by.
#[derive(Clone, Copy)]
pub(super) struct Limit<'a> {
    /// Its name.
    pub(super) key: &'a BucketKey,
    /// Its rules.
    pub(super) settings: &'a LockoutSettings,
}

/// Whether a proof may be verified.
pub(super) enum Reserved {
    /// It may; one slot in each bucket.
    Slots(Vec<Uuid>),
    /// A bucket is locked.
    Locked,
    /// Others are being verified, and should all of them fail, a bucket would be locked.
    Busy,
}

/// Whoever writes down what became of slots whose takers went away, in the transaction that counts them.
pub(super) trait Witness: Sync {
    /// So many were counted in this bucket, which is locked now if they led to that.
    fn given_up(
        &self,
        tx: &mut Tx,
        key: &BucketKey,
        decided: Decided,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Takes a slot in each of `limits`, all or none, or waits a little for one. Here one verification at a time takes a
/// slot, so a bucket is full only with those of other nodes.
pub(super) async fn reserve(
    db: &Db,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    limits: &[Limit<'_>],
    witness: &impl Witness,
) -> Result<Reserved, StoreError> {
    for _ in 0..LOOKS {
        match look(db, clock, entropy, limits, witness).await? {
            Reserved::Busy => tokio::time::sleep(LOOK_AGAIN).await,
            decided => return Ok(decided),
        }
    }
    Ok(Reserved::Busy)
}

async fn look(
    db: &Db,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    limits: &[Limit<'_>],
    witness: &impl Witness,
) -> Result<Reserved, StoreError> {
    let now = clock.now();
    let mut tx = db.write().await?;
    let mut slots = Vec::with_capacity(limits.len());
    let mut refused = None;
    for limit in limits {
        let slot = entropy.uuid(now);
        let decided = store::lockout::reserve(&mut tx, limit.key, slot, limit.settings, now).await?;
        if decided.given_up > 0 {
            witness.given_up(&mut tx, limit.key, decided).await?;
        }
        match decided.attempt {
            Attempt::Reserve => slots.push(slot),
            Attempt::Locked => refused = Some(Reserved::Locked),
            Attempt::WaitForSlot => refused = Some(Reserved::Busy),
        }
        if refused.is_some() {
            break;
        }
    }
    if refused.is_some() {
        for slot in &slots {
            store::lockout::release(&mut tx, *slot).await?;
        }
    }
    // In any case: slots that were never decided were counted here.
    tx.commit().await?;
    Ok(refused.unwrap_or(Reserved::Slots(slots)))
}

/// Gives slots back undecided: nothing was verified, or nothing that counts.
pub(super) async fn release(db: &Db, slots: &[Uuid]) -> Result<(), StoreError> {
    if slots.is_empty() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    for slot in slots {
        store::lockout::release(&mut tx, *slot).await?;
    }
    tx.commit().await
}
