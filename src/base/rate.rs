//! Rates: so many in a while, with a burst, per key. Bounded memory, time as a parameter.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{address::Networks, moment::Moment};

/// How often something may happen: one every `interval`, up to `burst` at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    interval: Duration,
    burst: u32,
}

impl Rate {
    /// `count` in `period`, up to `burst` at once.
    pub fn new(count: u32, period: Duration, burst: u32) -> Self {
        Self { interval: period / count.max(1), burst: burst.max(1) }
    }

    /// How long a full burst takes to come back.
    fn window(self) -> Duration {
        self.interval.saturating_mul(self.burst)
    }

    fn scaled(self, scale: f64) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
        let burst = (f64::from(self.burst) * scale) as u32;
        let interval = Duration::try_from_secs_f64(self.interval.as_secs_f64() / scale).unwrap_or(Duration::MAX);
        // A moment has microseconds: shorter intervals would count as none.
        Self { interval: interval.max(Duration::from_micros(1)), burst: burst.max(1) }
    }
}

/// The `[limits]` of the configuration: what is off, for whom, and a factor for the rest.
#[derive(Clone, PartialEq, Debug)]
pub struct LimitPolicy {
    /// Every rate and burst is multiplied by this.
    pub scale: f64,
    /// Names of limits that are off (`"L0"` … `"L10"`, security.md S5).
    pub off: Vec<String>,
    /// Networks free of limits per address.
    pub exempt: Networks,
}

impl Default for LimitPolicy {
    fn default() -> Self {
        Self { scale: 1.0, off: Vec::new(), exempt: Networks::default() }
    }
}

impl LimitPolicy {
    /// Whether the limit `name` applies at all.
    pub fn applies(&self, name: &str) -> bool {
        !self.off.iter().any(|off| off == name)
    }

    /// A limiter for the limit `name`; `None` if it is off.
    pub fn limiter<K: Hash + Eq + Clone>(&self, name: &str, rate: Rate) -> Option<RateLimiter<K>> {
        self.applies(name).then(|| RateLimiter::new(rate.scaled(self.scale)))
    }

    /// A plain number for the limit `name`; `usize::MAX` if it is off.
    pub fn number(&self, name: &str, number: usize) -> usize {
        if !self.applies(name) {
            return usize::MAX;
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a float cast saturates; limits are small"
        )]
        let scaled = (number as f64 * self.scale) as usize;
        scaled.max(1)
    }
}

/// The rate is used up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many, again in {retry_after:?}")]
pub struct TooMany {
    /// When the next one may happen.
    pub retry_after: Duration,
}

/// Keys of one generation: with two generations at most 65,536 keys, a few megabytes.
const GENERATION: usize = 32_768;

/// Holds each key to a rate, by the generic cell rate algorithm.
///
/// Forgets a key once it is as good as new, and the half not seen for longest when a flood of keys fills it, so its
/// memory is bounded.
pub struct RateLimiter<K> {
    rate: Rate,
    memory: Mutex<Memory<K>>,
}

/// Per key the moment at which its burst will be whole again, in two generations: what is not renewed ages out.
struct Memory<K> {
    young: HashMap<K, Moment>,
    old: HashMap<K, Moment>,
    turned: Moment,
}

impl<K: Hash + Eq + Clone> RateLimiter<K> {
    /// A limiter in which nobody has done anything yet.
    pub fn new(rate: Rate) -> Self {
        let memory = Memory { young: HashMap::new(), old: HashMap::new(), turned: Moment::default() };
        Self { rate, memory: Mutex::new(memory) }
    }

    /// Takes one for `key`, or says how long to wait; a refused one does not count.
    pub fn take(&self, key: &K, now: Moment) -> Result<(), TooMany> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.age(now, self.rate.window());
        let whole_again = self.next(memory.find(key), now)?;
        memory.young.insert(key.clone(), whole_again);
        Ok(())
    }

    /// Whether `key` could take one now. Takes nothing: for limits that count failures only.
    pub fn check(&self, key: &K, now: Moment) -> Result<(), TooMany> {
        let stored = self.memory.lock().unwrap_or_else(PoisonError::into_inner).find(key);
        self.next(stored, now).map(drop)
    }

    fn next(&self, stored: Option<Moment>, now: Moment) -> Result<Moment, TooMany> {
        let full = now.plus(self.rate.window());
        // Later than a full burst from now is possible only if the clock was set back: start anew.
        let whole_again = stored.filter(|at| (now..=full).contains(at)).unwrap_or(now).plus(self.rate.interval);
        if whole_again > full { Err(TooMany { retry_after: whole_again.since(full) }) } else { Ok(whole_again) }
    }
}

impl<K: Hash + Eq> Memory<K> {
    fn find(&self, key: &K) -> Option<Moment> {
        self.young.get(key).or_else(|| self.old.get(key)).copied()
    }

    /// Starts a new generation when the young one is full, or when everything in the old one is as good as new.
    fn age(&mut self, now: Moment, window: Duration) {
        if self.young.len() >= GENERATION || now.since(self.turned) > window {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
            self.turned = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_secs(1_795_200_000);

    fn ten_per_second_burst_three() -> RateLimiter<u32> {
        RateLimiter::new(Rate::new(10, Duration::from_secs(1), 3))
    }

    #[test]
    fn a_burst_then_the_rate() {
        let limiter = ten_per_second_burst_three();
        for _ in 0..3 {
            assert_eq!(limiter.take(&1, START), Ok(()));
        }
        let refused = limiter.take(&1, START);
        assert_eq!(refused, Err(TooMany { retry_after: Duration::from_millis(100) }));
        assert_eq!(limiter.check(&1, START), refused);
        assert_eq!(limiter.take(&2, START), Ok(()), "another key has its own burst");
        let later = START.plus(Duration::from_millis(100));
        assert_eq!(limiter.check(&1, later), Ok(()));
        assert_eq!(limiter.take(&1, later), Ok(()));
        assert!(limiter.take(&1, later).is_err());
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let limiter = ten_per_second_burst_three();
        for _ in 0..3 {
            assert_eq!(limiter.take(&1, START), Ok(()));
        }
        assert_eq!(limiter.take(&1, START.minus(Duration::from_secs(3600))), Ok(()));
    }

    #[test]
    fn a_flood_of_keys_is_bounded_and_forgets_no_recent_one() {
        let limiter = ten_per_second_burst_three();
        for _ in 0..3 {
            assert_eq!(limiter.take(&0, START), Ok(()));
        }
        for key in 1..200_000 {
            assert_eq!(limiter.take(&key, START), Ok(()));
            let memory = limiter.memory.lock().unwrap();
            assert!(memory.young.len() + memory.old.len() <= 2 * GENERATION);
        }
        let recent: Vec<u32> = (200_000 - 1000..200_000).collect();
        assert!(recent.iter().all(|key| limiter.memory.lock().unwrap().find(key).is_some()));
    }

    #[test]
    fn keys_as_good_as_new_are_forgotten() {
        let limiter = ten_per_second_burst_three();
        for key in 0..100 {
            assert_eq!(limiter.take(&key, START), Ok(()));
        }
        for pause in 1..=2 {
            assert_eq!(limiter.take(&1000, START.plus(Duration::from_secs(pause))), Ok(()));
        }
        let memory = limiter.memory.lock().unwrap();
        assert_eq!(memory.young.len() + memory.old.len(), 1 + usize::from(memory.old.contains_key(&1000)));
    }

    #[test]
    fn the_policy_scales_and_switches_off() {
        let policy = LimitPolicy { scale: 2.0, off: vec!["L9".to_owned()], exempt: Networks::default() };
        let rate = Rate::new(10, Duration::from_secs(1), 3);
        assert!(policy.limiter::<u32>("L9", rate).is_none());
        assert_eq!(policy.limiter::<u32>("L1", rate).map(|l| l.rate), Some(Rate::new(20, Duration::from_secs(1), 6)));
        assert_eq!((policy.number("L0", 200), policy.number("L9", 200)), (400, usize::MAX));
        let huge = LimitPolicy { scale: 1e12, ..LimitPolicy::default() };
        let limiter = huge.limiter::<u32>("L1", rate).unwrap();
        assert!((0..10_000).all(|_| limiter.take(&1, START).is_ok()));
    }
}
