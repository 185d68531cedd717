//! Every rule alone, all at once, and what may not be refused.

use proptest::prelude::*;

use super::*;

fn typed(text: &str) -> PasswordInput {
    PasswordInput::parse(text).unwrap()
}

fn policy() -> PasswordPolicy {
    PasswordPolicy { min_length: 8, min_strength: Strength::Strong, patterns: Vec::new(), asks_breaches: false }
}

/// A policy under which only the lists and the patterns decide.
fn lenient() -> PasswordPolicy {
    PasswordPolicy { min_length: 1, min_strength: Strength::Weak, ..policy() }
}

fn failures(text: &str, policy: &PasswordPolicy, context: &[&str]) -> Vec<PolicyFailure> {
    check_new_password(&typed(text), policy, context, false).err().unwrap_or_default()
}

#[test]
fn dec_d19_eight_characters_and_strong_are_asked_for() {
    assert!(check_new_password(&typed("correct horse battery staple"), &policy(), &[], false).is_ok());
    let weak = PolicyFailure::TooWeak { estimated: Strength::Weak, minimum: Strength::Strong };
    assert_eq!(failures("x7", &policy(), &[]), [PolicyFailure::TooShort { minimum: 8 }, weak]);
    assert_eq!(failures("password", &policy(), &[]), [weak, PolicyFailure::Common]);
}

#[test]
fn sec_q53_everything_that_is_wrong_is_told_at_once() {
    let policy = PasswordPolicy { min_length: 15, patterns: vec!["[0-9]".into(), "[A-Z]".into()], ..policy() };
    let found = check_new_password(&typed("password"), &policy, &["password"], true).unwrap_err();
    let kinds: Vec<_> = policy.rules().into_iter().filter(|rule| found.iter().any(|it| it.breaks(*rule))).collect();
    assert_eq!(found.len(), 6, "{found:?}");
    assert_eq!(kinds.len(), 5, "the breach is told though no service is configured: {kinds:?}");
}

#[test]
fn sec_q51_code_points_are_counted_not_bytes() {
    let policy = PasswordPolicy { min_length: 8, ..lenient() };
    assert_eq!(failures("日本語日本国", &policy, &[]), [PolicyFailure::TooShort { minimum: 8 }]);
    assert_eq!(failures("日本語日本国東京", &policy, &[]), []);
    assert_eq!(
        failures("", &PasswordPolicy { min_length: 0, ..lenient() }, &[]),
        [PolicyFailure::TooShort { minimum: 1 }]
    );
}

#[test]
fn sec_q52_no_rules_of_composition() {
    let policy = PasswordPolicy { min_length: 15, ..policy() };
    assert_eq!(failures("vexing marsh lantern", &policy, &[]), []);
}

#[test]
fn inv_k26_a_doubled_common_password_is_refused_as_common() {
    assert!(failures("Passw0rd!Passw0rd!", &policy(), &[]).contains(&PolicyFailure::Common));
    assert!(failures("Passw0rd!Passw0rd!", &lenient(), &[]).contains(&PolicyFailure::Common));
}

#[test]
fn sec_q53_words_about_the_person_and_the_house_are_no_password() {
    let context =
        &["anna.berg@acme.example", "Anna", "Berg", "Acme Transport AB", "Portal Plus", "login.vendor.example"];
    for text in [
        "annaberg",
        "Anna.Berg1990!",
        "@nn4b3rg2024",
        "bergAnnaACME",
        "acmetransport#1",
        "AcmeTransportAB",
        "Portal Plus 2026",
        "anna.berg@acme.example",
        "vendor-login-1",
        "ＡＣＭＥ-2026",
    ] {
        assert!(failures(text, &lenient(), context).contains(&PolicyFailure::Personal), "{text}");
    }
    for text in [
        "anna rides a green bicycle",
        "7392-4417-1138-acme",
        "7392441711380042",
        "tangerine-lamp-stone",
        "bergamot tea at noon",
        "!!!###",
    ] {
        assert!(!failures(text, &lenient(), context).contains(&PolicyFailure::Personal), "{text}");
    }
    assert_eq!(failures("annaberg1", &lenient(), &[]), [], "nothing is known of nobody");
    assert_eq!(failures("x", &lenient(), &["", " ", "a"]), []);
}

#[test]
fn inv_x2_patterns_of_an_old_product_all_have_to_match() {
    let patterns = ["^.{7,}$", "[^A-Za-z0-9]"].map(str::to_owned).to_vec();
    let policy = PasswordPolicy { patterns, ..lenient() };
    assert_eq!(failures("tangerine-lamp", &policy, &[]), []);
    assert_eq!(failures("tangerinelamp", &policy, &[]), [PolicyFailure::Pattern]);
    assert_eq!(failures("ta-lam", &policy, &[]), [PolicyFailure::Pattern]);
    let broken = PasswordPolicy { patterns: vec!["(".into()], ..lenient() };
    assert_eq!(
        failures("tangerine-lamp", &broken, &[]),
        [PolicyFailure::Pattern],
        "an unreadable rule is no free pass"
    );
}

#[test]
fn sec_q53_the_rules_are_told_before_anything_is_typed() {
    let length = PasswordRule::Length { min: 8, max: 256 };
    let strength = PasswordRule::Strength(Strength::Strong);
    assert_eq!(policy().rules(), [length, strength, PasswordRule::NotCommon, PasswordRule::NotPersonal]);
    let all = PasswordPolicy { patterns: vec!["x".into()], asks_breaches: true, ..policy() };
    assert_eq!(all.rules()[4..], [PasswordRule::NotBreached, PasswordRule::Pattern]);
    assert!(!lenient().rules().contains(&PasswordRule::Strength(Strength::Weak)), "everything is weak at least");
}

#[test]
fn only_what_may_be_taken_is_worth_asking_about() {
    let policy = PasswordPolicy { asks_breaches: true, ..policy() };
    assert!(policy.is_worth_asking(&typed("tangerine-lamp-stone")));
    assert!(!policy.is_worth_asking(&typed("short")));
    assert!(!policy.is_worth_asking(&typed("password1")));
    assert!(!PasswordPolicy { asks_breaches: false, ..policy }.is_worth_asking(&typed("tangerine-lamp-stone")));
}

proptest! {
    #[test]
    fn every_failure_is_of_a_rule_that_was_told(text in "\\PC{0,40}", names in "\\PC{0,20}", min_length in 0_usize..20) {
        let policy = PasswordPolicy { min_length, patterns: vec!["[a-z]".into()], asks_breaches: true, ..policy() };
        for failure in check_new_password(&typed(&text), &policy, &[&names], true).unwrap_err() {
            prop_assert!(policy.rules().into_iter().any(|rule| failure.breaks(rule)), "{:?}", failure);
        }
    }

    #[test]
    fn a_stricter_policy_never_accepts_more(text in "[ -~]{0,24}", less in 0_usize..12, more in 0_usize..12) {
        let at = |min_length| PasswordPolicy { min_length, ..policy() };
        let (low, high) = (failures(&text, &at(less), &[]).len(), failures(&text, &at(less + more), &[]).len());
        prop_assert!(low <= high);
    }
}
