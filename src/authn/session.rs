//! How long a sign-in session lives (D29, security.md Q81). Pure.

use std::time::Duration;

use crate::base::moment::Moment;

/// `last_seen_at` is written at most this often (performance.md 8).
pub const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// The settings `session.*` of contract.md; a client may have stricter ones than the instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionLife {
    /// Longest pause between two requests.
    pub idle: Duration,
    /// Longest time since the user proved who they are.
    pub max: Duration,
    /// The same with "keep me signed in"; zero: the box is not offered.
    pub remember: Duration,
}

impl Default for SessionLife {
    fn default() -> Self {
        let hour = Duration::from_secs(3600);
        Self { idle: hour, max: 12 * hour, remember: 14 * 24 * hour }
    }
}

/// What is stored of a session, as far as its life depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionTimes {
    /// When the user last proved who they are.
    pub auth_time: Moment,
    /// When the session was last used; may lag by [`TOUCH_EVERY`].
    pub last_seen_at: Moment,
    /// When it ends by the settings of whoever opened it, whatever others allow.
    pub expires_at: Moment,
    /// "Keep me signed in" was ticked.
    pub remember: bool,
}

impl SessionLife {
    /// Whether the box "keep me signed in" is offered.
    pub fn offers_remember(&self) -> bool {
        !self.remember.is_zero()
    }

    /// The longest a session lasts: with the box, where it is offered, or without.
    pub fn longest(&self, remember: bool) -> Duration {
        if remember && self.offers_remember() { self.remember } else { self.max }
    }

    /// When a session with a proof of `auth_time` ends, whatever happens.
    pub fn ends_at(&self, auth_time: Moment, remember: bool) -> Moment {
        auth_time.plus(self.longest(remember))
    }

    /// Whether the session is alive under these settings: it has not ended, nobody asks for a younger proof, and it was
    /// used lately. A remembered one has no idle limit: that is what it is for.
    pub fn is_alive(&self, times: SessionTimes, now: Moment) -> bool {
        let remembered = times.remember && self.offers_remember();
        now < times.expires_at.min(self.ends_at(times.auth_time, times.remember))
            && (remembered || now.since(times.last_seen_at) < self.idle)
    }

    /// How long the cookie lasts; `None`: until the browser is closed.
    pub fn cookie_life(&self, remember: bool) -> Option<Duration> {
        (remember && self.offers_remember()).then_some(self.remember)
    }
}

/// Whether this use of a session is to be written down.
pub fn is_worth_noting(last_seen_at: Moment, now: Moment) -> bool {
    now.since(last_seen_at) >= TOUCH_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_secs(1_795_200_000);
    const MINUTE: u64 = 60;
    const HOUR: u64 = 3600;
    const DAY: u64 = 86_400;

    fn after(secs: u64) -> Moment {
        START.plus(Duration::from_secs(secs))
    }

    /// Whether a session of START, last used at `seen`, lives at `now`.
    fn alive(life: &SessionLife, remember: bool, seen: u64, now: u64) -> bool {
        let opened = SessionLife::default();
        let expires_at = opened.ends_at(START, remember);
        life.is_alive(SessionTimes { auth_time: START, last_seen_at: after(seen), expires_at, remember }, after(now))
    }

    #[test]
    fn dec_d29_an_hour_idle_ends_a_session() {
        let life = SessionLife::default();
        assert!(alive(&life, false, 0, HOUR - 1));
        assert!(!alive(&life, false, 0, HOUR));
        assert!(alive(&life, false, 50 * MINUTE, HOUR));
    }

    #[test]
    fn dec_d29_twelve_hours_end_a_session_in_use() {
        let life = SessionLife::default();
        assert!(alive(&life, false, 12 * HOUR - 2, 12 * HOUR - 1));
        assert!(!alive(&life, false, 12 * HOUR - 1, 12 * HOUR));
        assert_eq!(life.ends_at(START, false), after(12 * HOUR));
    }

    #[test]
    fn dec_d29_kept_signed_in_lasts_fourteen_days() {
        let life = SessionLife::default();
        assert!(alive(&life, true, 0, 14 * DAY - 1), "no idle limit");
        assert!(!alive(&life, true, 14 * DAY - 1, 14 * DAY));
        assert_eq!(life.cookie_life(true), Some(Duration::from_secs(14 * DAY)));
        assert_eq!(life.cookie_life(false), None);
    }

    #[test]
    fn contract_remember_of_zero_takes_the_box_away_from_sessions_that_have_it() {
        let life = SessionLife { remember: Duration::ZERO, ..SessionLife::default() };
        assert!(!life.offers_remember());
        assert!(!alive(&life, true, 0, HOUR));
        assert!(!alive(&life, true, 12 * HOUR - 1, 12 * HOUR));
        assert_eq!(life.cookie_life(true), None);
    }

    #[test]
    fn contract_a_client_may_want_a_younger_session_and_never_gets_an_older_one() {
        let hours = |max| SessionLife { max: Duration::from_secs(max * HOUR), ..SessionLife::default() };
        assert!(alive(&hours(2), false, 2 * HOUR - 2, 2 * HOUR - 1));
        assert!(!alive(&hours(2), false, 2 * HOUR - 1, 2 * HOUR));
        assert!(!alive(&hours(24), false, 12 * HOUR - 1, 12 * HOUR));
    }

    #[test]
    fn perf_8_use_is_written_once_a_minute() {
        assert!(!is_worth_noting(START, after(59)));
        assert!(is_worth_noting(START, after(60)));
    }
}
