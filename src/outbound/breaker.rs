//! A host that fails is left alone for a while, so that it holds up nobody (security.md S13).

use std::{collections::HashMap, time::Duration};

use crate::base::moment::Moment;

/// Failures in a row that open the breaker.
const FAILURES: u32 = 5;
/// How long it stays open at first; twice as long after each failed try.
const OPEN: Duration = Duration::from_secs(30);
/// How long at most.
const OPEN_AT_MOST: Duration = Duration::from_secs(600);
/// How long the one try after that has the host for itself; longer than a call may take.
const PROBE: Duration = Duration::from_secs(10);
/// Hosts remembered at most.
const CAPACITY: usize = 1024;

/// What is known of one host.
#[derive(Clone, Copy, Default, Debug)]
struct State {
    failures: u32,
    open_until: Option<Moment>,
    seen: Moment,
}

/// The breakers of all hosts. Those that work are not remembered.
#[derive(Default, Debug)]
pub struct Breakers {
    hosts: HashMap<String, State>,
}

impl Breakers {
    /// Whether `host` may be called.
    ///
    /// # Errors
    /// How long to leave it alone.
    pub fn admit(&mut self, host: &str, now: Moment) -> Result<(), Duration> {
        let Some(state) = self.hosts.get_mut(host) else { return Ok(()) };
        let Some(until) = state.open_until else { return Ok(()) };
        if now < until {
            return Err(until.since(now));
        }
        // One call tries it. Others wait for its outcome, or, if it is never told, until its time is over.
        state.open_until = Some(now.plus(PROBE));
        Ok(())
    }

    /// The host answered.
    pub fn succeeded(&mut self, host: &str) {
        self.hosts.remove(host);
    }

    /// The host did not answer, or said that it is broken.
    pub fn failed(&mut self, host: &str, now: Moment) {
        self.make_room();
        let state = self.hosts.entry(host.to_owned()).or_default();
        state.seen = now;
        state.failures = state.failures.saturating_add(1);
        if let Some(times) = state.failures.checked_sub(FAILURES) {
            let open = OPEN.saturating_mul(1 << times.min(8)).min(OPEN_AT_MOST);
            state.open_until = Some(now.plus(open));
        }
    }

    fn make_room(&mut self) {
        if self.hosts.len() < CAPACITY {
            return;
        }
        let oldest = self.hosts.iter().min_by_key(|(_, state)| state.seen).map(|(host, _)| host.clone());
        if let Some(oldest) = oldest {
            self.hosts.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_secs(1_795_200_000);

    fn after(secs: u64) -> Moment {
        START.plus(Duration::from_secs(secs))
    }

    fn broken(times: u32) -> Breakers {
        let mut breakers = Breakers::default();
        (0..times).for_each(|_| breakers.failed("a", START));
        breakers
    }

    #[test]
    fn sec_s13_five_failures_in_a_row_open_the_breaker_of_that_host() {
        let mut breakers = broken(4);
        assert_eq!(breakers.admit("a", START), Ok(()));
        breakers.failed("a", START);
        assert_eq!(breakers.admit("a", START), Err(Duration::from_secs(30)));
        assert_eq!(breakers.admit("a", after(29)), Err(Duration::from_secs(1)));
        assert_eq!(breakers.admit("b", START), Ok(()));
    }

    #[test]
    fn sec_s13_a_success_in_between_counts_from_the_start() {
        let mut breakers = broken(4);
        breakers.succeeded("a");
        breakers.failed("a", START);
        assert_eq!(breakers.admit("a", START), Ok(()));
    }

    #[test]
    fn sec_s13_one_call_tries_an_open_host_again() {
        let mut breakers = broken(5);
        assert_eq!(breakers.admit("a", after(30)), Ok(()));
        assert_eq!(breakers.admit("a", after(30)), Err(PROBE), "others wait for the one that tries");
        breakers.failed("a", after(31));
        assert_eq!(breakers.admit("a", after(31)), Err(Duration::from_secs(60)), "twice as long");
        assert_eq!(breakers.admit("a", after(91)), Ok(()));
        assert_eq!(breakers.admit("a", after(101)), Ok(()), "the one that tried never told");
        breakers.succeeded("a");
        assert_eq!(breakers.admit("a", after(101)), Ok(()));
        assert_eq!(breakers.admit("a", after(101)), Ok(()));
    }

    #[test]
    fn sec_s13_it_opens_for_ten_minutes_at_most_and_forgets_old_hosts() {
        let mut breakers = broken(1000);
        assert_eq!(breakers.admit("a", START), Err(OPEN_AT_MOST));
        for number in 0..2 * CAPACITY {
            breakers.failed(&number.to_string(), after(1 + number as u64));
        }
        assert!(breakers.hosts.len() <= CAPACITY);
        assert!(!breakers.hosts.contains_key("a") && breakers.hosts.contains_key("2047"));
    }
}
