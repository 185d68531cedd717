//! Limits per address of requests, clients and flows (security.md S5). Failed sign-ins per address (L2) are counted in
//! `authn::throttle`, and whatever decides about an account in the database.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::IpAddr,
    time::Duration,
};

use crate::base::{
    address::{AddressKey, Networks},
    clock::SharedClock,
    rate::{LimitPolicy, Rate, RateLimiter, TooMany},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The limits of this process. Addresses of `[limits] exempt` pass them all.
pub struct AddressLimits {
    clock: SharedClock,
    exempt: Networks,
    pages: Option<RateLimiter<AddressKey>>,
    failed_calls: Option<RateLimiter<AddressKey>>,
    /// By address and a hash of the client's id, which may be long and invented.
    failed_clients: Option<RateLimiter<(AddressKey, u64)>>,
    hasher: RandomState,
    flow_starts: Option<RateLimiter<AddressKey>>,
}

impl AddressLimits {
    /// The defaults of security.md S5 under `policy`.
    pub fn new(policy: &LimitPolicy, clock: SharedClock) -> Self {
        Self {
            clock,
            exempt: policy.exempt.clone(),
            pages: policy.limiter("L1", Rate::new(50, SECOND, 200)),
            failed_calls: policy.limiter("L1", Rate::new(100, SECOND, 100)),
            failed_clients: policy.limiter("L8", Rate::new(20, MINUTE, 20)),
            hasher: RandomState::new(),
            flow_starts: policy.limiter("L9", Rate::new(60, MINUTE, 60)),
        }
    }

    /// L1: one request for a page.
    pub fn page(&self, client: IpAddr) -> Result<(), TooMany> {
        self.take(self.pages.as_ref(), client, client.into())
    }

    /// L1: whether an address may call an endpoint for programs; it may not after too many failures. Calls that succeed
    /// are never limited.
    pub fn call(&self, client: IpAddr) -> Result<(), TooMany> {
        self.check(self.failed_calls.as_ref(), client, &client.into())
    }

    /// L1: a call failed or was not authenticated.
    pub fn call_failed(&self, client: IpAddr) {
        // Nothing to refuse any more; the next call is.
        let _refused = self.take(self.failed_calls.as_ref(), client, client.into());
    }

    /// L8: whether an address may authenticate as `client_id`.
    pub fn client_authentication(&self, client: IpAddr, client_id: &str) -> Result<(), TooMany> {
        self.check(self.failed_clients.as_ref(), client, &(client.into(), self.hasher.hash_one(client_id)))
    }

    /// L8: authentication as `client_id` failed. Locks this pair of address and client only, never the client.
    pub fn client_authentication_failed(&self, client: IpAddr, client_id: &str) {
        let _refused =
            self.take(self.failed_clients.as_ref(), client, (client.into(), self.hasher.hash_one(client_id)));
    }

    /// L9: a flow starts, which costs a row before anybody has proved anything.
    pub fn flow_start(&self, client: IpAddr) -> Result<(), TooMany> {
        self.take(self.flow_starts.as_ref(), client, client.into())
    }

    fn take<K: Hash + Eq + Clone>(
        &self,
        limiter: Option<&RateLimiter<K>>,
        client: IpAddr,
        key: K,
    ) -> Result<(), TooMany> {
        match limiter {
            Some(limiter) if !self.exempt.contains(client) => limiter.take(&key, self.clock.now()),
            _ => Ok(()),
        }
    }

    fn check<K: Hash + Eq + Clone>(
        &self,
        limiter: Option<&RateLimiter<K>>,
        client: IpAddr,
        key: &K,
    ) -> Result<(), TooMany> {
        match limiter {
            Some(limiter) if !self.exempt.contains(client) => limiter.check(key, self.clock.now()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::base::{clock::Clock, moment::Moment};

    struct SetClock(Mutex<Moment>);

    impl Clock for SetClock {
        fn now(&self) -> Moment {
            *self.0.lock().unwrap()
        }
    }

    fn clock() -> Arc<SetClock> {
        Arc::new(SetClock(Mutex::new(Moment::from_secs(1_795_200_000))))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn sec_s5_l1_pages_have_a_burst_and_a_rate_per_address() {
        let clock = clock();
        let limits = AddressLimits::new(&LimitPolicy::default(), clock.clone());
        assert!((0..200).all(|_| limits.page(ip("2001:db8::1")).is_ok()));
        // The whole /64 shares the budget, others do not.
        assert_eq!(limits.page(ip("2001:db8::2")), Err(TooMany { retry_after: Duration::from_millis(20) }));
        assert!(limits.page(ip("2001:db8:0:1::1")).is_ok());
        let later = clock.now().plus(SECOND);
        *clock.0.lock().unwrap() = later;
        assert_eq!((0..100).filter(|_| limits.page(ip("2001:db8::1")).is_ok()).count(), 50);
    }

    #[test]
    fn sec_s5_l1_only_failed_calls_count() {
        let limits = AddressLimits::new(&LimitPolicy::default(), clock());
        let client = ip("192.0.2.1");
        assert!((0..10_000).all(|_| limits.call(client).is_ok()));
        (0..100).for_each(|_| limits.call_failed(client));
        assert!(limits.call(client).is_err());
        assert!(limits.page(client).is_ok(), "pages have their own budget");
    }

    #[test]
    fn sec_s5_l8_never_locks_a_client_for_others() {
        let limits = AddressLimits::new(&LimitPolicy::default(), clock());
        (0..20).for_each(|_| limits.client_authentication_failed(ip("192.0.2.1"), "portal"));
        assert!(limits.client_authentication(ip("192.0.2.1"), "portal").is_err());
        assert!(limits.client_authentication(ip("192.0.2.1"), "other").is_ok());
        assert!(limits.client_authentication(ip("192.0.2.2"), "portal").is_ok());
    }

    #[test]
    fn sec_s5_l9_an_address_starts_sixty_flows_a_minute() {
        let limits = AddressLimits::new(&LimitPolicy::default(), clock());
        assert_eq!((0..100).filter(|_| limits.flow_start(ip("192.0.2.1")).is_ok()).count(), 60);
        assert!(limits.flow_start(ip("192.0.2.2")).is_ok());
    }

    #[test]
    fn exempt_addresses_and_limits_that_are_off_pass() {
        let exempt = LimitPolicy {
            exempt: Networks::from(vec!["127.0.0.0/8".parse().unwrap()]),
            off: vec!["L9".to_owned()],
            ..LimitPolicy::default()
        };
        let limits = AddressLimits::new(&exempt, clock());
        assert!((0..1000).all(|_| limits.page(ip("127.0.0.1")).is_ok()));
        assert!((0..1000).all(|_| limits.page(ip("::ffff:127.0.0.1")).is_ok()));
        assert!((0..1000).all(|_| limits.flow_start(ip("192.0.2.1")).is_ok()));
        assert!(!(0..1000).all(|_| limits.page(ip("192.0.2.1")).is_ok()));
    }
}
