//! When a message is tried again.

use std::time::Duration;

use crate::base::{entropy::Entropy, moment::Moment};

/// After this many attempts a message is given up.
pub const MAX_ATTEMPTS: i64 = 30;

/// The wait after the first attempt; it doubles with each.
const FIRST: Duration = Duration::from_secs(5);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// What follows an attempt that failed for now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Try again then.
    At(Moment),
    /// It was tried often enough.
    GiveUp,
}

/// The time of the next attempt after `attempts` of them: twice as late each time, and by chance up to a half earlier, so
/// that what failed together does not come back together. `asked` is what the other side asks to wait.
pub fn next(attempts: i64, asked: Option<Duration>, entropy: &dyn Entropy, now: Moment) -> Next {
    if attempts >= MAX_ATTEMPTS {
        return Next::GiveUp;
    }
    let doublings = u32::try_from((attempts - 1).clamp(0, 16)).unwrap_or_default();
    let full = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let share = f64::from(u32::from_be_bytes(entropy.bytes())) / f64::from(u32::MAX);
    let wait = full.mul_f64(1.0 - share / 2.0).max(asked.unwrap_or_default().min(LONGEST));
    Next::At(now.plus(wait))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::entropy::SystemEntropy;

    const NOW: Moment = Moment::from_secs(1_795_200_000);

    fn wait(attempts: i64, asked: Option<Duration>) -> Option<Duration> {
        match next(attempts, asked, &SystemEntropy::default(), NOW) {
            Next::At(moment) => Some(Duration::from_micros((moment.as_micros() - NOW.as_micros()) as u64)),
            Next::GiveUp => None,
        }
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour_and_are_never_the_same() {
        for (attempts, full) in [(1, 5), (2, 10), (3, 20), (7, 320), (8, 640), (9, 900), (29, 900)] {
            let full = Duration::from_secs(full);
            for _ in 0..50 {
                let wait = wait(attempts, None).unwrap();
                assert!(wait >= full / 2 && wait <= full, "{attempts}: {wait:?}");
            }
        }
        let waits: std::collections::HashSet<_> = (0..20).map(|_| wait(9, None)).collect();
        assert!(waits.len() > 15);
    }

    #[test]
    fn a_code_of_ten_minutes_is_tried_often_enough() {
        let tries = (1..).scan(Duration::ZERO, |passed, attempts| {
            *passed += wait(attempts, None)?;
            (*passed < Duration::from_secs(600)).then_some(())
        });
        assert!(tries.count() >= 6);
    }

    #[test]
    fn what_the_other_side_asks_for_is_kept_within_reason() {
        assert!(wait(1, Some(Duration::from_secs(60))).unwrap() >= Duration::from_secs(60));
        assert_eq!(wait(1, Some(Duration::from_secs(86_400))).unwrap(), LONGEST);
    }

    #[test]
    fn it_ends() {
        assert!(wait(MAX_ATTEMPTS - 1, None).is_some());
        assert_eq!(wait(MAX_ATTEMPTS, None), None);
    }
}
