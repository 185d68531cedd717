//! Passwords as people type them, and how hard they are to guess (D19, inventory.md K25).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::password_policy::words_of;
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

    /// Length in Unicode characters.
    pub(super) fn characters(&self) -> usize {
        self.text().chars().count()
    }

    pub(super) fn text(&self) -> &str {
        self.0.expose()
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
        match zxcvbn::zxcvbn(estimated_part(input.text()).expose(), &words).score() {
            zxcvbn::Score::Zero => Self::Weak,
            zxcvbn::Score::One => Self::Acceptable,
            zxcvbn::Score::Two => Self::Average,
            zxcvbn::Score::Three => Self::Strong,
            _ => Self::Excellent,
        }
    }
}

/// Characters that the estimate looks at. The work grows with their square; what is strong is strong long before.
const ESTIMATED: usize = 64;
/// Signs that the estimate may read as letters, and others that stand for none.
const SIGNS: &str = "@({[<!|$+%";
const PLAIN_SIGNS: &str = "~)}]>?^&*_";
/// More different signs than this make no word, and the number of ways to read them costs a second.
const MOST_SIGNS: usize = 3;

/// What the estimate is given of a password: enough to judge it, and never more than it can judge quickly.
fn estimated_part(password: &str) -> Secret<String> {
    let part: String = password.chars().take(ESTIMATED).collect();
    if SIGNS.chars().filter(|sign| part.contains(*sign)).count() <= MOST_SIGNS {
        return Secret::new(part);
    }
    let plain = |c| SIGNS.chars().zip(PLAIN_SIGNS.chars()).find_map(|(sign, plain)| (sign == c).then_some(plain));
    Secret::new(part.chars().map(|c| plain(c).unwrap_or(c)).collect())
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
    fn sec_q95_the_estimate_is_given_what_it_can_judge_quickly() {
        let part = |text: &str| estimated_part(text).expose().clone();
        assert_eq!(part("p@$$w0rd!"), "p@$$w0rd!", "a word in disguise is still known");
        assert_eq!(part("4@8({[<3691!0$5+7%2"), "4~8)}]>3691?0&5*7_2");
        assert_eq!(part(&"x".repeat(256)).len(), ESTIMATED);
        assert_eq!(SIGNS.chars().count(), PLAIN_SIGNS.chars().count());
        let hostile = "4@8({[<3691!0$5+7%2".repeat(13);
        assert_eq!(Strength::estimate(&typed(&hostile), &[]), Strength::Excellent);
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
