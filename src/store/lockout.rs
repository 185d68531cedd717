//! Failure buckets and reserved slots (`authn::lockout` decides, this keeps).
//!
//! Every function takes the bucket's row first, by an upsert that locks it, and touches slots only then: two nodes that
//! count for one user do it one after the other, and never wait for each other in a circle.

use uuid::Uuid;

use super::{
    error::{StoreError, json, to_json},
    tx::Tx,
};
use crate::{
    authn::{
        known_browser::COOKIE_LIFE,
        lockout::{Attempt, Bucket, BucketKey, Consequence, LockoutSettings, SLOT_LIFE, SWITCH_OFF_AT},
    },
    base::{id::UserId, moment::Moment},
};

#[derive(sqlx::FromRow)]
struct Row {
    failures: String,
    consecutive: i64,
    locks: i64,
    locked_until: Option<i64>,
}

impl Row {
    fn bucket(self, key: &BucketKey) -> Result<Bucket, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "lockout_bucket", column, id: key.as_str().to_owned() };
        Ok(Bucket {
            failures: json(&self.failures, "lockout_bucket", "failures", key.as_str())?,
            consecutive: self.consecutive.try_into().map_err(|_| corrupt("consecutive"))?,
            locks: self.locks.try_into().map_err(|_| corrupt("locks"))?,
            locked_until: self.locked_until.map(Moment::from_micros),
        })
    }
}

/// Takes the bucket for this transaction, made if it is missing.
async fn take(tx: &mut Tx, key: &BucketKey, now: Moment) -> Result<Bucket, StoreError> {
    let row = fetch_one!(
        tx,
        Row,
        "INSERT INTO lockout_bucket (key, failures, consecutive, locks, locked_until, updated_at) \
         VALUES ($1, '[]', 0, 0, NULL, $2) ON CONFLICT (key) DO UPDATE SET updated_at = excluded.updated_at \
         RETURNING failures, consecutive, locks, locked_until",
        key.as_str(),
        now.as_micros(),
    )?;
    row.bucket(key)
}

async fn put(tx: &mut Tx, key: &BucketKey, bucket: &Bucket) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE lockout_bucket SET failures = $2, consecutive = $3, locks = $4, locked_until = $5 WHERE key = $1",
        key.as_str(),
        to_json(&bucket.failures),
        i64::from(bucket.consecutive),
        i64::from(bucket.locks),
        bucket.locked_until.map(Moment::as_micros),
    )?;
    Ok(())
}

/// What was decided about an attempt, and what had to be counted first.
#[derive(Clone, Copy, Debug)]
pub struct Decided {
    /// Whether it may go on.
    pub attempt: Attempt,
    /// How many slots that were never decided were counted as failures: whoever took them went away.
    pub given_up: usize,
    /// The lock that they led to.
    pub locked_until: Option<Moment>,
}

/// Decides about an attempt and, if it may go on, reserves `slot` for it. Commit in any case: slots that were never
/// decided are counted here.
pub async fn reserve(
    tx: &mut Tx,
    key: &BucketKey,
    slot: Uuid,
    settings: &LockoutSettings,
    now: Moment,
) -> Result<Decided, StoreError> {
    let mut bucket = take(tx, key, now).await?;
    let slots = fetch_all!(tx, (i64,), "SELECT reserved_at FROM lockout_slot WHERE bucket_key = $1", key.as_str())?;
    let stale_before = now.minus(SLOT_LIFE);
    let (open, stale): (Vec<_>, Vec<_>) =
        slots.into_iter().map(|(at,)| Moment::from_micros(at)).partition(|&reserved_at| reserved_at > stale_before);
    let (given_up, mut locked_until) = (stale.len(), None);
    if !stale.is_empty() {
        locked_until = bucket.absorb(stale, settings);
        put(tx, key, &bucket).await?;
        execute!(
            tx,
            "DELETE FROM lockout_slot WHERE bucket_key = $1 AND reserved_at <= $2",
            key.as_str(),
            stale_before.as_micros(),
        )?;
    }
    let attempt = bucket.decide(open.len(), settings, now);
    if attempt == Attempt::Reserve {
        execute!(
            tx,
            "INSERT INTO lockout_slot (id, bucket_key, reserved_at) VALUES ($1, $2, $3)",
            slot.to_string(),
            key.as_str(),
            now.as_micros(),
        )?;
    }
    Ok(Decided { attempt, given_up, locked_until })
}

/// Gives a slot back undecided: nothing was verified.
pub async fn release(tx: &mut Tx, slot: Uuid) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM lockout_slot WHERE id = $1", slot.to_string())?;
    Ok(())
}

/// Counts a failure and gives its slot back. Answers what it led to, and the bucket after it.
pub async fn fail(
    tx: &mut Tx,
    key: &BucketKey,
    slot: Uuid,
    settings: &LockoutSettings,
    now: Moment,
) -> Result<(Consequence, Bucket), StoreError> {
    let mut bucket = take(tx, key, now).await?;
    let consequence = bucket.fail(settings, now);
    put(tx, key, &bucket).await?;
    release(tx, slot).await?;
    Ok((consequence, bucket))
}

/// Forgets failures and slots: the password was right, or somebody unlocked.
pub async fn clear(tx: &mut Tx, key: &BucketKey) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM lockout_bucket WHERE key = $1", key.as_str())?;
    execute!(tx, "DELETE FROM lockout_slot WHERE bucket_key = $1", key.as_str())?;
    Ok(())
}

/// The owner is there, in a known browser: if a hundred failures have switched the password off for strangers, it works
/// for them again (security.md S5 L3). An ordinary lock runs on.
pub async fn lift_switch_off(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    execute!(
        tx,
        "DELETE FROM lockout_bucket WHERE key = $1 AND consecutive >= $2",
        BucketKey::untrusted(user).as_str(),
        i64::from(SWITCH_OFF_AT),
    )?;
    Ok(())
}

/// Ends every lock of a user, known browsers included; `true` if there was anything to forget.
pub async fn unlock(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    let strangers = BucketKey::untrusted(user);
    // Keys that begin with `browser:<user>:`; the semicolon follows the colon.
    let (first, end) = (format!("browser:{user}:"), format!("browser:{user};"));
    let buckets = execute!(
        tx,
        "DELETE FROM lockout_bucket WHERE key = $1 OR (key >= $2 AND key < $3)",
        strangers.as_str(),
        first.as_str(),
        end.as_str(),
    )?;
    execute!(
        tx,
        "DELETE FROM lockout_slot WHERE bucket_key = $1 OR (bucket_key >= $2 AND bucket_key < $3)",
        strangers.as_str(),
        first.as_str(),
        end.as_str(),
    )?;
    Ok(buckets > 0)
}

/// Forgets what was counted against every second factor of a user. A new password does not: whoever can set one has
/// proved nothing about the factors (P7).
pub async fn unlock_factors(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    let mut buckets = 0;
    // In the order in which a failure takes them.
    for kind in ["factor", "day"] {
        let (first, end) = (format!("{kind}:{user}:"), format!("{kind}:{user};"));
        buckets +=
            execute!(tx, "DELETE FROM lockout_bucket WHERE key >= $1 AND key < $2", first.as_str(), end.as_str(),)?;
        execute!(
            tx,
            "DELETE FROM lockout_slot WHERE bucket_key >= $1 AND bucket_key < $2",
            first.as_str(),
            end.as_str(),
        )?;
    }
    Ok(buckets > 0)
}

/// Until when strangers cannot use the user's password; `None` while they can. [`Moment::MAX`]: until unlocked.
pub async fn locked_until(tx: &mut Tx, user: UserId, now: Moment) -> Result<Option<Moment>, StoreError> {
    lock_of(tx, &BucketKey::untrusted(user), now).await
}

/// Until when a bucket is locked; `None` if it is not. [`Moment::MAX`]: until unlocked.
pub async fn lock_of(tx: &mut Tx, key: &BucketKey, now: Moment) -> Result<Option<Moment>, StoreError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "SELECT locked_until FROM lockout_bucket WHERE key = $1 AND locked_until > $2",
        key.as_str(),
        now.as_micros(),
    )?;
    Ok(row.map(|(until,)| Moment::from_micros(until)))
}

/// Whether an automatic lock keeps strangers out of the account.
pub async fn is_locked(tx: &mut Tx, user: UserId, now: Moment) -> Result<bool, StoreError> {
    Ok(locked_until(tx, user, now).await?.is_some())
}

/// Deletes at most `limit` buckets that no decision depends on any more: names of nobody that were quiet since `before`.
/// Failures of users stay until a success, because a hundred of them in a row count however slowly they come (Q57);
/// those of known browsers as long as the browser's cookie lives; the day's count of a factor for that day.
pub async fn collect_buckets(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        // What is counted into meanwhile stays: the condition on the row itself is looked at again behind its lock.
        "DELETE FROM lockout_bucket WHERE updated_at < $1 AND key IN (SELECT key FROM lockout_bucket \
         WHERE updated_at < $1 AND (locked_until IS NULL OR locked_until < $1) \
           AND (consecutive = 0 OR (key >= 'name:' AND key < 'name;') \
                OR (updated_at < $2 AND key >= 'browser:' AND key < 'browser;') \
                OR (updated_at < $3 AND key >= 'day:' AND key < 'day;')) \
         ORDER BY updated_at LIMIT $4)",
        before.as_micros(),
        before.minus(COOKIE_LIFE).as_micros(),
        before.minus(LockoutSettings::factor_day().window).as_micros(),
        limit,
    )
}

/// Deletes at most `limit` slots that were taken before `before` and never decided.
pub async fn collect_slots(tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM lockout_slot WHERE id IN (SELECT id FROM lockout_slot WHERE reserved_at < $1 LIMIT $2)",
        before.as_micros(),
        limit
    )
}
