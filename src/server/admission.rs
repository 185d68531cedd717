//! How many connections an address may have and open (security.md S5, L0).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::base::{
    address::{AddressKey, Networks},
    clock::SharedClock,
    rate::{LimitPolicy, Rate, RateLimiter},
};

/// Decides about each new connection.
pub(super) struct Admission {
    clock: SharedClock,
    exempt: [Networks; 2],
    concurrent: usize,
    rate: Option<RateLimiter<AddressKey>>,
    open: Mutex<HashMap<AddressKey, usize>>,
}

/// One connection of an address; its place is free again when dropped.
pub(super) struct Slot(Option<(Arc<Admission>, AddressKey)>);

impl Admission {
    /// 200 at once and 50 more each second, for each address that is neither exempt nor a trusted proxy.
    pub(super) fn new(policy: &LimitPolicy, trusted_proxies: Networks, clock: SharedClock) -> Arc<Self> {
        Arc::new(Self {
            clock,
            exempt: [policy.exempt.clone(), trusted_proxies],
            concurrent: policy.number("L0", 200),
            // A burst of 200: whoever may have so many may open them at once.
            rate: policy.limiter("L0", Rate::new(50, Duration::from_secs(1), 200)),
            open: Mutex::default(),
        })
    }

    /// For the internal listener.
    pub(super) fn unlimited(clock: SharedClock) -> Arc<Self> {
        let policy = LimitPolicy { off: vec!["L0".to_owned()], ..LimitPolicy::default() };
        Self::new(&policy, Networks::default(), clock)
    }

    /// A place for a connection from `peer`, if it may have one.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Slot> {
        if self.concurrent == usize::MAX || self.exempt.iter().any(|networks| networks.contains(peer)) {
            return Some(Slot(None));
        }
        let key = AddressKey::from(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let held = open.get(&key).copied().unwrap_or_default();
        if held >= self.concurrent {
            return None;
        }
        if let Some(rate) = &self.rate {
            rate.take(&key, self.clock.now()).ok()?;
        }
        open.insert(key, held + 1);
        Some(Slot(Some((Arc::clone(self), key))))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some((admission, key)) = &self.0 else { return };
        let mut open = admission.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(key) {
            Some(held) if *held > 1 => *held -= 1,
            _ => drop(open.remove(key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{clock::Clock, moment::Moment};

    struct SetClock(Mutex<Moment>);

    impl Clock for SetClock {
        fn now(&self) -> Moment {
            *self.0.lock().unwrap()
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn admission(policy: &LimitPolicy) -> (Arc<Admission>, Arc<SetClock>) {
        let clock = Arc::new(SetClock(Mutex::new(Moment::from_secs(1_795_200_000))));
        let proxies = Networks::from(vec!["10.0.0.0/8".parse().unwrap()]);
        (Admission::new(policy, proxies, clock.clone()), clock)
    }

    #[test]
    fn sec_s5_l0_an_address_has_200_connections_and_opens_50_a_second() {
        let (admission, clock) = admission(&LimitPolicy::default());
        let mut slots: Vec<Slot> = std::iter::from_fn(|| admission.admit(ip("192.0.2.1"))).take(1000).collect();
        assert_eq!(slots.len(), 200);
        assert!(admission.admit(ip("192.0.2.2")).is_some(), "others are not concerned");
        slots.clear();
        assert!(admission.open.lock().unwrap().is_empty(), "nothing is kept of an address without connections");
        assert!(admission.admit(ip("192.0.2.1")).is_none(), "the rate is used up");
        let later = clock.now().plus(Duration::from_secs(1));
        *clock.0.lock().unwrap() = later;
        let opened = (0..100).filter(|_| admission.admit(ip("192.0.2.1")).is_some()).count();
        assert_eq!(opened, 50);
    }

    #[test]
    fn proxies_exempt_addresses_and_the_internal_listener_are_not_limited() {
        let exempt = Networks::from(vec!["127.0.0.0/8".parse().unwrap()]);
        let (admission, clock) = admission(&LimitPolicy { exempt, ..LimitPolicy::default() });
        let unlimited = Admission::unlimited(clock);
        let slots: Vec<_> = (0..1000)
            .map(|_| (admission.admit(ip("10.1.1.1")), admission.admit(ip("127.0.0.1")), unlimited.admit(ip("::1"))))
            .collect();
        assert!(slots.iter().all(|(a, b, c)| a.is_some() && b.is_some() && c.is_some()));
    }
}
