//! How many messages may be sent: to one destination, for one person, from one address, in one day (security.md S5 L6 and
//! L7, S8; experience.md "SMS protections"). Each purpose counts by itself, so that notices never use up the budget of a
//! reset mail (D32). `store::sending` keeps the counters, `flow::may_send` is the one way to ask.

use std::time::Duration;

use crate::base::{
    moment::Moment,
    phone::{Country, PhoneKind, PhoneNumber},
    rate::LimitPolicy,
};

/// What a message is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SendPurpose {
    /// A code or link to sign in with.
    SignIn,
    /// A code that proves a phone number.
    VerifyPhone,
    /// A code or link that proves an e-mail address.
    VerifyEmail,
    /// A link to set a new password.
    PasswordReset,
    /// A link to set the first password.
    Invitation,
    /// An answer to somebody who registers.
    Registration,
    /// A link to enrol a second factor (D33).
    Enrolment,
    /// News about the account.
    Notice,
}

impl SendPurpose {
    /// Every purpose.
    pub const ALL: [Self; 8] = [
        Self::SignIn,
        Self::VerifyPhone,
        Self::VerifyEmail,
        Self::PasswordReset,
        Self::Invitation,
        Self::Registration,
        Self::Enrolment,
        Self::Notice,
    ];

    /// The word for it, in keys and in the log.
    pub const fn text(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::VerifyPhone => "verify_phone",
            Self::VerifyEmail => "verify_email",
            Self::PasswordReset => "password_reset",
            Self::Invitation => "invitation",
            Self::Registration => "registration",
            Self::Enrolment => "enrolment",
            Self::Notice => "notice",
        }
    }

    /// Whether a stranger can cause it by typing an address (L7).
    const fn is_for_strangers(self) -> bool {
        matches!(self, Self::PasswordReset | Self::Registration)
    }
}

/// By what sending is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SendCounter {
    /// The network address of whoever asks. Counted first: whoever is refused here leaves no other trace.
    Address,
    /// Where the message goes.
    Destination,
    /// The person it is for.
    User,
}

impl SendCounter {
    /// The word for it, in keys.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Address => "from",
            Self::Destination => "to",
            Self::User => "user",
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Entries older than this count for nothing.
pub const MEMORY: Duration = DAY;
/// Entries of one key at most; more than any limit asks for.
const MOST_ENTRIES: usize = 200;
/// Pauses after the first, the second, and every further message within [`PAUSE_WINDOW`].
const PAUSES: [Duration; 3] = [MINUTE, Duration::from_secs(120), Duration::from_secs(300)];
/// After so long without a message the pauses are short again.
const PAUSE_WINDOW: Duration = HOUR;
/// Messages to one block of ten thousand numbers on one day that look like numbers being pumped.
pub const BLOCK_ALARM: u32 = 25;

/// What one counter allows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SendLimit {
    pauses: Vec<Duration>,
    windows: Vec<(usize, Duration)>,
    /// So many at once, then one per interval.
    burst: Option<(u32, Duration)>,
}

impl SendLimit {
    /// The limit of a counter for a purpose, as `[limits]` scales it; no limit at all where it switches layers off.
    pub fn of(counter: SendCounter, purpose: SendPurpose, policy: &LimitPolicy) -> Self {
        let mut limit = if policy.applies("L6") { Self::l6(counter, purpose, policy) } else { Self::default() };
        if policy.applies("L7") && purpose.is_for_strangers() {
            let interval = match counter {
                SendCounter::Address => Some(20 * MINUTE),
                SendCounter::Destination => Some(80 * MINUTE),
                SendCounter::User => None,
            };
            let burst = u32::try_from(policy.number("L7", 3)).unwrap_or(u32::MAX);
            limit.burst = interval.map(|interval| (burst, scaled(interval, policy)));
        }
        limit
    }

    fn l6(counter: SendCounter, purpose: SendPurpose, policy: &LimitPolicy) -> Self {
        let window = |count, period| (policy.number("L6", count), period);
        match (counter, purpose) {
            (SendCounter::Address, _) => Self { windows: vec![window(20, HOUR)], ..Self::default() },
            // Several things may happen to an account at once, and each is told.
            (_, SendPurpose::Notice) => Self { windows: vec![window(20, HOUR), window(60, DAY)], ..Self::default() },
            _ => Self {
                pauses: PAUSES.map(|pause| scaled(pause, policy)).to_vec(),
                windows: vec![window(5, HOUR), window(10, DAY)],
                burst: None,
            },
        }
    }
}

fn scaled(duration: Duration, policy: &LimitPolicy) -> Duration {
    Duration::try_from_secs_f64(duration.as_secs_f64() / policy.scale).unwrap_or(duration)
}

/// When messages of one key were sent, oldest first.
#[derive(Clone, Default, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct SendHistory(Vec<Moment>);

impl SendHistory {
    /// How long to wait until the next message; `None`: not at all.
    pub fn wait(&self, limit: &SendLimit, now: Moment) -> Option<Duration> {
        let pause = self.pause(limit, now);
        let windows = limit.windows.iter().filter_map(|&(count, period)| self.window(count, period, now));
        let burst = limit.burst.and_then(|(burst, interval)| self.burst(burst, interval, now));
        windows.chain(pause).chain(burst).filter(|wait| !wait.is_zero()).max()
    }

    /// Notes a message, and forgets those that no longer count.
    pub fn add(&mut self, now: Moment) {
        // Later than now is possible only if the clock was set back.
        self.0.retain(|at| *at <= now && now.since(*at) < MEMORY);
        self.0.push(now);
        let surplus = self.0.len().saturating_sub(MOST_ENTRIES);
        self.0.drain(..surplus);
    }

    fn within(&self, period: Duration, now: Moment) -> impl DoubleEndedIterator<Item = Moment> {
        self.0.iter().copied().filter(move |at| *at <= now && now.since(*at) < period)
    }

    fn pause(&self, limit: &SendLimit, now: Moment) -> Option<Duration> {
        let recent: Vec<Moment> = self.within(PAUSE_WINDOW, now).collect();
        let longest = limit.pauses.len().checked_sub(1)?;
        let pause = limit.pauses.get(recent.len().checked_sub(1)?.min(longest))?;
        pause.checked_sub(now.since(*recent.last()?))
    }

    fn window(&self, count: usize, period: Duration, now: Moment) -> Option<Duration> {
        // The one whose end makes room for the next.
        let oldest = self.within(period, now).rev().nth(count.checked_sub(1)?)?;
        period.checked_sub(now.since(oldest))
    }

    /// The generic cell rate algorithm, replayed.
    fn burst(&self, burst: u32, interval: Duration, now: Moment) -> Option<Duration> {
        let whole_again = self.within(MEMORY, now).fold(Moment::default(), |whole, at| whole.max(at).plus(interval));
        let next = whole_again.max(now).plus(interval);
        let full = now.plus(interval.saturating_mul(burst));
        (next > full).then(|| next.since(full))
    }
}

/// Why a message may not be sent. Whoever asked is answered as if it was (Q61), unless it is a countdown on a page of
/// their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendRefusal {
    /// Too soon, or too many; again after this long.
    Wait(Duration),
    /// Text messages do not go to this country (`sms.countries`).
    Country,
    /// The number belongs to a range that takes no text messages, or in which they cost somebody dearly.
    Range,
    /// The text messages of this day are used up (`sms.daily_budget`); again after this long.
    Budget(Duration),
}

impl SendRefusal {
    /// The word for it, in the log.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Wait(_) => "too_many",
            Self::Country => "country",
            Self::Range => "range",
            Self::Budget(_) => "daily_budget",
        }
    }

    /// When it is worth asking again, if ever.
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Wait(wait) | Self::Budget(wait) => Some(wait),
            Self::Country | Self::Range => None,
        }
    }
}

/// Something that an operator should look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendAlarm {
    /// Half of the day's text messages are sent.
    HalfSpent,
    /// All of them.
    AllSpent,
    /// Many numbers of one block got one (S8, "per-prefix anomaly alarm").
    Block,
}

impl SendAlarm {
    /// The action in the audit log.
    pub const fn action(self) -> &'static str {
        match self {
            Self::HalfSpent => "sms.budget_half_spent",
            Self::AllSpent => "sms.budget_spent",
            Self::Block => "sms.block_anomaly",
        }
    }

    /// The alarm that the `sent`-th message of a day sets off, once each.
    pub const fn of_budget(sent: u32, budget: u32) -> Option<Self> {
        if sent == budget {
            Some(Self::AllSpent)
        } else if sent == budget.div_ceil(2) {
            Some(Self::HalfSpent)
        } else {
            None
        }
    }
}

/// Whether a number may get text messages at all. `countries`: those that the operator allows; `None` while messages are
/// captured and cost nothing.
pub fn check_number(number: &PhoneNumber, countries: Option<&[Country]>) -> Result<(), SendRefusal> {
    if number.kind() != PhoneKind::Mobile {
        return Err(SendRefusal::Range);
    }
    match (number.country(), countries) {
        (Some(country), Some(allowed)) if !allowed.contains(&country) => Err(SendRefusal::Country),
        (None, _) => Err(SendRefusal::Country),
        (Some(_), _) => Ok(()),
    }
}

/// The day (UTC) of a moment, and the time until the next one.
pub fn day_of(now: Moment) -> (i64, Duration) {
    const SECONDS: i64 = 24 * 3600;
    let day = now.as_secs().div_euclid(SECONDS);
    (day, Moment::from_secs((day + 1) * SECONDS).since(now))
}

#[cfg(test)]
#[path = "send_limits_tests.rs"]
mod tests;
