//! The rules for a new password as pages list them: before anything is typed, and after, with those that were broken.

use serde::Serialize;

use crate::{
    authn::{
        password::{MAX_CHARACTERS, Strength},
        password_policy::{PasswordPolicy, PasswordRule, PolicyFailure},
    },
    theme::forms::Problem,
};

/// What a password must be (decision D19); told before anything is typed.
#[derive(Clone, Debug, Serialize)]
pub struct PasswordRules {
    /// Characters at least.
    pub min: u32,
    /// Characters at most.
    pub max: u32,
    /// Every rule, in words.
    pub list: Vec<RuleLine>,
}

/// One rule.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RuleLine {
    /// Key of its sentence in the locale files, which may name `count`.
    pub key: &'static str,
    /// Characters, where the rule is about them.
    pub count: u32,
    /// What was sent broke it.
    pub broken: bool,
}

impl PasswordRules {
    /// The rules of a policy; `problems` are those of what was sent.
    pub fn new(policy: &PasswordPolicy, problems: &[Problem]) -> Self {
        let rules = policy.rules();
        let line = |rule: &PasswordRule| RuleLine {
            key: key(*rule),
            count: match rule {
                PasswordRule::Length { min, .. } => number(*min),
                _ => 0,
            },
            broken: problems.iter().any(|problem| breaks(*problem, *rule)),
        };
        Self { min: number(policy.min_length), max: number(MAX_CHARACTERS), list: rules.iter().map(line).collect() }
    }

    /// The rules of a new installation.
    pub(super) fn sample(problems: &[Problem]) -> Self {
        Self::new(&sample_policy(), problems)
    }

    /// Every rule there is.
    pub(super) fn sample_of_all(problems: &[Problem]) -> Self {
        let strictest =
            PasswordPolicy { min_length: 15, patterns: vec![".".into()], asks_breaches: true, ..sample_policy() };
        Self::new(&strictest, problems)
    }
}

impl Problem {
    /// What a page says about a rule that a new password breaks.
    pub fn of_new_password(failure: PolicyFailure) -> Self {
        match failure {
            PolicyFailure::TooShort { minimum } => Self::PasswordShort(number(minimum)),
            PolicyFailure::TooWeak { .. } => Self::PasswordWeak,
            PolicyFailure::Common => Self::PasswordCommon,
            PolicyFailure::Personal => Self::PasswordPersonal,
            PolicyFailure::Breached => Self::PasswordBreached,
            PolicyFailure::Pattern => Self::PasswordPattern,
        }
    }
}

fn sample_policy() -> PasswordPolicy {
    PasswordPolicy { min_length: 8, min_strength: Strength::Strong, patterns: Vec::new(), asks_breaches: false }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

const fn key(rule: PasswordRule) -> &'static str {
    match rule {
        PasswordRule::Length { .. } => "rule-length",
        PasswordRule::Strength(Strength::Weak | Strength::Acceptable) => "rule-strength-acceptable",
        PasswordRule::Strength(Strength::Average) => "rule-strength-average",
        PasswordRule::Strength(Strength::Strong) => "rule-strength-strong",
        PasswordRule::Strength(Strength::Excellent) => "rule-strength-excellent",
        PasswordRule::NotCommon => "rule-not-common",
        PasswordRule::NotPersonal => "rule-not-personal",
        PasswordRule::NotBreached => "rule-not-breached",
        PasswordRule::Pattern => "rule-pattern",
    }
}

const fn breaks(problem: Problem, rule: PasswordRule) -> bool {
    matches!(
        (problem, rule),
        (Problem::PasswordShort(_), PasswordRule::Length { .. })
            | (Problem::PasswordWeak, PasswordRule::Strength(_))
            | (Problem::PasswordCommon, PasswordRule::NotCommon)
            | (Problem::PasswordPersonal, PasswordRule::NotPersonal)
            | (Problem::PasswordBreached, PasswordRule::NotBreached)
            | (Problem::PasswordPattern, PasswordRule::Pattern)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_q53_all_rules_are_listed_and_the_broken_ones_are_marked() {
        let problems = [Problem::PasswordShort(15), Problem::PasswordCommon];
        let rules = PasswordRules::sample_of_all(&problems);
        assert_eq!((rules.min, rules.max, rules.list.len()), (15, 256, 6));
        let broken: Vec<_> = rules.list.iter().filter(|line| line.broken).map(|line| line.key).collect();
        assert_eq!(broken, ["rule-length", "rule-not-common"]);
        assert_eq!(PasswordRules::sample(&[]).list.len(), 4);
    }

    #[test]
    fn inv_k25_each_strength_that_can_be_asked_for_has_its_word() {
        let keys = Strength::ALL.map(|strength| key(PasswordRule::Strength(strength)));
        for strength in &Strength::ALL[1..] {
            assert!(keys.contains(&&*format!("rule-strength-{strength}")));
        }
    }
}
