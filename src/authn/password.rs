//! Passwords as people type them, and the rules for a new one (D19, security.md Q50–Q53, inventory.md K25).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::base::secret::Secret;

/// Longest password in Unicode characters (D19).
pub const MAX_CHARACTERS: usize = 256;
/// Longest password in bytes of UTF-8; what arrives beyond it is not even normalised (security.md S7).
pub const MAX_BYTES: usize = 1024;

/// A typed password: NFC, whole, never trimmed (protocol.md E9), short enough to be hashed.
pub struct PasswordInput(Secret<String>);

/// The text is longer than any password may be, so it matches none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("longer than {MAX_CHARACTERS} characters or {MAX_BYTES} bytes")]
pub struct PasswordTooLong;

impl Default for PasswordInput {
    /// The empty input, which is nobody's password.
    fn default() -> Self {
        Self(Secret::new(String::new()))
    }
}

impl PasswordInput {
    /// Takes what was typed. The length is checked first, so that nobody pays for a megabyte.
    pub fn parse(typed: &str) -> Result<Self, PasswordTooLong> {
        if typed.len() > MAX_BYTES {
            return Err(PasswordTooLong);
        }
        let normalised = Secret::new(typed.nfc().collect::<String>());
        let text = normalised.expose();
        if text.len() > MAX_BYTES || text.chars().count() > MAX_CHARACTERS {
            return Err(PasswordTooLong);
        }
        Ok(Self(normalised))
    }

    /// The UTF-8 bytes to hash.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }

    /// Nothing was typed. No account has an empty password, whatever its hash says (X3).
    pub fn is_empty(&self) -> bool {
        self.0.expose().is_empty()
    }

    fn characters(&self) -> usize {
        self.0.expose().chars().count()
    }
}

/// Estimated strength: the zxcvbn scores 0 to 4 under the names people see (inventory.md K25).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Score 0: among the first thousand guesses.
    Weak,
    /// Score 1: below 10⁶ guesses.
    Acceptable,
    /// Score 2: below 10⁸ guesses.
    Average,
    /// Score 3: below 10¹⁰ guesses; the default minimum (D19).
    Strong,
    /// Score 4.
    Excellent,
}

/// The text names no strength.
#[derive(Debug, thiserror::Error)]
#[error("not a strength: use weak, acceptable, average, strong or excellent")]
pub struct InvalidStrength;

impl Strength {
    /// All five, weakest first.
    pub const ALL: [Self; 5] = [Self::Weak, Self::Acceptable, Self::Average, Self::Strong, Self::Excellent];

    /// The name in settings and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Acceptable => "acceptable",
            Self::Average => "average",
            Self::Strong => "strong",
            Self::Excellent => "excellent",
        }
    }

    /// Estimates `input` as somebody would guess it who knows `context`: user name, e-mail, names, company, product.
    pub fn estimate(input: &PasswordInput, context: &[&str]) -> Self {
        let words: Vec<&str> = context.iter().flat_map(|text| words_of(text)).collect();
        match zxcvbn::zxcvbn(input.0.expose(), &words).score() {
            zxcvbn::Score::Zero => Self::Weak,
            zxcvbn::Score::One => Self::Acceptable,
            zxcvbn::Score::Two => Self::Average,
            zxcvbn::Score::Three => Self::Strong,
            _ => Self::Excellent,
        }
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Strength {
    type Err = InvalidStrength;

    fn from_str(text: &str) -> Result<Self, InvalidStrength> {
        Self::ALL.into_iter().find(|strength| strength.as_str() == text).ok_or(InvalidStrength)
    }
}

/// The whole text and each of its words: `anna.berg@acme.example` also gives `anna`, `berg`, `acme`, `example`.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() > 2);
    std::iter::once(text).chain(parts)
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
}

impl fmt::Display for PolicyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { minimum } => write!(f, "the password must have at least {minimum} characters"),
            Self::TooWeak { estimated, minimum } => {
                write!(f, "the password is {estimated}, it must be at least {minimum}")
            }
        }
    }
}

/// Checks a new password: length in characters and estimated strength; no rules of composition (D19, Q52).
///
/// # Errors
/// Every rule that is broken; an empty password is always too short.
pub fn check_new_password(
    input: &PasswordInput,
    min_length: usize,
    min_strength: Strength,
    context: &[&str],
) -> Result<(), Vec<PolicyFailure>> {
    let minimum = min_length.max(1);
    let mut failures = Vec::new();
    if input.characters() < minimum {
        failures.push(PolicyFailure::TooShort { minimum });
    }
    let estimated = Strength::estimate(input, context);
    if estimated < min_strength {
        failures.push(PolicyFailure::TooWeak { estimated, minimum: min_strength });
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> PasswordInput {
        PasswordInput::parse(text).unwrap()
    }

    #[test]
    fn inv_k25_scores_have_exactly_these_five_names() {
        for (password, name) in [
            ("password", "weak"),
            ("12345678", "weak"),
            ("qwertyuiop", "weak"),
            ("anna1990", "acceptable"),
            ("kittenhouse", "acceptable"),
            ("Summer2024!", "average"),
            ("Tr0ub4dour", "acceptable"),
            ("vexing-marsh", "strong"),
            ("correct horse battery staple", "excellent"),
            ("8zQ!rT5#wLp0vXe", "excellent"),
        ] {
            assert_eq!(Strength::estimate(&typed(password), &[]).as_str(), name, "{password}");
        }
        for strength in Strength::ALL {
            assert!(strength.as_str().parse::<Strength>().is_ok_and(|parsed| parsed == strength));
        }
        assert!("fair".parse::<Strength>().is_err());
    }

    #[test]
    fn dec_d19_eight_characters_and_strong_are_asked_for() {
        let check = |text: &str| check_new_password(&typed(text), 8, Strength::Strong, &[]);
        assert_eq!(check("correct horse battery staple"), Ok(()));
        assert_eq!(
            check("abc"),
            Err(vec![
                PolicyFailure::TooShort { minimum: 8 },
                PolicyFailure::TooWeak { estimated: Strength::Weak, minimum: Strength::Strong },
            ])
        );
        let weak = Err(vec![PolicyFailure::TooWeak { estimated: Strength::Weak, minimum: Strength::Strong }]);
        assert_eq!(check("password"), weak);
    }

    #[test]
    fn sec_q51_code_points_are_counted_not_bytes() {
        let failures = check_new_password(&typed("日本語日本語"), 8, Strength::Weak, &[]);
        assert_eq!(failures, Err(vec![PolicyFailure::TooShort { minimum: 8 }]));
        assert_eq!(check_new_password(&typed("日本語日本語日本"), 8, Strength::Weak, &[]), Ok(()));
        assert_eq!(
            check_new_password(&typed(""), 0, Strength::Weak, &[]),
            Err(vec![PolicyFailure::TooShort { minimum: 1 }])
        );
    }

    #[test]
    fn sec_q52_no_rules_of_composition() {
        assert_eq!(check_new_password(&typed("vexing marsh lantern"), 15, Strength::Strong, &[]), Ok(()));
    }

    #[test]
    fn sec_q53_words_about_the_person_weaken_a_password() {
        let input = typed("wolfgangbrinkmann");
        let alone = Strength::estimate(&input, &[]);
        let known = Strength::estimate(&input, &["wolfgang.brinkmann@acme.example"]);
        assert!(known < alone, "{known} < {alone}");
    }

    #[test]
    fn sec_q51_composed_and_decomposed_forms_are_one_password() {
        assert_eq!(typed("pa\u{308}ss").as_bytes(), typed("p\u{e4}ss").as_bytes());
    }

    #[test]
    fn prot_e9_spaces_are_kept() {
        assert_eq!(typed("  a b  ").as_bytes(), b"  a b  ");
    }

    #[test]
    fn dec_d19_length_is_bounded_in_characters_and_bytes() {
        assert!(PasswordInput::parse(&"x".repeat(256)).is_ok());
        assert!(PasswordInput::parse(&"x".repeat(257)).is_err());
        assert!(PasswordInput::parse(&"😀".repeat(256)).is_ok());
        assert!(PasswordInput::parse(&"😀".repeat(257)).is_err());
        assert!(PasswordInput::parse(&"x".repeat(10_000_000)).is_err());
        // 256 typed marks that normalise to more bytes than they came with
        assert!(PasswordInput::parse(&"\u{1d160}".repeat(256)).is_err());
    }
}
