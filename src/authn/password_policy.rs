//! What a new password must be (D19, security.md Q50–Q53): the rules, told before anything is typed, and the one function
//! that decides, which tells everything that is wrong at once.

use std::fmt;

use regex::Regex;

use super::{
    blocklist::{fold, is_common, unleet},
    password::{MAX_CHARACTERS, PasswordInput, Strength},
};

/// The rules for one person: the strictest of everywhere the password opens something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasswordPolicy {
    /// Characters at least.
    pub min_length: usize,
    /// Estimated strength at least.
    pub min_strength: Strength,
    /// Patterns of a product that was replaced; all must match (`password.legacy_regex`).
    pub patterns: Vec<String>,
    /// A service is asked whether the password is known from a breach (`password.range_url`).
    pub asks_breaches: bool,
}

/// A rule as a page lists it, before and after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordRule {
    /// So many characters.
    Length {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
    /// Hard to guess.
    Strength(Strength),
    /// Not one that everybody tries.
    NotCommon,
    /// Not made of what others know about the person, the company or the product.
    NotPersonal,
    /// Not known from a breach.
    NotBreached,
    /// The form that the administrator asks for.
    Pattern,
}

/// A rule that a new password breaks. A person is told all of them at once (Q53).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PolicyFailure {
    /// Fewer characters than asked for.
    TooShort {
        /// Characters asked for.
        minimum: usize,
    },
    /// Easier to guess than asked for.
    TooWeak {
        /// What it is.
        estimated: Strength,
        /// What is asked for.
        minimum: Strength,
    },
    /// One that everybody tries.
    Common,
    /// Made of names of the person, the company or the product.
    Personal,
    /// Known from a breach.
    Breached,
    /// Not of the form that the administrator asks for.
    Pattern,
}

impl PasswordPolicy {
    /// The rules as a page lists them.
    pub fn rules(&self) -> Vec<PasswordRule> {
        let always = [
            PasswordRule::Length { min: self.min_length.max(1), max: MAX_CHARACTERS },
            PasswordRule::Strength(self.min_strength),
            PasswordRule::NotCommon,
            PasswordRule::NotPersonal,
        ];
        let breached = self.asks_breaches.then_some(PasswordRule::NotBreached);
        let pattern = (!self.patterns.is_empty()).then_some(PasswordRule::Pattern);
        // A strength that every password has is no rule.
        let asked = |rule: &PasswordRule| *rule != PasswordRule::Strength(Strength::Weak);
        always.into_iter().chain(breached).chain(pattern).filter(asked).collect()
    }

    /// Whether a service is worth asking about this password: what is too short or common is refused anyway.
    pub fn is_worth_asking(&self, input: &PasswordInput) -> bool {
        self.asks_breaches && input.characters() >= self.min_length && !is_common(input.text())
    }
}

impl PolicyFailure {
    /// Whether this is what breaks `rule`.
    pub fn breaks(self, rule: PasswordRule) -> bool {
        matches!(
            (self, rule),
            (Self::TooShort { .. }, PasswordRule::Length { .. })
                | (Self::TooWeak { .. }, PasswordRule::Strength(_))
                | (Self::Common, PasswordRule::NotCommon)
                | (Self::Personal, PasswordRule::NotPersonal)
                | (Self::Breached, PasswordRule::NotBreached)
                | (Self::Pattern, PasswordRule::Pattern)
        )
    }
}

impl fmt::Display for PolicyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { minimum } => write!(f, "the password must have at least {minimum} characters"),
            Self::TooWeak { estimated, minimum } => {
                write!(f, "the password is {estimated}, it must be at least {minimum}")
            }
            Self::Common => f.write_str("the password is one of the most common ones"),
            Self::Personal => f.write_str("the password is made of names that others know"),
            Self::Breached => f.write_str("the password is known from a breach"),
            Self::Pattern => f.write_str("the password does not have the form that password.legacy_regex asks for"),
        }
    }
}

/// Decides about a new password. `context` is what others know: user name, e-mail, names, companies, product;
/// `is_breached` what the range service said, if one was asked. No rules of composition, unless an old product's (Q52).
///
/// # Errors
/// Every rule that is broken; an empty password is always too short.
pub fn check_new_password(
    input: &PasswordInput,
    policy: &PasswordPolicy,
    context: &[&str],
    is_breached: bool,
) -> Result<Strength, Vec<PolicyFailure>> {
    let (minimum, text) = (policy.min_length.max(1), input.text());
    let estimated = Strength::estimate(input, context);
    let matches = |pattern: &String| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text));
    let too_weak = PolicyFailure::TooWeak { estimated, minimum: policy.min_strength };
    let findings = [
        (input.characters() < minimum, PolicyFailure::TooShort { minimum }),
        (estimated < policy.min_strength, too_weak),
        (is_common(text), PolicyFailure::Common),
        (is_personal(text, context), PolicyFailure::Personal),
        (is_breached, PolicyFailure::Breached),
        (!policy.patterns.iter().all(matches), PolicyFailure::Pattern),
    ];
    let failures: Vec<_> = findings.into_iter().filter_map(|(broken, failure)| broken.then_some(failure)).collect();
    if failures.is_empty() { Ok(estimated) } else { Err(failures) }
}

/// The whole text and each of its words: `anna.berg@acme.example` also gives `anna`, `berg`, `acme`, `example`.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() > 2);
    std::iter::once(text).chain(parts)
}

/// So many digits and signs beside known words make no secret.
const NO_SECRET: usize = 6;

/// Whether nothing is left of a password but digits and signs once the known words are taken out of it, and not many of
/// those (ASVS 6.2.11).
fn is_personal(password: &str, context: &[&str]) -> bool {
    let mut words: Vec<String> = context.iter().flat_map(|text| words_of(text)).map(fold).collect();
    // "Acme Transport AB" is typed without its spaces as well.
    words.extend(context.iter().map(|text| fold(text).split_whitespace().collect()));
    words.retain(|word| word.chars().count() > 2);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let folded = fold(password);
    let plain = |text: &str| text.chars().collect::<Vec<char>>();
    let read = |one| move |text: &str| unleet(text, one).chars().collect::<Vec<char>>();
    is_made_of(&folded, &words, plain)
        || is_made_of(&folded, &words, read('l'))
        || is_made_of(&folded, &words, read('i'))
}

/// `read` gives a text as it is to be understood, character by character.
fn is_made_of(password: &str, words: &[String], read: impl Fn(&str) -> Vec<char>) -> bool {
    let (characters, understood): (Vec<char>, _) = (password.chars().collect(), read(password));
    let mut taken = vec![false; characters.len()];
    for word in words {
        let word = read(word);
        for start in 0..=understood.len().saturating_sub(word.len()) {
            let range = start..start + word.len();
            let is_free = taken.get(range.clone()).is_some_and(|taken| !taken.contains(&true));
            if is_free && understood.get(range.clone()) == Some(&word) {
                taken.get_mut(range).unwrap_or_default().fill(true);
            }
        }
    }
    let left: Vec<char> = characters.iter().zip(&taken).filter_map(|(c, taken)| (!taken).then_some(*c)).collect();
    let few = left.len() <= NO_SECRET || 2 * left.len() <= characters.len();
    left.len() < characters.len() && few && !left.iter().any(|c| c.is_alphabetic())
}

#[cfg(test)]
#[path = "password_policy_tests.rs"]
mod tests;
