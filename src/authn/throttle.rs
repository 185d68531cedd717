//! Failed sign-ins per address (security.md S5 L2). In memory, of bounded size; the counters that decide about accounts
//! are `lockout`'s, in the database.

use std::{collections::HashMap, net::IpAddr, time::Duration};

use crate::base::{address::AddressKey, moment::Moment, rate::LimitPolicy};

/// Addresses remembered at most, about 150 bytes each.
const CAPACITY: usize = 32_768;

/// Failures within [`FAILURE_WINDOW`] that block for as long.
const FAILURES: usize = 30;
/// Different pairs of user and password within [`PAIR_WINDOW`] that block for [`PAIR_BLOCK`].
const PAIRS: usize = 15;
/// Time over which failures are counted, and the block they lead to.
pub const FAILURE_WINDOW: Duration = Duration::from_secs(15 * 60);
/// Time over which different guesses are counted.
pub const PAIR_WINDOW: Duration = Duration::from_secs(3 * 3600);
/// The block that different guesses lead to.
pub const PAIR_BLOCK: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug)]
struct Entry {
    /// Start of the running window of failures, and their number in it.
    since: Moment,
    failures: usize,
    /// Start of the running window of guesses, and the different ones in it.
    pairs_since: Moment,
    pairs: Vec<u64>,
    blocked_until: Option<Moment>,
}

impl Entry {
    fn new(now: Moment) -> Self {
        Self { since: now, failures: 0, pairs_since: now, pairs: Vec::new(), blocked_until: None }
    }

    fn is_over(&self, now: Moment) -> bool {
        self.blocked_until.is_none_or(|until| until <= now) && now.since(self.pairs_since) >= PAIR_WINDOW
    }

    /// Blocked addresses are forgotten last, then those that failed most recently.
    fn worth(&self) -> (Option<Moment>, Moment) {
        (self.blocked_until, self.since)
    }
}

/// Failures of all addresses.
#[derive(Debug)]
pub struct LoginThrottle {
    policy: LimitPolicy,
    entries: HashMap<AddressKey, Entry>,
}

impl LoginThrottle {
    /// Counts nothing yet. `[limits]` scales the limits, switches them off (`L2`) and exempts networks.
    pub fn new(policy: LimitPolicy) -> Self {
        Self { policy, entries: HashMap::new() }
    }

    /// How long `address` is still blocked; `None` if it may try.
    pub fn blocked_for(&self, address: IpAddr, now: Moment) -> Option<Duration> {
        let until = self.entries.get(&AddressKey::from(address))?.blocked_until?;
        (until > now).then(|| until.since(now))
    }

    /// Counts a failure. `pair` is a keyed hash of user and password, so that the same wrong password sent again and
    /// again, as forgetful software does, is one guess.
    pub fn fail(&mut self, address: IpAddr, pair: u64, now: Moment) {
        if !self.policy.applies("L2") || self.policy.exempt.contains(address) {
            return;
        }
        let (failures, pairs) = (self.policy.number("L2", FAILURES), self.policy.number("L2", PAIRS));
        let address = AddressKey::from(address);
        if !self.entries.contains_key(&address) {
            self.make_room(now);
        }
        let entry = self.entries.entry(address).or_insert_with(|| Entry::new(now));
        if now.since(entry.since) >= FAILURE_WINDOW {
            (entry.since, entry.failures) = (now, 0);
        }
        if now.since(entry.pairs_since) >= PAIR_WINDOW {
            entry.pairs_since = now;
            entry.pairs.clear();
        }
        entry.failures += 1;
        if !entry.pairs.contains(&pair) && entry.pairs.len() < pairs {
            entry.pairs.push(pair);
        }
        if entry.failures >= failures {
            entry.blocked_until = entry.blocked_until.max(Some(now.plus(FAILURE_WINDOW)));
        }
        if entry.pairs.len() >= pairs {
            entry.blocked_until = entry.blocked_until.max(Some(now.plus(PAIR_BLOCK)));
            entry.pairs.clear();
        }
    }

    fn make_room(&mut self, now: Moment) {
        if self.entries.len() < CAPACITY {
            return;
        }
        self.entries.retain(|_, entry| !entry.is_over(now));
        if self.entries.len() < CAPACITY {
            return;
        }
        // A quarter at once, so that a flood of addresses does not pay for this with each failure.
        let mut worths: Vec<_> = self.entries.values().map(Entry::worth).collect();
        let (_, &mut limit, _) = worths.select_nth_unstable(CAPACITY / 4);
        self.entries.retain(|_, entry| entry.worth() > limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_secs(1_795_200_000);

    fn throttle() -> LoginThrottle {
        LoginThrottle::new(LimitPolicy::default())
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn after(duration: Duration) -> Moment {
        START.plus(duration)
    }

    #[test]
    fn sec_s5_l2_thirty_failures_block_an_address_for_fifteen_minutes() {
        let mut throttle = throttle();
        let address = ip("192.0.2.1");
        for _ in 0..29 {
            throttle.fail(address, 7, START);
        }
        assert_eq!(throttle.blocked_for(address, START), None);
        throttle.fail(address, 7, START);
        assert_eq!(throttle.blocked_for(address, START), Some(FAILURE_WINDOW));
        assert_eq!(throttle.blocked_for(ip("192.0.2.2"), START), None);
        assert_eq!(throttle.blocked_for(address, after(FAILURE_WINDOW)), None);
    }

    #[test]
    fn sec_s5_l2_failures_out_of_the_window_do_not_count() {
        let mut throttle = throttle();
        let address = ip("192.0.2.1");
        for _ in 0..29 {
            throttle.fail(address, 7, START);
        }
        throttle.fail(address, 7, after(FAILURE_WINDOW));
        assert_eq!(throttle.blocked_for(address, after(FAILURE_WINDOW)), None);
    }

    #[test]
    fn sec_s5_l2_fifteen_different_guesses_block_for_a_day() {
        let mut throttle = throttle();
        let address = ip("192.0.2.1");
        let step = Duration::from_secs(700);
        for guess in 0..14 {
            throttle.fail(address, guess, after(step * guess as u32));
        }
        let now = after(step * 14);
        throttle.fail(address, 13, now);
        assert_eq!(throttle.blocked_for(address, now), None, "the same guess again is no new one");
        throttle.fail(address, 14, now);
        assert_eq!(throttle.blocked_for(address, now), Some(PAIR_BLOCK));
        assert_eq!(throttle.blocked_for(address, now.plus(PAIR_BLOCK)), None);
    }

    #[test]
    fn contract_exempt_networks_and_a_layer_that_is_off_count_nothing() {
        let exempt = vec!["198.51.100.0/24".parse().unwrap()].into();
        let mut exempting = LoginThrottle::new(LimitPolicy { exempt, ..LimitPolicy::default() });
        let mut off = LoginThrottle::new(LimitPolicy { off: vec!["L2".into()], ..LimitPolicy::default() });
        for guess in 0..100 {
            exempting.fail(ip("::ffff:198.51.100.7"), guess, START);
            off.fail(ip("192.0.2.1"), guess, START);
        }
        assert!(exempting.entries.is_empty() && off.entries.is_empty());
    }

    #[test]
    fn contract_limits_scale() {
        let mut throttle = LoginThrottle::new(LimitPolicy { scale: 2.0, ..LimitPolicy::default() });
        let address = ip("192.0.2.1");
        for guess in 0..29 {
            throttle.fail(address, guess, START);
        }
        assert_eq!(throttle.blocked_for(address, START), None);
        throttle.fail(address, 29, START);
        assert_eq!(throttle.blocked_for(address, START), Some(PAIR_BLOCK));
    }

    #[test]
    fn sec_s5_an_ipv6_network_of_64_bits_is_one_address() {
        let mut throttle = throttle();
        for guess in 0..15 {
            throttle.fail(ip(&format!("2001:db8::{guess:x}")), guess, START);
        }
        assert_eq!(throttle.blocked_for(ip("2001:db8::ffff"), START), Some(PAIR_BLOCK));
        assert_eq!(throttle.blocked_for(ip("2001:db8:0:1::1"), START), None);
    }

    #[test]
    fn memory_is_bounded_and_blocks_outlive_a_flood_of_addresses() {
        let mut throttle = throttle();
        let attacker = ip("192.0.2.1");
        for guess in 0..15 {
            throttle.fail(attacker, guess, START);
        }
        for number in 0..u32::try_from(CAPACITY * 2).unwrap() {
            let address = IpAddr::from((0x0a00_0000 + number).to_be_bytes());
            throttle.fail(address, 0, after(Duration::from_millis(number.into())));
        }
        assert!(throttle.entries.len() <= CAPACITY);
        assert!(throttle.blocked_for(attacker, after(Duration::from_secs(100))).is_some());
    }
}
