use proptest::prelude::*;

use super::*;

const KEY: [u8; 32] = [7; 32];
const NOW: Moment = Moment::from_secs(1_795_200_000);
const PATIENCE: Patience = Patience { grace: Duration::from_secs(10), strict: false };

fn family_id() -> GrantId {
    "0193a1d1-4444-7ddd-8ddd-000000000006".parse().unwrap()
}

fn token(generation: i64) -> String {
    derive(&KEY, family_id(), generation, "portal").expose().clone()
}

#[test]
fn sec_s1_the_successor_is_derived_and_always_the_same() {
    assert_eq!(token(2), token(2));
    let all = [token(1), token(2), derive(&KEY, family_id(), 1, "other").expose().clone()];
    assert!(all.iter().enumerate().all(|(i, a)| all.iter().skip(i + 1).all(|b| a != b)));
    assert_ne!(derive(&[8; 32], family_id(), 1, "portal").expose(), &token(1));
    let text = token(12);
    assert!(text.starts_with("rt_0193a1d1-4444-7ddd-8ddd-000000000006.12."), "{text}");
    assert!(text.bytes().all(|b| (0x21..=0x7e).contains(&b)));
}

#[test]
fn prot_d1_a_token_is_authentic_for_its_own_client_and_key_only() {
    let text = token(3);
    let presented = Presented::parse(&text).unwrap();
    assert_eq!((presented.family, presented.generation), (family_id(), 3));
    assert!(presented.is_authentic(&KEY, "portal"));
    assert!(!presented.is_authentic(&KEY, "other"));
    assert!(!presented.is_authentic(&[8; 32], "portal"));
    let renumbered = text.replace(".3.", ".4.");
    assert!(!Presented::parse(&renumbered).unwrap().is_authentic(&KEY, "portal"));
}

#[test]
fn prot_c10_other_forms_are_no_refresh_tokens() {
    let good = token(1);
    let mac = good.rsplit('.').next().unwrap();
    let id = family_id();
    for bad in [
        String::new(),
        "rt_".into(),
        good.replacen("rt_", "ac_", 1),
        good.to_uppercase(),
        format!("rt_{id}.01.{mac}"),
        format!("rt_{id}.+1.{mac}"),
        format!("rt_{id}.0.{mac}"),
        format!("rt_{id}.-1.{mac}"),
        format!("rt_{id}.99999999999999999999.{mac}"),
        format!("rt_{id}.1"),
        format!("rt_x.1.{mac}"),
    ] {
        assert!(Presented::parse(&bad).is_none(), "{bad}");
    }
    for forged in [format!("rt_{id}.1.{mac}x"), format!("rt_{id}.1."), format!("rt_{id}.1.{mac}="), format!("{good}.x")]
    {
        assert!(!Presented::parse(&forged).is_some_and(|p| p.is_authentic(&KEY, "portal")), "{forged}");
    }
}

fn recent(uses: &[(i64, i64, &str)]) -> String {
    let at = |seconds_ago: i64| Moment::from_secs(1_795_200_000 - seconds_ago);
    let entry = |(generation, ago, request): &(i64, i64, &str)| {
        Use { generation: *generation, at: at(*ago), request: fingerprint(Some(request), &[]) }.to_string()
    };
    uses.iter().map(entry).collect::<Vec<_>>().join(" ")
}

fn run(presented: i64, recent: &str, change: impl FnOnce(&mut Family<'_>), patience: Patience) -> RefreshDecision {
    let end = Moment::from_secs(1_795_300_000);
    let mut family =
        Family { client_id: "portal", generation: 5, recent, idle_expires_at: end, expires_at: end, revoked: false };
    change(&mut family);
    decide(presented, "portal", &fingerprint(Some("openid"), &[]), &family, patience, NOW)
}

#[test]
fn prot_d4_dec_d16_the_live_token_rotates_and_a_repeat_in_grace_is_answered_again() {
    use RefreshDecision::*;
    let uses = recent(&[(4, 3, "openid"), (3, 10, "openid"), (2, 11, "openid")]);
    let ask = |presented| run(presented, &uses, |_| (), PATIENCE);
    assert_eq!(ask(5), Rotate);
    assert_eq!(ask(4), RepeatSuccessor);
    // Whether or not its successor has been used since.
    assert_eq!(ask(3), RepeatSuccessor);
    assert_eq!(ask(2), Reuse);
    assert_eq!(ask(1), Reuse);
    assert_eq!(ask(6), Refuse(RefreshError::Unknown));
    assert_eq!(ask(0), Refuse(RefreshError::Unknown));
}

#[test]
fn sec_s1_a_repeat_that_asks_for_something_else_kills_nothing() {
    let uses = recent(&[(4, 3, "openid email"), (3, 11, "openid email")]);
    assert_eq!(run(4, &uses, |_| (), PATIENCE), RefreshDecision::Refuse(RefreshError::OtherRequest));
    assert_eq!(run(3, &uses, |_| (), PATIENCE), RefreshDecision::Reuse);
    assert_ne!(fingerprint(None, &["a", "b"]), fingerprint(None, &["ab"]));
    assert_ne!(fingerprint(Some("a"), &[]), fingerprint(None, &["a"]));
}

#[test]
fn dec_d16_strict_clients_have_no_grace() {
    let uses = recent(&[(4, 0, "openid")]);
    assert_eq!(run(4, &uses, |_| (), Patience { strict: true, ..PATIENCE }), RefreshDecision::Reuse);
    assert_eq!(run(4, &uses, |_| (), Patience { grace: Duration::ZERO, ..PATIENCE }), RefreshDecision::Reuse);
    assert_eq!(run(5, &uses, |_| (), Patience { strict: true, ..PATIENCE }), RefreshDecision::Rotate);
}

#[test]
fn prot_d1_d7_foreign_revoked_and_expired_families_are_refused_and_not_killed() {
    use RefreshDecision::Refuse;
    for presented in [4, 5] {
        let uses = recent(&[(4, 1, "openid")]);
        let run = |change: fn(&mut Family<'_>)| run(presented, &uses, change, PATIENCE);
        assert_eq!(run(|f| f.client_id = "other"), Refuse(RefreshError::Unknown));
        assert_eq!(run(|f| f.revoked = true), Refuse(RefreshError::Revoked));
        assert_eq!(run(|f| f.expires_at = NOW), Refuse(RefreshError::Expired));
        assert_eq!(run(|f| f.idle_expires_at = NOW), Refuse(RefreshError::Expired));
    }
    let told = OAuthError::from(RefreshError::Unknown);
    assert_eq!(told, OAuthError::from(RefreshError::Reused));
    assert_eq!(told.code(), ErrorCode::InvalidGrant);
}

#[test]
fn dec_d16_what_was_cut_off_counts_as_reuse() {
    let uses: Vec<(i64, i64, &str)> = (1..60).rev().map(|n| (n, 1, "openid")).collect();
    let mut text = recent(&uses);
    text.truncate(MAX_RECENT_LEN);
    let ask = |presented| run(presented, &text, |family| family.generation = 60, PATIENCE);
    assert_eq!(ask(59), RefreshDecision::RepeatSuccessor);
    assert_eq!(ask(32), RefreshDecision::RepeatSuccessor);
    assert_eq!(ask(2), RefreshDecision::Reuse);
}

proptest! {
    #[test]
    fn sec_s1_any_text_is_answered(token in ".{0,80}", recent in ".{0,80}", n in any::<i64>()) {
        prop_assert!(!Presented::parse(&token).is_some_and(|p| p.is_authentic(&KEY, "portal")));
        let _ = run(n, &recent, |_| (), PATIENCE);
    }
}
