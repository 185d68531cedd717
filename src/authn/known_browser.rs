//! Known browsers: those that once signed a user in (device cookies, D13, security.md S2 and S5 L4).
//! Being known is no proof of who is there; it only gives the browser a failure bucket of its own.

use std::time::Duration;

use super::lockout::Bucket;

/// Life of the cookie from the last sign-in on.
pub const COOKIE_LIFE: Duration = Duration::from_secs(400 * 86_400);
/// Users one browser can be known to.
pub const MAX_USERS: i64 = 5;
/// Consecutive failures at which a browser becomes a stranger to this user again.
pub const TRUST_LOST_AT: u32 = 10;

/// Whether the browser stays known to the user whose bucket this is.
pub fn keeps_trust(bucket: &Bucket) -> bool {
    bucket.consecutive < TRUST_LOST_AT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{authn::lockout::LockoutSettings, base::moment::Moment};

    #[test]
    fn sec_s5_l4_a_known_browser_locks_at_five_and_loses_trust_at_ten() {
        let settings = LockoutSettings::default();
        let mut bucket = Bucket::default();
        let mut now = Moment::from_secs(1_795_200_000);
        for failures in 1..=10 {
            assert!(keeps_trust(&bucket));
            bucket.fail(&settings, now);
            assert_eq!(bucket.is_locked(now), failures % 5 == 0, "{failures}");
            if bucket.is_locked(now) {
                now = now.plus(settings.duration);
            }
        }
        assert!(!keeps_trust(&bucket));
    }
}
