//! When a password may be tried (D13, security.md S5 L3 and S6, inventory.md O3, O4, O29). Pure: facts and the time in,
//! decision and new facts out; `store::lockout` keeps them.
//!
//! A *bucket* counts the failures of one user over all paths from untrusted callers; each known browser of the user has
//! a bucket of its own, so that a stranger locks out strangers only. A *slot* is reserved in the bucket before a
//! password is verified and given back by the outcome, so that fifty parallel guesses count as fifty.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::{
    authn::factor::MfaMethod,
    base::{id::UserId, moment::Moment},
};

/// A slot older than this counts as a failure: whoever held it was cut off in the middle (security.md S6).
pub const SLOT_LIFE: Duration = Duration::from_secs(30);
/// How long a caller waits for a slot to be decided before being asked to come back (security.md S6).
pub const SLOT_WAIT: Duration = Duration::from_secs(2);
/// Consecutive failures after which the password no longer opens the account to untrusted callers (Q57, S5 L3).
pub const SWITCH_OFF_AT: u32 = 100;

/// The settings `lockout.*` of contract.md.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockoutSettings {
    /// Failures that lock; at least one.
    pub max_attempts: u32,
    /// Length of a lock; zero: until somebody unlocks.
    pub duration: Duration,
    /// Failures older than this do not count.
    pub window: Duration,
    /// Lengths of the second, third, … lock without a success between them; the last one repeats. Empty: all the same.
    pub escalation: Vec<Duration>,
    /// Consecutive failures after which nothing but another proof helps (Q57); `None`: never.
    pub switch_off_at: Option<u32>,
}

impl Default for LockoutSettings {
    fn default() -> Self {
        let quarter = Duration::from_secs(15 * 60);
        Self {
            max_attempts: 5,
            duration: quarter,
            window: quarter,
            escalation: Vec::new(),
            switch_off_at: Some(SWITCH_OFF_AT),
        }
    }
}

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl LockoutSettings {
    /// Wrong codes of one factor: five lock for a quarter of an hour, then an hour, then a day (security.md S5 L5).
    pub fn factor() -> Self {
        Self { escalation: vec![HOUR, DAY], ..Self::default() }
    }

    /// Wrong codes of one factor in a day, whatever succeeded between them: after the twentieth none is taken for a day
    /// (security.md S5 L5, inventory M28).
    pub fn factor_day() -> Self {
        Self { max_attempts: 20, duration: DAY, window: DAY, escalation: Vec::new(), switch_off_at: None }
    }

    fn limit(&self) -> usize {
        usize::try_from(self.max_attempts.max(1)).unwrap_or(usize::MAX)
    }

    /// When the lock number `locks` (from 1) that begins with a failure at `at` ends.
    fn locked_until(&self, locks: u32, at: Moment) -> Moment {
        let step = usize::try_from(locks).unwrap_or(usize::MAX).checked_sub(2);
        let length =
            step.and_then(|step| self.escalation.get(step).or(self.escalation.last())).unwrap_or(&self.duration);
        if length.is_zero() { Moment::MAX } else { at.plus(*length) }
    }
}

/// The name of a bucket.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BucketKey(String);

impl BucketKey {
    /// All untrusted callers of a user.
    pub fn untrusted(user: UserId) -> Self {
        Self(format!("user:{user}"))
    }

    /// One known browser of a user.
    pub fn known_browser(user: UserId, browser: Uuid) -> Self {
        Self(format!("browser:{user}:{browser}"))
    }

    /// One second factor of a user.
    pub fn factor(user: UserId, method: MfaMethod) -> Self {
        Self(format!("factor:{user}:{method}"))
    }

    /// The same over a day; a success does not clear it.
    pub fn factor_day(user: UserId, method: MfaMethod) -> Self {
        Self(format!("day:{user}:{method}"))
    }

    /// A name that is nobody's, by the HMAC of [`folded`]: it locks like any other (Q61), and is not kept.
    pub fn nobody(mac: &[u8]) -> Self {
        Self(format!("name:{}", URL_SAFE_NO_PAD.encode(mac)))
    }

    /// The text in the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A typed identifier in the form in which unknown ones are counted: NFKC, lower case, no white space around.
pub fn folded(identifier: &str) -> String {
    identifier.trim().nfkc().flat_map(char::to_lowercase).collect()
}

/// What a bucket holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bucket {
    /// When the counted failures happened. A lock clears them: it is their price.
    pub failures: Vec<Moment>,
    /// Failures since the last success, whatever their age.
    pub consecutive: u32,
    /// Locks since the last success.
    pub locks: u32,
    /// End of the last lock; [`Moment::MAX`] until somebody unlocks.
    pub locked_until: Option<Moment>,
}

/// Whether a password may be verified now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attempt {
    /// Reserve a slot and verify.
    Reserve,
    /// The open slots, should all of them fail, would lock: wait until one is decided, at most [`SLOT_WAIT`].
    WaitForSlot,
    /// Answer as to a wrong password, in the same time, and change nothing.
    Locked,
}

/// What a failure led to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Consequence {
    /// It was counted.
    Counted,
    /// It began a lock.
    LockedUntil(Moment),
    /// A lock stands already: it is not made longer.
    WhileLocked,
}

impl Bucket {
    /// Whether a lock stands at `now`.
    pub fn is_locked(&self, now: Moment) -> bool {
        self.locked_until.is_some_and(|until| until > now)
    }

    /// Decides about an attempt while `open_slots` others are being verified.
    pub fn decide(&self, open_slots: usize, settings: &LockoutSettings, now: Moment) -> Attempt {
        let failures = self.counted(settings, now).count();
        if self.is_locked(now) || failures >= settings.limit() {
            Attempt::Locked
        } else if failures + open_slots >= settings.limit() {
            Attempt::WaitForSlot
        } else {
            Attempt::Reserve
        }
    }

    /// Counts a failure that happened at `at`.
    pub fn fail(&mut self, settings: &LockoutSettings, at: Moment) -> Consequence {
        self.consecutive = self.consecutive.saturating_add(1);
        if self.is_locked(at) {
            return Consequence::WhileLocked;
        }
        self.failures = self.counted(settings, at).chain([at]).collect();
        let until = if settings.switch_off_at.is_some_and(|most| self.consecutive >= most) {
            Moment::MAX
        } else if self.failures.len() >= settings.limit() {
            settings.locked_until(self.locks.saturating_add(1), at)
        } else {
            return Consequence::Counted;
        };
        self.failures.clear();
        self.locks = self.locks.saturating_add(1);
        self.locked_until = Some(until);
        Consequence::LockedUntil(until)
    }

    /// Counts slots that were never decided, each as a failure of the time it was reserved at. Answers the lock that the
    /// last of them led to, if one did.
    pub fn absorb(&mut self, mut reserved_at: Vec<Moment>, settings: &LockoutSettings) -> Option<Moment> {
        reserved_at.sort_unstable();
        let mut locked = None;
        for at in reserved_at {
            if let Consequence::LockedUntil(until) = self.fail(settings, at) {
                locked = Some(until);
            }
        }
        locked
    }

    fn counted(&self, settings: &LockoutSettings, now: Moment) -> impl Iterator<Item = Moment> {
        let (window, after) = (settings.window, now);
        self.failures.iter().copied().filter(move |&at| after.since(at) < window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_secs(1_795_200_000);

    fn at(secs: u64) -> Moment {
        START.plus(Duration::from_secs(secs))
    }

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    /// A bucket after failures at these seconds.
    fn after(settings: &LockoutSettings, failures: &[u64]) -> Bucket {
        let mut bucket = Bucket::default();
        for &secs in failures {
            bucket.fail(settings, at(secs));
        }
        bucket
    }

    #[test]
    fn inv_o3_five_failures_lock_for_fifteen_minutes_from_the_last() {
        let settings = LockoutSettings::default();
        let mut bucket = after(&settings, &[0, 60, 120, 180]);
        assert_eq!(bucket.decide(0, &settings, at(200)), Attempt::Reserve);
        assert_eq!(bucket.fail(&settings, at(240)), Consequence::LockedUntil(at(240 + 900)));
        assert_eq!(bucket.decide(0, &settings, at(240)), Attempt::Locked);
        assert_eq!(bucket.decide(0, &settings, at(240 + 899)), Attempt::Locked);
        assert_eq!(bucket.decide(0, &settings, at(240 + 900)), Attempt::Reserve, "at 15:00 the right password works");
    }

    #[test]
    fn inv_o3_failures_out_of_the_window_do_not_count() {
        let settings = LockoutSettings::default();
        let mut bucket = after(&settings, &[0, 1, 2, 3]);
        assert_eq!(bucket.fail(&settings, at(900)), Consequence::Counted, "the first is fifteen minutes old");
        assert_eq!(bucket.fail(&settings, at(900)), Consequence::LockedUntil(at(1800)));
    }

    #[test]
    fn inv_o3_attempts_while_locked_do_not_extend() {
        let settings = LockoutSettings::default();
        let mut bucket = after(&settings, &[0, 0, 0, 0, 0]);
        for secs in 1..50 {
            assert_eq!(bucket.fail(&settings, at(secs)), Consequence::WhileLocked);
        }
        assert_eq!(bucket.locked_until, Some(at(900)));
        assert_eq!(bucket.decide(0, &settings, at(900)), Attempt::Reserve);
    }

    #[test]
    fn inv_o3_after_a_lock_there_are_five_attempts_again() {
        let short = LockoutSettings { duration: minutes(1), ..LockoutSettings::default() };
        let mut bucket = after(&short, &[0, 0, 0, 0, 0]);
        assert_eq!(bucket.fail(&short, at(61)), Consequence::Counted);
        assert_eq!(bucket.decide(3, &short, at(61)), Attempt::Reserve);
        assert_eq!(bucket.decide(4, &short, at(61)), Attempt::WaitForSlot);
    }

    #[test]
    fn sec_s6_open_slots_count_until_they_are_decided() {
        let settings = LockoutSettings::default();
        let fresh = Bucket::default();
        assert_eq!(fresh.decide(4, &settings, at(0)), Attempt::Reserve);
        assert_eq!(fresh.decide(5, &settings, at(0)), Attempt::WaitForSlot);
        let bucket = after(&settings, &[0, 0, 0]);
        assert_eq!(bucket.decide(1, &settings, at(0)), Attempt::Reserve);
        assert_eq!(bucket.decide(2, &settings, at(0)), Attempt::WaitForSlot);
    }

    #[test]
    fn sec_s6_a_slot_older_than_thirty_seconds_is_a_failure() {
        let settings = LockoutSettings::default();
        let mut bucket = after(&settings, &[0, 0]);
        bucket.absorb(vec![at(2), at(1)], &settings);
        assert_eq!(bucket.failures, [at(0), at(0), at(1), at(2)]);
        bucket.absorb(vec![at(11)], &settings);
        assert_eq!(bucket.locked_until, Some(at(11 + 900)));
    }

    #[test]
    fn contract_a_duration_of_zero_locks_until_unlocked() {
        let settings = LockoutSettings { duration: Duration::ZERO, max_attempts: 1, ..LockoutSettings::default() };
        let bucket = after(&settings, &[0]);
        assert_eq!(bucket.decide(0, &settings, at(100 * 365 * 86_400)), Attempt::Locked);
    }

    #[test]
    fn contract_locks_escalate_and_the_last_step_repeats() {
        let settings = LockoutSettings {
            max_attempts: 1,
            escalation: vec![minutes(60), minutes(1440)],
            ..LockoutSettings::default()
        };
        let mut bucket = Bucket::default();
        let mut now = START;
        for length in [15, 60, 1440, 1440] {
            let until = now.plus(minutes(length));
            assert_eq!(bucket.fail(&settings, now), Consequence::LockedUntil(until));
            now = until;
        }
    }

    #[test]
    fn sec_q57_a_hundred_consecutive_failures_switch_the_password_off() {
        let settings = LockoutSettings { duration: minutes(1), ..LockoutSettings::default() };
        let mut bucket = Bucket::default();
        let mut now = START;
        for _ in 0..99 {
            bucket.fail(&settings, now);
            now = now.plus(minutes(16));
        }
        assert!(!bucket.is_locked(now));
        assert_eq!(bucket.fail(&settings, now), Consequence::LockedUntil(Moment::MAX));
    }

    #[test]
    fn sec_s5_l5_a_factor_locks_for_a_quarter_an_hour_and_a_day() {
        let settings = LockoutSettings::factor();
        let (mut bucket, mut now) = (Bucket::default(), START);
        for length in [15, 60, 24 * 60, 24 * 60] {
            for _ in 0..4 {
                assert_eq!(bucket.fail(&settings, now), Consequence::Counted);
            }
            let until = now.plus(minutes(length));
            assert_eq!(bucket.fail(&settings, now), Consequence::LockedUntil(until));
            now = until;
        }
    }

    #[test]
    fn inv_m28_after_twenty_failures_in_a_day_a_factor_rests_for_a_day() {
        let settings = LockoutSettings::factor_day();
        let mut bucket = Bucket::default();
        for hour in 0..19 {
            assert_eq!(bucket.fail(&settings, at(hour * 3600)), Consequence::Counted);
        }
        assert_eq!(bucket.decide(0, &settings, at(20 * 3600)), Attempt::Reserve);
        let last = 20 * 3600;
        assert_eq!(bucket.fail(&settings, at(last)), Consequence::LockedUntil(at(last + 86_400)));
        assert_eq!(bucket.decide(0, &settings, at(last + 86_399)), Attempt::Locked, "the twenty-first");
        assert_eq!(bucket.decide(0, &settings, at(last + 86_400)), Attempt::Reserve);
        for day in 2..20 {
            bucket.fail(&settings, at(day * 86_400));
        }
        assert_ne!(bucket.locked_until, Some(Moment::MAX), "a day's count switches nothing off");
    }

    #[test]
    fn a_lowered_limit_holds_at_once() {
        let bucket = after(&LockoutSettings::default(), &[0, 0, 0]);
        let lowered = LockoutSettings { max_attempts: 3, ..LockoutSettings::default() };
        assert_eq!(bucket.decide(0, &lowered, at(1)), Attempt::Locked);
        assert_eq!(bucket.decide(0, &lowered, at(900)), Attempt::Reserve);
        let none = LockoutSettings { max_attempts: 0, ..LockoutSettings::default() };
        assert_eq!(Bucket::default().decide(0, &none, at(0)), Attempt::Reserve, "at least one attempt");
    }

    #[test]
    fn buckets_have_different_names_and_identifiers_one_form() {
        let user = UserId::from(Uuid::from_u128(1));
        let browser = Uuid::from_u128(2);
        let keys = [
            BucketKey::untrusted(user),
            BucketKey::known_browser(user, browser),
            BucketKey::nobody(&[1; 32]),
            BucketKey::factor(user, MfaMethod::Totp),
            BucketKey::factor(user, MfaMethod::Email),
            BucketKey::factor_day(user, MfaMethod::Totp),
        ];
        assert_eq!(keys.iter().collect::<std::collections::HashSet<_>>().len(), keys.len());
        assert_eq!(folded(" ＡNNA@Acme.Example "), folded("anna@acme.example"));
    }
}
