//! The numbers of security.md, one by one.

use proptest::prelude::*;

use super::*;

const START: Moment = Moment::from_secs(1_795_200_000);

fn after(secs: u64) -> Moment {
    START.plus(Duration::from_secs(secs))
}

fn limit(counter: SendCounter, purpose: SendPurpose) -> SendLimit {
    SendLimit::of(counter, purpose, &LimitPolicy::default())
}

fn code_limit() -> SendLimit {
    limit(SendCounter::Destination, SendPurpose::SignIn)
}

/// Sends whenever it is allowed, looking every `step` seconds, and tells when.
fn greedy(limit: &SendLimit, step: u64, until: u64) -> Vec<u64> {
    let (mut history, mut sent) = (SendHistory::default(), Vec::new());
    for second in (0..until).step_by(usize::try_from(step).unwrap()) {
        if history.wait(limit, after(second)).is_none() {
            history.add(after(second));
            sent.push(second);
        }
    }
    sent
}

#[test]
fn sec_s8_the_pause_grows_from_one_minute_to_two_to_five() {
    let mut history = SendHistory::default();
    assert_eq!(history.wait(&code_limit(), START), None);
    let mut at = 0;
    for pause in [60, 120, 300, 300] {
        history.add(after(at));
        assert_eq!(history.wait(&code_limit(), after(at)), Some(Duration::from_secs(pause)));
        assert_eq!(history.wait(&code_limit(), after(at + pause - 1)), Some(Duration::from_secs(1)));
        at += pause;
        assert_eq!(history.wait(&code_limit(), after(at)), None);
    }
}

#[test]
fn sec_s5_l6_one_destination_gets_five_an_hour_and_ten_a_day() {
    for counter in [SendCounter::Destination, SendCounter::User] {
        let sent = greedy(&limit(counter, SendPurpose::SignIn), 10, 3 * 86_400);
        for start in &sent {
            let within = |period: u64| sent.iter().filter(|at| (*start..start + period).contains(at)).count();
            assert!(within(60) <= 1 && within(3600) <= 5 && within(86_400) <= 10, "{sent:?}");
        }
        assert_eq!(sent.iter().filter(|at| **at < 3600).count(), 5);
        assert_eq!(sent.iter().filter(|at| **at < 86_400).count(), 10);
    }
}

#[test]
fn sec_s5_l6_one_address_asks_twenty_times_an_hour() {
    let sent = greedy(&limit(SendCounter::Address, SendPurpose::SignIn), 10, 3600);
    assert_eq!(sent, (0..20).map(|n| n * 10).collect::<Vec<u64>>());
}

#[test]
fn sec_s5_l7_resets_and_registrations_three_at_once_then_slowly() {
    for purpose in [SendPurpose::PasswordReset, SendPurpose::Registration] {
        let address = greedy(&limit(SendCounter::Address, purpose), 60, 4 * 3600);
        assert_eq!(address[..5], [0, 60, 120, 1200, 2400], "one per 20 minutes from one address");
        let destination = greedy(&limit(SendCounter::Destination, purpose), 60, 86_400);
        assert_eq!(destination[..4], [0, 60, 180, 4800], "one per 80 minutes to one destination");
        assert!(destination.len() <= 10);
    }
    let address = greedy(&limit(SendCounter::Address, SendPurpose::Invitation), 60, 1200);
    assert_eq!(address.len(), 20, "other purposes know no such burst");
}

#[test]
fn dec_d32_notices_are_told_at_once_and_bounded_all_the_same() {
    let sent = greedy(&limit(SendCounter::User, SendPurpose::Notice), 1, 86_400);
    assert_eq!(sent.iter().filter(|at| **at < 60).count(), 20);
    assert_eq!(sent.len(), 60);
}

#[test]
fn contract_limits_scale_and_can_be_switched_off() {
    let policy = LimitPolicy { scale: 2.0, ..LimitPolicy::default() };
    let twice = SendLimit::of(SendCounter::Destination, SendPurpose::SignIn, &policy);
    let mut history = SendHistory::default();
    history.add(START);
    assert_eq!(history.wait(&twice, START), Some(Duration::from_secs(30)));
    assert_eq!(greedy(&twice, 10, 86_400).len(), 20);
    let off = LimitPolicy { off: vec!["L6".into(), "L7".into()], ..LimitPolicy::default() };
    for purpose in SendPurpose::ALL {
        assert_eq!(SendLimit::of(SendCounter::Destination, purpose, &off), SendLimit::default());
    }
}

#[test]
fn a_clock_set_back_locks_nobody_out_for_long() {
    let mut history = SendHistory::default();
    for n in 0..10 {
        history.add(after(n));
    }
    let earlier = START.minus(Duration::from_secs(86_400));
    assert_eq!(history.wait(&code_limit(), earlier), None);
    history.add(earlier);
    assert_eq!(history, SendHistory(vec![earlier]));
}

#[test]
fn sec_s8_countries_and_ranges_are_checked_before_anything_is_counted() {
    let number = |text: &str| PhoneNumber::parse(text).unwrap();
    let allowed = [Country::parse("SE").unwrap(), Country::parse("US").unwrap()];
    let check = |text: &str| check_number(&number(text), Some(&allowed));
    assert_eq!(check("+46701234567"), Ok(()));
    assert_eq!(check("+12125550123"), Ok(()));
    for other in ["+18765550123", "+16135550123", "+4915112345678", "+77012345678"] {
        assert_eq!(check(other), Err(SendRefusal::Country), "{other}");
    }
    for premium in ["+19002345678", "+46900123456", "+46812345678", "+18002345678"] {
        assert_eq!(check(premium), Err(SendRefusal::Range), "{premium}");
        assert_eq!(check_number(&number(premium), None), Err(SendRefusal::Range), "{premium}");
    }
    assert_eq!(check_number(&number("+46701234567"), Some(&[])), Err(SendRefusal::Country), "none is none");
    assert_eq!(check_number(&number("+4915112345678"), None), Ok(()), "captured messages go anywhere");
    assert!(check_number(&number("+881612345678"), None).is_err(), "a satellite network is in no country");
}

#[test]
fn sec_s5_l6_alarms_are_set_off_once() {
    let alarms = |budget| (1..=budget).filter_map(|sent| SendAlarm::of_budget(sent, budget)).collect::<Vec<_>>();
    for budget in [2, 3, 10, 500] {
        assert_eq!(alarms(budget), [SendAlarm::HalfSpent, SendAlarm::AllSpent], "{budget}");
    }
    assert_eq!(alarms(1), [SendAlarm::AllSpent]);
}

#[test]
fn days_are_those_of_utc() {
    let (day, left) = day_of(START);
    assert_eq!((day, left), (20_777, Duration::from_secs(19_200)));
    assert_eq!(day_of(after(19_199)).0, day);
    assert_eq!(day_of(after(19_200)), (day + 1, DAY));
}

proptest! {
    #[test]
    fn waiting_as_long_as_told_is_enough(gaps in proptest::collection::vec(0_u64..4000, 1..40), purpose in 0_usize..8) {
        let purpose = SendPurpose::ALL[purpose];
        for counter in [SendCounter::Address, SendCounter::Destination, SendCounter::User] {
            let (limit, mut history, mut now) = (limit(counter, purpose), SendHistory::default(), START);
            for gap in &gaps {
                now = now.plus(Duration::from_secs(*gap));
                if let Some(wait) = history.wait(&limit, now) {
                    prop_assert!(!wait.is_zero() && history.wait(&limit, now.plus(wait)).is_none());
                } else {
                    history.add(now);
                }
            }
            prop_assert!(history.0.is_sorted() && history.0.len() <= MOST_ENTRIES);
        }
    }
}
